"""The values that all other layers share: immutable, without I/O, clock or libvirt.

`desired` is what git declares, `domain`, `snapshot` and `tree` are what a host holds (or would
hold), `action` and `plan` are what lies between the two.
"""
