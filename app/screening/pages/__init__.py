"""The list of nominations and the page of each: what the secretariat and the jury read."""
