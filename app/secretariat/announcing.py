"""The letter that says that the result is public: to voters whose ballot arrived and to those who nominated."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import func, select

from app.awards.models import Edition
from app.ballots import reminding
from app.core.phases import Phase
from app.extensions import db
from app.mail.models import Letter
from app.mail.service import letter
from app.nominations.models import Nomination, State
from app.secretariat import wordings

LETTER = "result"
NOMINATED = (State.CONFIRMED, State.COMPLETION_ASKED, State.ACCEPTED, State.DECLINED, State.MERGED)


def recipients(edition_id: int) -> Iterator[tuple[str, str, str]]:
    """(name, address, language) of everyone who has not been written to; each address once, in order."""
    told = set(
        db.session.scalars(
            select(func.lower(Letter.to)).where(Letter.name == LETTER, Letter.edition_id == edition_id)
        )
    )
    for name, email, lang in [*_voters(edition_id), *_nominators(edition_id)]:
        if email.lower() not in told:
            told.add(email.lower())
            yield name, email, lang


def _voters(edition_id: int) -> list[tuple[str, str, str]]:
    return [
        (voter.company, voter.email, voter.language) for voter in reminding.with_delivered_ballot(edition_id)
    ]


def _nominators(edition_id: int) -> list[tuple[str, str, str]]:
    rows = db.session.execute(
        select(Nomination.company, Nomination.contact_email, Nomination.language)
        .where(
            Nomination.edition_id == edition_id,
            Nomination.state.in_(NOMINATED),
            Nomination.confirmed_at.is_not(None),
            Nomination.forgotten_at.is_(None),
            Nomination.contact_email != "",
        )
        .order_by(Nomination.company, Nomination.id)
    )
    return [(company, email, lang) for company, email, lang in rows]


def key(edition_id: int, email: str) -> str:
    """What makes sure that an address gets one such letter, ever."""
    return f"{LETTER}:{edition_id}:{sha256(email.lower().encode()).hexdigest()}"


@letter(LETTER, bulk=True)
def result(subject_id: int, now: datetime) -> dict[str, Any] | None:  # noqa: ARG001 (every letter's signature)
    """Where the result can be read and checked; `subject_id` is the edition's. Not sent before publication."""
    edition = db.session.get(Edition, subject_id, populate_existing=True)
    if edition is None or edition.phase not in {Phase.PUBLISHED, Phase.ARCHIVED}:
        return None
    return words(edition)


def words(edition: Edition) -> dict[str, Any]:
    """What the letter says, also before it can be sent."""
    return wordings.of_result(edition)
