"""The blueprint that all pages of nominations belong to."""

from __future__ import annotations

from flask import Blueprint
from werkzeug.wrappers import Response

bp = Blueprint("nominations", __name__)
Answer = str | Response | tuple[str | Response, int]
