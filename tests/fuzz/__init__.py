"""Plan files and journals that were damaged or forged: one error, and nothing else happens.

`sandbox` is the folder that a case may touch, `corpus` the good files in it, `hostile` the values
and `mutations` the ways that make them bad; `worker` runs the command on case after case in its
process, `runner` starts workers and outlives one that hangs. Case N of a seed is the same
everywhere: `python -m tests.fuzz --format journal --seed S --case N` runs it alone.
"""
