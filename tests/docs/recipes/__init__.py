"""The recipes of docs/ci.md, taken out of the page and run."""
