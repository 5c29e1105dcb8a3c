"""The boundary to libvirt: one module imports libvirt, one imports lxml; no policy here.

Keyword arguments in, libvirt's flags and XML out; libvirt's XML in, values of `model` out;
libvirt's errors in, `errors.HostError` out.
"""
