"""What the benchmark of model upgrades is made of."""
