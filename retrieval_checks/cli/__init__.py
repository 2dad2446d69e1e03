"""The command `retrieval-checks`."""
