"""A search service behind an HTTP endpoint."""
