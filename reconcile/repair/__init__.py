"""Repairs that bring libvirt, QEMU and images back into agreement after a call was cut off.

`agreement.repair` is the way in, and only the execution of a recovery takes it. `by_libvirt`
merges where libvirt's definition is right, `by_qemu` changes a running QEMU where it is not,
`overlay` makes and merges image files, `xml` edits what libvirt remembers of chains. Each change
to a running guest is told before it is made.
"""
