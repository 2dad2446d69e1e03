"""Numbers to rankings: which documents are the k best of a query, for every kind of encoding."""
