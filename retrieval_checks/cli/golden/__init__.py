"""Commands about golden files."""
