"""Manifests: YAML files in, `DesiredTree` values or every problem of every file out.

`load.load` is the way in and `select` says which tree is for which domain. The stages between:
`files` (find, read), `yaml_nodes` (compose), `shape` (type scalars as the schema means them),
`entries` (flatten), `schema` and `words` (validate), `checks` (what a schema cannot say), `build`.
Nothing is imported here, so that `select` costs neither YAML nor JSON Schema.
"""
