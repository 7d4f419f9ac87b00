"""What two people decide together."""
