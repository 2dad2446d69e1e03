"""Retrievers that are not ours: one third-party library or kind of source a file."""
