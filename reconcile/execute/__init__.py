"""Executing a plan: check that the host has not moved, act, look after every step, plan again.

`domain_run` takes one domain's plan to its outcome, with a `step_runner`; `resume` and `rollback`
take what is `unfinished`. A step's calls go through `call_verifier`: `recovery.judge` gives a
verdict on what the host shows, the verifier cleans up and makes a `CallResult` of it, and the
runner a `StepState`, which journal, events and outcome tell. `domain_port` is what all of these
need of a domain; `libvirt_domain` is it on libvirt, with `perform` for the calls, `gather` for the
looks and `wait` for its turn.
"""
