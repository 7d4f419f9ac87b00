"""Credentials, casting and the box."""
