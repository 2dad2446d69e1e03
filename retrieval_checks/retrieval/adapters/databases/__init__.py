"""Vector databases: the documents are theirs, the vectors of the queries a bi-encoder's."""
