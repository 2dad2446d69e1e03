"""The command that starts a golden file."""
