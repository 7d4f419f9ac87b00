"""Nominations as files for elsewhere."""
