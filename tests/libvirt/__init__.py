"""The boundary to libvirt, by what libvirt answers."""
