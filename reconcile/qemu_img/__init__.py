"""Images as QEMU's own tool reads and changes them."""
