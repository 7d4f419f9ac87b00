"""What the secretariat decides of a nomination, with the letter that says so."""
