"""Dense retrieval on a Ray cluster: encoded by an actor pool, searched shard by shard."""
