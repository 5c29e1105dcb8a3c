"""Files of this machine that somebody else may have prepared, read without trusting them."""
