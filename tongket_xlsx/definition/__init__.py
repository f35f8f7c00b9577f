"""A folder of YAML becomes a form, or the list of everything wrong with it.

The forms and samples that ship with the product are found here too.
"""
