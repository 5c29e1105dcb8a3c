"""Values of the model."""
