"""The watermark: what is a trial vote says so on every page, in every letter, and to search engines.

That a page belongs to a trial is read from its address; only addresses that could be a trial's are looked up.
"""

from __future__ import annotations

from flask import g, request
from sqlalchemy import select

from app.awards.models import Edition
from app.extensions import db

IN_SLUG = "-prov"


def here() -> bool:
    """Whether this page is one of a trial vote."""
    slug = (request.view_args or {}).get("slug")
    if not isinstance(slug, str) or IN_SLUG not in slug:
        return False
    if "trial_here" not in g or g.trial_here[0] != slug:
        g.trial_here = slug, is_trial(slug)
    return bool(g.trial_here[1])


def is_trial(slug: str) -> bool:
    """Whether a trial vote has this address."""
    if not slug.isprintable():
        return False
    query = select(Edition.id).where(Edition.slug == slug, Edition.trial_of_id.is_not(None))
    return db.session.scalar(query) is not None
