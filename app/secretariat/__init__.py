"""The secretariat: the home page, the moves between phases, and what needs two people."""
