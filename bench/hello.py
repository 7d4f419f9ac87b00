"""The anchor of bench/pages.py: the least that a page in Flask does."""

from __future__ import annotations

from flask import Flask

app = Flask(__name__)


@app.get("/")
def hello() -> str:
    """Nothing but the framework."""
    return "Hello, World!"
