"""`retrieval-checks rerank-curve`: what each depth of reranking gains and costs."""
