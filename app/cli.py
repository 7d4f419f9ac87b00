"""Commands that belong to no domain. Each domain's own are in its `commands` module."""

from __future__ import annotations

from flask import Flask


def register(app: Flask) -> None:
    """Adds the commands to `flask --app wsgi`."""
