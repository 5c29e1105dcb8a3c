"""Plans as JSON (`schemas/plan-v1.schema.json`): written for review, read back to be applied."""
