"""The demo: the main job on a real libvirt, told step by step, with nothing left behind.

Started by `make demo` as `python -m examples.demo` from the checkout. It uses the tests' lab for a
daemon of its own, and the commands a user would type for all the rest.
"""
