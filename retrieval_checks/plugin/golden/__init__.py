"""Golden files as pytest collects, judges and accepts them."""
