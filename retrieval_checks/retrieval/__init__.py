"""Numbers to rankings: search, fusion, reranking and the pipelines made of them."""
