"""Finding a person in everything that was written, and erasing them."""
