"""The watermark: what is a trial vote says so on every page, in every letter, and to search engines.

That a page belongs to a trial is read from its address; only addresses that could be a trial's are looked up.
"""

from __future__ import annotations

from flask import g, request
from flask_babel import gettext as _
from sqlalchemy import select

from app.awards.models import Edition
from app.extensions import db
from app.mail.marks import Mark, marks_letters

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


@marks_letters
def mark(edition_id: int) -> Mark | None:
    """What the letters of a trial vote bear."""
    query = select(Edition.id).where(Edition.id == edition_id, Edition.trial_of_id.is_not(None))
    if db.session.scalar(query) is None:
        return None
    band = _(
        "This is a trial vote among the staff. Nothing in it counts, and its codes do not work in the real vote."
    )
    return Mark(_("TRIAL"), band)
