"""Journals: what an apply is about to do and has done, on the disk before it acts; and locks.

`records` are the lines, `history` what they amount to, `store` the directory they lie in; `lock`
keeps two applies off one domain. The format is described in `docs/formats.md`.
"""
