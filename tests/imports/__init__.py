"""Random trees, written into real libvirt as metadata, imported, and planned.

Below it: `trees` draws them, `redefined` gives libvirt their XML, `case` is one of them.
"""
