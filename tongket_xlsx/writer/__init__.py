"""A workbook opened our way: fixed formats and dates, loud failures, the same bytes every time.

What a workbook says is decided by the rooms above.
"""
