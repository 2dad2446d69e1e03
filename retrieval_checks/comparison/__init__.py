"""One run against another: what changed, and whether that is shown to matter."""
