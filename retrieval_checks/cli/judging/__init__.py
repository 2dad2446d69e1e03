"""Commands that judge what was saved."""
