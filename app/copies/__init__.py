"""Whether this database is where it says that it lives, or a copy: a copy is held until somebody releases it."""
