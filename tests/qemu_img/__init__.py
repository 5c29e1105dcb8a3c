"""What an image says of itself, by qemu-img itself."""
