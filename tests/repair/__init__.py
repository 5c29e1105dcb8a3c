"""Repairs are told before a running guest is changed; the changes themselves need a real one."""
