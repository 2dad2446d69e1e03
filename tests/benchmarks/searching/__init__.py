"""What the benchmark of search measures, one kind of figure a file."""
