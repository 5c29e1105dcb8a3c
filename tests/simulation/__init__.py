"""The executor and the journal, unchanged, on a host made of the rules, crashed at every point.

`world` is that host, with what libvirt leaves when a call is cut off; `faults` decides where
something goes wrong; `cases` are the plans; `run` applies one, lets it go wrong, and recovers.
`python -m tests.simulation` enumerates them.
"""
