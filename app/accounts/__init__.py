"""Staff: who they are, how they get in, and out again."""
