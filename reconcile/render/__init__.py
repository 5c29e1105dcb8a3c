"""Views drawn: as text with colour for a terminal, as JSON for programs. Decides nothing."""
