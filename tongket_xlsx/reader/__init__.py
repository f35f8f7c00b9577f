"""Untrusted bytes become a grid of cells, or one sentence that says why not.

What a return means is not known here: only what stands in which cell, and how it looks.
"""
