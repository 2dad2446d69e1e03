"""Files that corpora, queries, judgements and rankings are read from and written to."""
