"""Telling the nominated authority, and a person who is named, and what they answer."""
