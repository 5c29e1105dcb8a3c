"""What an image says of itself, by QEMU's own tool, and the few things done to one."""
