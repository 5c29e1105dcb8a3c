"""Each snapshot command of virsh, and the manifest that does the same."""
