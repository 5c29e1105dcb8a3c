"""The boundary to libvirt: no other package imports libvirt-python or lxml. No policy here.

`connection` is the life of one connection, `domain` one domain of it, `block_commit` and
`qemu_monitor` what only a running QEMU can do; `calls` is what an action asks of libvirt, as data;
`xml` reads and writes libvirt's XML. libvirt's errors leave as `errors.HostError`.
"""
