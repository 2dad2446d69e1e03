"""What the project's own tests need from the root: pytest's plugin for testing plugins."""

pytest_plugins = ["pytester"]
