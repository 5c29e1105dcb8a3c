"""A model of libvirt's snapshot rules: (domain, action, what the host can do) -> effect or refusal.

Pure. Each refusal names a rule of `rules.refusals`; `effect.effect` is the way in and
`simulate.simulate` folds it. Sources of the rules are libvirt's observed behaviour; the tests on
real libvirt are their proof.
"""
