"""The workbook an office gets: blank, prefilled, or marked for correction.

All of them are one call: form, unit, and optionally answers and findings.
"""
