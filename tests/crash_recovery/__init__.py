"""Each state that a dead libvirtd or QEMU leaves, made by hand on real libvirt, and settled."""
