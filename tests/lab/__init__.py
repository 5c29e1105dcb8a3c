"""The lab: private libvirt daemons of several releases, with real QEMU, for tests and demos.

It stands beside the tests and knows nothing of the tool under test, so that what it says about
libvirt and about the bytes on a disk is evidence of its own.
"""
