"""What `apply` does on real libvirt beyond a scenario: interrupted, beside others, with a guest."""
