"""The sheets of the comparison workbook, one file a sheet.

Each writes what a page gives it; none computes a figure of its own.
"""
