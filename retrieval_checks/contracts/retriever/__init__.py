"""What a retriever promises, a group of promises a file."""
