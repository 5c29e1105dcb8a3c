"""Plans, outcomes and errors as text and JSON. Renders data; decides nothing."""
