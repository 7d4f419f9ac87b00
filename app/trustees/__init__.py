"""Keys: who holds them, that they were made, copied and destroyed. The secrets themselves live in KEYS_DIR alone."""
