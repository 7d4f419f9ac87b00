"""The result, for everyone: the page, the same as data, and how to check it."""
