"""Random domains with real data, exported, their metadata lost, restored, and held byte for byte.

`case` is one of them, on the host that lost it or moved to another one.
"""
