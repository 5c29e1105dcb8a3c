"""Plans for hosts that people and other tools changed, seen by command and libvirt alone."""
