"""The one blueprint of the secretariat; `views`, `outbox_views` and `plan_views` hang their routes on it."""

from __future__ import annotations

from flask import Blueprint, abort

from app import access
from app.awards import service as awards
from app.awards.models import Edition

bp = Blueprint("secretariat", __name__, url_prefix="/sekretariat")


def edition_at(slug: str) -> Edition:
    """The edition at *slug*, or the page that says that there is none."""
    try:
        return awards.edition(slug)
    except awards.NoSuchEdition:
        abort(404)


def signed_in() -> int:
    """The account that makes this request; guards have let it in."""
    who = access.principal()
    assert who is not None
    return who.id
