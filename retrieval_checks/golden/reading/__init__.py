"""Golden files, read: every value checked where it stands."""
