"""The model of libvirt's snapshot rules: (domain, action, capabilities) -> effect or refusal.

Pure. Each refusal names a rule of `rules.refusal_rules`; `effect.effect` is the way in and
`effect.simulate` folds it. Sources of the rules are libvirt's observed behaviour; the tests on
real libvirt are their proof.
"""
