"""The files behind the store: an index in SQLite, values in files that are mapped."""
