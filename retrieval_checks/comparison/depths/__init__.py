"""A reranker by how many candidates it is given: what each depth gains and costs."""
