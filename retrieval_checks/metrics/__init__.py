"""What a ranking is worth: metrics as values, formulas as pure functions, evaluations as tables."""
