"""The letters to who asks for a ballot, and to who is on the roll already."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from app.awards.models import Edition
from app.extensions import db
from app.mail.service import letter
from app.roll import asking, wordings
from app.roll.models import BallotRequest, RequestState
from app.web import absolute_url, language


@letter("request-confirm")
def confirm(subject_id: int, now: datetime) -> dict[str, Any] | None:  # noqa: ARG001 (a letter's shape)
    """The link that puts a request before the secretariat."""
    return _about(subject_id, RequestState.SENT)


@letter("request-known")
def known(subject_id: int, now: datetime) -> dict[str, Any] | None:  # noqa: ARG001
    """To who is on the roll: somebody asked for its ballot, and nothing has changed. It goes under the name it has there."""
    asked = db.session.get(BallotRequest, subject_id)
    voter = asked and asking.on_roll(asked)
    given = _about(subject_id, *RequestState)
    return given | {"company": voter.name} if given and voter else None


@letter("request-approved")
def approved(subject_id: int, now: datetime) -> dict[str, Any] | None:  # noqa: ARG001
    """The company is on the roll."""
    return _about(subject_id, RequestState.APPROVED)


@letter("request-declined")
def declined(subject_id: int, now: datetime) -> dict[str, Any] | None:  # noqa: ARG001
    """The company gets no ballot, and why."""
    return _about(subject_id, RequestState.DECLINED)


def _about(request_id: int, *states: RequestState) -> dict[str, Any] | None:
    asked = db.session.get(BallotRequest, request_id)
    edition = asked and db.session.get(Edition, asked.edition_id)
    if asked is None or edition is None or asked.state not in states:
        return None
    return wordings.of_request(
        edition,
        asked.contact_name if asking.row_of(asked).person else asked.company,
        days=asking.CONFIRM_WITHIN.days,
        link=absolute_url("asking.confirm", lang=language(), slug=edition.slug, token=asking.token(asked)),
        reason=asked.reason,
    )
