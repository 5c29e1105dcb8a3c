"""What a run over hosts finds and selects."""
