"""What the secretariat makes of nominations: what is eligible, what is the same, what is decided, and who is told."""
