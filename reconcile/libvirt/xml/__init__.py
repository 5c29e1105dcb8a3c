"""libvirt's XML read into values of `model`, and written or edited for a call."""
