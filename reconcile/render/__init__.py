"""Views drawn as text with colour for a terminal, or as JSON for programs. Decides nothing."""
