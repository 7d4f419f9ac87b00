"""Nominations as they stand after their confirmation, for tests of what the secretariat makes of them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from app.access import Role
from app.accounts import service as accounts
from app.awards import categories
from app.awards import service as awards
from app.awards.models import Edition
from app.core.phases import Phase
from app.extensions import db, transaction
from app.nominations import content
from app.nominations.models import Nomination, State
from app.screening.merges import merging
from app.screening.models import Merge
from tests.awards.conftest import make_edition
from tests.conftest import START

WORDS = "De frågade oss först. Sedan skrev de krav som gick att räkna på."


def open_edition(now: datetime = START, **fields: Any) -> Edition:
    """An edition that takes nominations."""
    made = make_edition(now, **fields)
    with transaction():
        awards.record_phase(made.id, Phase.NOMINATING, account_id=None, now=now)
    return made


def to(edition: Edition, phase: Phase) -> None:
    """Puts the edition into a phase, past whatever would have to be done first."""
    db.session.get_one(Edition, edition.id).phase = phase
    db.session.commit()


def nominated(
    edition: Edition,
    number: int,
    state: State = State.CONFIRMED,
    category: str = "upphandling",
    now: datetime = START,
    **fields: Any,
) -> Nomination:
    """A nomination with a number of its own, and a first version."""
    values: dict[str, Any] = {
        "authority": "Växjö kommun",
        "title": f"Upphandling {number}",
        "why": f"{WORDS} ({number})",
        "company": f"Leverantör {number} AB",
        "contact_name": "Åsa Ödman",
        "contact_email": f"asa{number}@leverantor.example",
        "orgnr": "5560360793",
    }
    made = Nomination(
        edition_id=edition.id, public_id=f"public-{edition.id}-{number:04}", state=state, created_at=now,
        updated_at=now, sent_at=now, confirmed_at=None if state in (State.DRAFT, State.SUBMITTED) else now,
        category=categories.category(edition.id, category), **(values | fields),
    )  # fmt: skip
    db.session.add(made)
    db.session.flush()
    content.keep_version(made, by=None, now=now)
    db.session.commit()
    return made


def secretary(now: datetime = START, email: str = "sofia@example.se") -> int:
    """The account of a secretary."""
    with transaction():
        account = accounts.by_address(email) or accounts.create(
            email=email, name="Sofia Sekreterare", role=Role.SECRETARIAT, language="sv", now=now
        )
        db.session.flush()
        return int(account.id)


def put_together(
    target: Nomination, source: Nomination, by: int, now: datetime = START, **take: str
) -> Merge:
    """Merges the source into the target as somebody does who has seen both just now."""
    with transaction():
        versions = {
            each.id: merging.stamp(db.session.get_one(Nomination, each.id)) for each in (target, source)
        }
        return merging.merge(target.edition_id, target.id, source.id, take, versions=versions, by=by, now=now)


def take_apart(merge: Merge, by: int, reason: str = "De är olika.", now: datetime = START) -> None:
    """Undoes a merge."""
    with transaction():
        merging.undo(merge.edition_id, merge.id, reason, by=by, now=now)


def anew(nomination: Nomination) -> Nomination:
    """The nomination as it stands in the database now."""
    db.session.rollback()
    return db.session.get_one(Nomination, nomination.id)
