"""Expectations kept in files: what people write, checked and judged."""
