"""What a report says beyond the verdicts, as JSON objects: of a golden file, a query, a gate."""
