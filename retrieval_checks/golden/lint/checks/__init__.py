"""The checks, each a function from a subject to findings."""
