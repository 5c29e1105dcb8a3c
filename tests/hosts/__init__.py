"""Hosts of several domains, with images that they share and disks of every kind.

Each file of `scenarios` is one host, what people and manifests do to it, and what must come of it.
"""
