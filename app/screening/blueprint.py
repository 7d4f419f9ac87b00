"""The blueprint that all of the secretariat's pages about nominations belong to."""

from __future__ import annotations

from flask import Blueprint, abort
from werkzeug.wrappers import Response

from app import access
from app.awards import service as awards
from app.awards.models import Edition
from app.nominations import service as nominations
from app.nominations.drafts import Gone
from app.nominations.models import Nomination, State

bp = Blueprint("screening", __name__)
Answer = str | Response | tuple[str, int]


def signed_in() -> int:
    """The account of whoever acts; only behind a guard that lets nobody else in."""
    who = access.principal()
    assert who is not None  # the guard let somebody in
    return who.id


def about(slug: str, nomination_id: int) -> tuple[Edition, Nomination]:
    """The edition and its nomination that an address names; answers 404 where there is none.

    A draft is its author's alone: for the staff there is none.
    """
    edition = awards.edition(slug)
    try:
        nomination = nominations.nomination(edition.id, nomination_id)
    except Gone:
        abort(404)
    if nomination.state is State.DRAFT:
        abort(404)
    return edition, nomination
