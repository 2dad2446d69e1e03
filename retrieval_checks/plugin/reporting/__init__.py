"""What golden items add to a report that was asked for, and how it reaches the controller."""
