"""What is measured: corpora, queries, judgements and rankings, columnar and immutable."""
