"""A retriever looked at from outside: what it is made of, how long it takes."""
