"""The verbs of the job, a file each: what they need, in which order, and what they leave behind.

They return values; a surface such as the command line puts them into words.
"""
