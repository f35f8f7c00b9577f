"""The Python face: campaigns, forms and returns as values, and what is in them as frames.

A surface beside the command line: it calls the same verbs. Only here are pandas and openpyxl
known; they are loaded by whoever asks for a frame or an annotated workbook. Use the names through
``import tongket_xlsx``, which holds the public ones.
"""
