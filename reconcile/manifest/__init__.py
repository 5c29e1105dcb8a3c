"""Manifests read: YAML files in, `DesiredTree` values or every problem of every file out.

`load.load` is the way in; `assignment` says which tree is for which domain of a host, and
`domain_filter` which of those a run is limited to. The stages of `load`, in order: `files` (find,
read), `yaml_nodes` (compose), `scalar_types` (type scalars as the schema means them), `entries`
(flatten), `schema` (validate), `messages` (word what is wrong), `checks` (what a schema cannot
say), `domain_conflicts` (across documents), `build` (values).

Nothing is imported here, so that `assignment` costs neither YAML nor JSON Schema.
"""
