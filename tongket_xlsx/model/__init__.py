"""What is asked, answered and wrong: plain frozen values, and the rules between them.

No spreadsheet library, no file and no command line is known here.
"""
