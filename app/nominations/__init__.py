"""Nominations from the first draft to the nominee on the ballot."""
