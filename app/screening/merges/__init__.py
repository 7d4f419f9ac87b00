"""The same procurement nominated twice: found, compared, put together and taken apart."""
