"""One run against expectations: checks that return verdicts, assertions that raise them."""
