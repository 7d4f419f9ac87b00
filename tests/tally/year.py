"""An award's year as far as the vote, small and real: keys, credentials, encrypted ballots, the ledger; through the services."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from app import create_app
from app.access import Role
from app.accounts import service as accounts
from app.accounts.models import Account
from app.awards import defaults
from app.awards import service as awards
from app.awards.models import Edition
from app.ballots import casting, issuing
from app.ballots import service as ballots
from app.ballots.models import Credential
from app.core.belenios.ballots import make_ballot
from app.core.phases import Phase
from app.core.rules import Kind, TieRule
from app.extensions import clock as service_clock
from app.extensions import db, transaction
from app.jobs.worker import Worker
from app.nominations.models import Nomination, Nominee, State
from app.roll.models import Voter
from config import Settings

START = datetime(2026, 9, 1, 8, 0, tzinfo=UTC)
CLOSES = START + timedelta(days=10)
AFTER = CLOSES + timedelta(seconds=61)

BEST = {
    "slug": "upphandling",
    "name_sv": "Årets upphandling",
    "name_en": "Procurement of the year",
    "kind": Kind.CHOOSE_ONE,
    "max_choices": 1,
    "tie_rule": TieRule.SHARED,
}
TALK = {
    "slug": "dialog",
    "name_sv": "Årets dialog",
    "name_en": "Dialogue of the year",
    "kind": Kind.APPROVE,
    "max_choices": 2,
    "tie_rule": TieRule.SHARED,
}
NAMES = ("Drift av väg", "Måltider till äldre", "Tolktjänster")


@dataclass
class Year:
    """What was made: ids, and the people."""

    edition_id: int
    slug: str
    jurors: list[Account]
    secretaries: list[Account]
    observer: Account
    secrets: list[str] = field(default_factory=list)

    @property
    def edition(self) -> Edition:
        """The edition as it is now."""
        return db.session.get_one(Edition, self.edition_id, populate_existing=True)

    @property
    def phase(self) -> Phase:
        """The edition's phase as it is now."""
        return self.edition.phase


def open_vote(
    *,
    voters: int,
    categories: Sequence[dict] = (BEST, TALK),
    names: Sequence[str] = NAMES,
    signoffs: int = 2,
    slug: str = "2026",
    now: datetime = START,
    spares: int = 2,
) -> Year:
    """An edition whose vote is open, with that many voters; takes the steps that the secretariat's pages take."""
    with transaction():
        edition, people = shortlisted(
            voters=voters,
            categories=categories,
            names=names,
            signoffs=signoffs,
            slug=slug,
            now=now,
            spares=spares,
        )
        edition_id, by = edition.id, people[Role.SECRETARIAT][0].id
    ballots.prepare(edition_id, now=now)
    with transaction():
        ballots.enter(edition_id, Phase.PREPARED, by=by, now=now)
        awards.record_phase(edition_id, Phase.PREPARED, account_id=by, reason="", now=now)
    with transaction():
        ballots.enter(edition_id, Phase.VOTING, by=by, now=now)
        awards.record_phase(edition_id, Phase.VOTING, account_id=by, reason="", now=now)
    return Year(
        edition_id,
        slug,
        people[Role.JUROR],
        people[Role.SECRETARIAT],
        people[Role.OBSERVER][0],
        _secrets(edition_id),
    )


def shortlisted(
    *,
    voters: int,
    categories: Sequence[dict] = (BEST, TALK),
    names: Sequence[str] = NAMES,
    signoffs: int = 2,
    slug: str = "2026",
    now: datetime = START,
    spares: int = 2,
) -> tuple[Edition, dict[Role, list[Account]]]:
    """The edition before its ballots are prepared, and its people; in the caller's transaction."""
    people = {
        role: [
            accounts.create(
                email=f"{slug}-{role}-{n}@example.se",
                name=f"{role.capitalize()} {n}",
                role=role,
                language="sv",
                now=now,
            )
            for n in range(1, 4)
        ]
        for role in Role
    }
    by = people[Role.SECRETARIAT][0].id
    fields = defaults.edition(now) | {
        "slug": slug,
        "signoffs_needed": signoffs,
        "nominations_close_at": now + timedelta(hours=1),
        "voting_opens_at": now + timedelta(days=1),
        "voting_closes_at": now + (CLOSES - START),
        "spare_count": spares,
        "contact_email": "kansli@example.se",
    }
    edition = awards.create_edition(by=by, now=now, categories=[dict(c) for c in categories], **fields)
    _nominees(edition, names, now)
    _roll(edition.id, voters, now)
    for to in (Phase.NOMINATING, Phase.SHORTLISTING):
        awards.record_phase(edition.id, to, account_id=by, reason="", now=now)
    return edition, people


def _nominees(edition: Edition, names: Sequence[str], now: datetime) -> None:
    for category in edition.categories:
        for position, name in enumerate(names, 1):
            nomination = Nomination(
                edition_id=edition.id, category_id=category.id, public_id=f"{category.id}-{position}-{edition.slug}",
                state=State.ACCEPTED, title=name, authority="En myndighet", created_at=now, updated_at=now,
            )  # fmt: skip
            db.session.add(nomination)
            db.session.flush()
            db.session.add(
                Nominee(
                    edition_id=edition.id, category_id=category.id, nomination_id=nomination.id, position=position,
                    title=name, authority="En myndighet",
                )
            )  # fmt: skip
    db.session.flush()


def _roll(edition_id: int, number: int, now: datetime) -> None:
    for n in range(1, number + 1):
        db.session.add(
            Voter(
                edition_id=edition_id, company=f"Företag {n} AB", key=f"SE:{n}", orgnr="", email=f"rost{n}@example.se",
                contact_name="", language="sv", ballot_label="", added_at=now,
            )
        )  # fmt: skip
    db.session.flush()


def _secrets(edition_id: int) -> list[str]:
    uuid = ballots.election(edition_id).uuid
    query = select(Credential).where(Credential.edition_id == edition_id, Credential.voter_id.is_not(None))
    return [
        issuing.secret_of(credential, uuid)
        for credential in db.session.scalars(query.order_by(Credential.id))
    ]


def vote(
    year: Year, voter: int, marked: Sequence[set[int]], *, now: datetime = START + timedelta(days=2)
) -> None:
    """One voter's ballot: in each category the nominees marked, an empty set for blank."""
    questions = ballots.questions(year.edition_id)
    choices = [question.choices(frozenset(picks)) for question, picks in zip(questions, marked, strict=True)]
    data = make_ballot(ballots.election(year.edition_id), year.secrets[voter], choices)
    checked = casting.check(year.slug, data)
    with transaction():
        casting.accept(checked, arrived=now, now=now)


def work(app) -> None:
    """Lets a worker do everything that is due."""
    Worker(app).run(until_idle=True)


def counted(
    app, clock, votes: Sequence[Sequence[set[int]]], *, voters: int | None = None, **settings
) -> Year:
    """A year whose votes are cast, closed, counted and handed to the jury by the worker."""
    clock.set(START)
    year = open_vote(voters=voters or max(1, len(votes)), **settings)
    for voter, marked in enumerate(votes):
        vote(year, voter, marked)
    clock.set(AFTER)
    work(app)
    return year


@contextmanager
def shared_app(folder: Path) -> Iterator[tuple[Flask, Any]]:
    """An application on a database of its own, with a clock that stands still, for several tests that only read."""
    from tests.conftest import TestClock

    clock = TestClock(START)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(service_clock, "now", clock.now)
        patch.setenv("INSTANCE_DIR", str(folder / "instance"))
        app = create_app(Settings.from_env())
        app.config["RATELIMIT_ENABLED"] = False
        with app.app_context():
            db.create_all()
            yield app, clock
            db.session.remove()
            db.engine.dispose()
