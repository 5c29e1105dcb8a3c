"""Folders of manifests with the plans they must give, on real libvirt and on the rules alone."""
