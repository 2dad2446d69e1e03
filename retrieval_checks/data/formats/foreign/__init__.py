"""Collections, judgements and runs that other libraries hold as objects or under names."""
