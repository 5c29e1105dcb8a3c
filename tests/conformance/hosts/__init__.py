"""Agreement of plans with libvirt on whole hosts: several domains, shared images, people's changes.

A case draws a host, then steps: changes by hand and manifests of some or all domains. A plan that
is not refused must do what it says, on libvirt, and hurt nobody; one that is refused must change
nothing. `python -m tests.conformance --hosts` runs many cases.
"""
