"""The letter that asks a juror to review a count. It says nothing of the result."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from app.accounts import service as accounts
from app.awards.models import Edition
from app.core.phases import Phase
from app.extensions import db
from app.mail.service import letter
from app.review import kept, service, wordings  # noqa: F401 (says on the privacy page what is kept)
from app.review.models import ReviewCall
from app.tally import service as tally


@letter("review")
def review(subject_id: int, now: datetime) -> dict[str, Any] | None:  # noqa: ARG001 (every letter's shape)
    """What the letter says; None when the round is over or the juror has answered."""
    call = db.session.get_one(ReviewCall, subject_id)
    edition = db.session.get_one(Edition, call.edition_id)
    juror = accounts.account(call.account_id)
    answered = {answer.account_id for answer in service.answers(edition.id, staged=True)}
    over = edition.phase is not Phase.REVIEW or tally.current_round(edition.id) != call.round
    if over or juror.id in answered or juror.disabled_at is not None:
        return None
    given = wordings.of_count(edition, juror.name)
    return given | {"wording": wordings.AGAIN} if call.round > 1 else given
