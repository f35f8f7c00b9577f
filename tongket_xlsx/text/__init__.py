"""Words and numbers: the catalogue of messages, Vietnamese numerals, the encodings of old fonts.

Nothing here knows what it is said about; every other room may ask it.
"""
