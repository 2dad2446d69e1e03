"""Where models come from: names resolved, files digested, weights loaded."""
