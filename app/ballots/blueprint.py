"""The one blueprint of ballots; `booth`, `plain` and `views` hang their routes on it."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("ballots", __name__)
