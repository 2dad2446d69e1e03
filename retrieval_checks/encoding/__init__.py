"""Text to numbers: lazy model handles, and a store that keeps their outputs on disk."""
