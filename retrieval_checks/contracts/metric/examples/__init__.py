"""The examples that rules are examined on: everyday cases, and one trap beside each."""
