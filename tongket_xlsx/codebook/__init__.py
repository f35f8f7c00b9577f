"""The form, explained: a codebook for whoever reads it, slips for whoever keeps the figures.

Everything is taken from the definition, so that no document can contradict it.
"""
