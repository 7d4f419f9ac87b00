"""The words of an edition's letters: read, changed, seen with real rows, sent to oneself as a test."""
