"""Editions of the award: their settings, categories, deadlines and phase; the public first page."""
