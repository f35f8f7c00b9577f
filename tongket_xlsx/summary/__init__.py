"""The figures of all units become a comparison, and the comparison a workbook.

Every number leads home and says what stands behind it; `sheets` has one file a sheet.
"""
