"""What the secretariat sees of each voter's ballot: found by company, number, address or contact; its letters; used or not.

Searching, counting and ordering is the database's; what is read is a page. Whether a ballot was used is told by the
last full hour (`shown`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, func, select
from sqlalchemy.orm import aliased

from app.ballots import box
from app.ballots.models import Credential, State
from app.extensions import db
from app.mail import service as mail
from app.mail.models import Letter, LetterEvent, LetterState
from app.roll import service as roll
from app.roll.models import Voter
from app.roll.sought import in_order, like

UNDELIVERED = (
    LetterState.QUEUED, LetterState.SENDING, LetterState.DEFERRED, LetterState.FAILED, LetterState.BOUNCED,
)  # fmt: skip
FILTERS = ("undelivered", "lost", "way", "deferred", "failed", "bounced", "unsent", "unused")


@dataclass(frozen=True)
class Delivery:
    """A voter, the present credential, and its newest letter (None before there is one)."""

    voter: Voter
    credential: Credential
    letter: Letter | None


@dataclass(frozen=True)
class Sent:
    """A letter with this ballot, and what became of it, oldest first."""

    letter: Letter
    events: list[LetterEvent]


def deliveries(
    edition_id: int, *, search: str = "", state: str = "", offset: int = 0, limit: int = 50
) -> tuple[int, list[Delivery]]:
    """Voters with their ballots, in the order of the roll; how many fit, and a page of them.

    `state` is one of FILTERS (anything else filters nothing); "unused" is as of the last full hour.
    """
    query = (
        select(Voter.id)
        .join(Credential, and_(Credential.voter_id == Voter.id, Credential.state == State.ISSUED))
        .where(roll.has_ballot(edition_id), *_searched(search), *_in(state))
    )
    total = db.session.scalar(select(func.count()).select_from(query.subquery())) or 0
    ids = list(
        db.session.scalars(query.order_by(in_order(Voter.sorts_as), Voter.id).offset(offset).limit(limit))
    )
    return total, _read(ids)


def one(voter: Voter) -> list[Sent]:
    """The letters with the voter's present ballot, the newest first."""
    query = select(Credential.id).where(Credential.voter_id == voter.id, Credential.state == State.ISSUED)
    credential_id = db.session.scalar(query)
    letters = mail.find("ballot", credential_id) if credential_id else []
    return [Sent(letter, mail.history(letter.id)) for letter in reversed(letters)]


def shown_at(edition_id: int) -> datetime | None:
    """The full hour that "used" is of, or None before the first one."""
    found = box.box(edition_id)
    return found.shown_at if found else None


def _searched(search: str) -> list[ColumnElement[bool]]:
    return [Voter.sought.like(pattern, escape="\\") for pattern in like(search)]


def _in(state: str) -> list[ColumnElement[bool]]:
    if state == "unused":
        return [Credential.used_shown.is_(False)]
    letter = aliased(Letter)
    if state == "unsent":
        return [~exists().where(letter.name == "ballot", letter.subject_id == Credential.id)]
    wanted: dict[str, tuple[str, ...]] = {
        "undelivered": UNDELIVERED,
        "lost": (LetterState.FAILED, LetterState.BOUNCED),
        "way": (LetterState.QUEUED, LetterState.SENDING),
        "deferred": (LetterState.DEFERRED,),
        "failed": (LetterState.FAILED,),
        "bounced": (LetterState.BOUNCED,),
    }
    if state not in wanted:
        return []
    fits = select(letter.id).where(
        letter.id == _newest().correlate(Credential).scalar_subquery(), letter.state.in_(wanted[state])
    )  # fmt: skip
    return [fits.exists()]


def _newest() -> Select[Any]:
    """The number of a credential's newest letter, for a query that has the credential."""
    return select(func.max(Letter.id)).where(Letter.name == "ballot", Letter.subject_id == Credential.id)


def _read(ids: list[int]) -> list[Delivery]:
    rows = db.session.execute(
        select(Voter, Credential, Letter)
        .join(Credential, and_(Credential.voter_id == Voter.id, Credential.state == State.ISSUED))
        .join(Letter, Letter.id == _newest().correlate(Credential).scalar_subquery(), isouter=True)
        .where(Voter.id.in_(ids))
        .execution_options(populate_existing=True)
    )
    found = {row[0].id: Delivery(*row) for row in rows}
    return [found[voter_id] for voter_id in ids if voter_id in found]
