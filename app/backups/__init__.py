"""Backups: taken while the service runs, restored elsewhere, held there until somebody releases them."""
