"""The common procurement vocabulary: its divisions, or the whole list where it was loaded, to be found by typing."""
