"""What a reranker promises, a group of promises a file."""
