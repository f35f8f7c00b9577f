"""Untrusted files are read in guarded processes, on this machine or on a cluster.

A process that dies, hangs or says something else costs its file and nothing more.
"""
