"""The command line: words in, exit code out.

Only this room knows click.
"""
