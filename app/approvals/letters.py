"""The letter that asks the others in the secretariat for their answer."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from app import web
from app.accounts import service as accounts
from app.approvals import service
from app.approvals.models import TwoPersonAct
from app.awards.models import Edition
from app.extensions import db
from app.mail.service import letter


@letter(service.REQUEST)
def approval_request(subject_id: int, now: datetime) -> dict[str, Any] | None:  # noqa: ARG001 (a letter's shape)
    """Who asks for what, why, and where to answer; not sent when the request has been answered or taken back."""
    asked = db.session.get(TwoPersonAct, subject_id)
    if asked is None or not asked.pending:
        return None
    lang, act = web.language(), service.act_of(asked)
    edition = db.session.get_one(Edition, asked.edition_id)
    endpoint, values = act.page(edition) if act.page else ("approvals.listing", {"slug": edition.slug})
    return {
        "edition": edition.name(lang),
        "name": accounts.account(asked.first_id).name,
        "what": act.describe(asked).what,
        "reason": act.reason(asked.reason),
        "url": web.absolute_url(endpoint, lang=lang, **values),
    }
