"""Whether rankings stay when a query is typed another way."""
