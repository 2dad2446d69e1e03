"""Contracts of approximate indexes: how much of what exact search finds they find too."""
