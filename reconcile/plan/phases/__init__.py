"""The phases of a plan, each one kind of step: a `Draft` in, a longer `Draft` out."""
