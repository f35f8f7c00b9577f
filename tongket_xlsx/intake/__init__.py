"""A grid becomes a return: answers, findings, and what stood outside the form.

Rows are found by their codes and columns by their headings; nothing is repaired in silence.
"""
