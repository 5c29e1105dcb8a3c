"""Agreement of the rules with libvirt, measured: random operations on both, compared.

A case is a sequence of operations on a fresh domain. Before each one the rules say what will come
of it, from what libvirt shows of the domain; then libvirt does it (or must refuse it), and result,
tree, disks and the content of every snapshot are compared. `python -m tests.conformance` runs many.
"""
