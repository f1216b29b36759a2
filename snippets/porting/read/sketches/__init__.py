"""Haiku's own layers in short, as far as names of parameters need them.

Nothing imports these files: `read` follows them as it follows the files of a reader.
The tests compare what it finds with what Haiku's own layers make.
"""
