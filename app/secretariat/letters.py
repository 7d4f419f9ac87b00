"""The letter that asks the others in the secretariat to approve an opening."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from app import web
from app.accounts import service as accounts
from app.awards.models import Edition
from app.core.phases import Phase
from app.extensions import db
from app.mail.service import letter
from app.secretariat.models import TwoPersonAct


@letter("opening-request")
def opening_request(subject_id: int, now: datetime) -> dict[str, Any] | None:  # noqa: ARG001 (every letter's signature)
    """Who asks, why, and where to approve; not sent when the request has been answered or taken back."""
    asked = db.session.get(TwoPersonAct, subject_id)
    if asked is None or not asked.pending:
        return None
    lang = web.language()
    edition = db.session.get_one(Edition, asked.edition_id)
    return {
        "edition": edition.name(lang),
        "name": accounts.account(asked.first_id).name,
        "reason": asked.reason,
        "url": web.absolute_url("secretariat.move", lang=lang, slug=edition.slug, to=str(Phase.VOTING)),
    }
