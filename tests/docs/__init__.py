"""The pages under docs/ and the README: what they show is what comes out."""
