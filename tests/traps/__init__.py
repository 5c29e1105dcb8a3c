"""Every known trap of libvirt's snapshots on real libvirt: what it loses, and what a plan says.

Each trap is one file with two kinds of tests. `naive` ones make plain calls and assert the loss, so
that the day a release stops losing data is noticed; the others bring a domain to the brink and
assert that `reconcile` refuses, or takes the safe way with all data intact.
"""
