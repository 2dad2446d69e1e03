"""Whether an encoder may take the place of another."""
