"""What readers are told, before anything draws it."""
