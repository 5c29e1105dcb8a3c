"""The hosts file: which hosts may be connected to, and by which names.

`load` reads one, or tells every problem with its position; `placement` says for which of its hosts
each tree is.
"""
