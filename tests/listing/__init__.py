"""What `list` and `show` say of a host, compared with virsh itself."""
