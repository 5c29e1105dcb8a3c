"""Declare libvirt snapshot trees in YAML; plan, apply and audit them."""

__version__ = "0.1.0"
