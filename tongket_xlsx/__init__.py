"""Collect figures by Excel workbook and put benchmark years side by side."""

__version__ = "0.1.0"
