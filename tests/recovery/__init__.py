"""What became of a call, judged by looking: no libvirt, no files."""
