"""Checks for retrieval pipelines, in pytest."""
