"""The executor on real libvirt: does it do what the plan says, and only that?"""
