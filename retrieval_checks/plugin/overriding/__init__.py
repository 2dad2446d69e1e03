"""What the user's own fixtures stand in for, and what they only seem to."""
