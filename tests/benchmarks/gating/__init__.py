"""What the benchmark of the gate is made of."""
