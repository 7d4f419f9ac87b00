"""Whose ballot came back, and whose address has been corrected since: they get it again, to the new address."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, select

from app.ballots.models import Credential, State
from app.extensions import db
from app.mail.models import Letter
from app.mail.service import UNDELIVERED
from app.roll.models import Voter


@dataclass(frozen=True)
class Corrected:
    """A voter, the ballot's credential, and how many letters with it there were."""

    voter: Voter
    credential_id: int
    before: int


def corrected(edition_id: int) -> list[Corrected]:
    """Every voter whose newest ballot letter failed or bounced, at another address than the voter has now."""
    newest = (
        select(Letter.subject_id, func.max(Letter.id).label("id"), func.count().label("before"))
        .where(Letter.edition_id == edition_id, Letter.name == "ballot")
        .group_by(Letter.subject_id)
        .subquery()
    )
    rows = db.session.execute(
        select(Voter, Credential.id, newest.c.before)
        .join(Credential, (Credential.voter_id == Voter.id) & (Credential.state == State.ISSUED))
        .join(newest, newest.c.subject_id == Credential.id)
        .join(Letter, Letter.id == newest.c.id)
        .where(
            Voter.edition_id == edition_id,
            Voter.left_out == "",
            Letter.state.in_(UNDELIVERED),
            func.lower(Letter.to) != func.lower(Voter.email),
        )
        .order_by(Voter.company, Voter.id)
    )
    return [Corrected(*row) for row in rows]
