"""Retrievers over other than one vector a text, or by other than exact search."""
