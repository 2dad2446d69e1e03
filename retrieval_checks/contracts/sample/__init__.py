"""The texts that encoders, rerankers and retrievers are tried on where none are given."""
