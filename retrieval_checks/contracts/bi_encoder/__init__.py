"""What a bi-encoder promises, a group of promises a file."""
