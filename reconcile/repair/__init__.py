"""Bringing libvirt and QEMU back into agreement after a call that was cut off."""
