"""A trial vote from its start to what it showed: begun by one person, made by the same code as a real vote.

A trial is an edition of its own (`Edition.trial_of_id`), so everything of it (roll, keys, box, ledger, letters) stands
in rows of its own. It ends in review: nothing of it is ever published, and nobody signs it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select

from app.access import Role
from app.accounts import service as accounts
from app.accounts.models import Account
from app.awards import records
from app.awards import service as awards
from app.awards.models import Edition, Trial
from app.ballots import delivery
from app.ballots import service as ballots
from app.core.phases import Phase
from app.extensions import db
from app.jobs import service as jobs
from app.secretariat import service as secretariat
from app.tally import service as tally
from app.tally.models import Verification
from app.trials import making

OPEN = "trials.open"
REMOVE = "trials.remove"
KEPT = timedelta(days=7)
OVER = frozenset({Phase.PUBLISHED, Phase.ARCHIVED, Phase.CANCELLED})
UNDER_WAY = frozenset(Phase) - OVER - {Phase.REVIEW}
MINUTES = (15, 60, 240, 1440)
DEFAULT_MINUTES = 60


class NobodyChosen(Exception):
    """A trial needs somebody who votes."""


class NotStaff(Exception):
    """Only members of staff get a trial's ballot."""


class UnderWay(Exception):
    """The edition's last trial has not ended."""


class NoTrial(Exception):
    """The edition cannot have a trial (any more), or this is none."""


class NotOpen(Exception):
    """The trial's vote is not open."""


@dataclass(frozen=True)
class Shown:
    """What a trial has shown: letters, ballots, and who verified the count."""

    letters: int
    delivered: int
    failed: int
    ballots: int
    verification: Verification | None


def people() -> list[Account]:
    """Who can be given a trial's ballot: the secretariat first, then the jury and the observers."""
    order = list(Role)
    return sorted(accounts.people(), key=lambda each: order.index(Role(each.role)))


def may_start(of: Edition) -> bool:
    """Whether this edition can have a trial now."""
    return not of.trial and of.phase not in OVER and current(of.id) is None


def current(edition_id: int) -> Trial | None:
    """The edition's trial that has not ended."""
    for each in awards.trials(edition_id):
        trial = db.session.get(Edition, each.trial_id) if each.trial_id else None
        if trial is not None and trial.phase in UNDER_WAY:
            return each
    return None


def of_edition(trial_id: int) -> Trial:
    """The row of the trial that this edition is. Raises `NoTrial`."""
    found: Trial | None = db.session.scalar(select(Trial).where(Trial.trial_id == trial_id))
    if found is None:
        raise NoTrial(trial_id)
    return found


def start(edition_id: int, *, chosen: Sequence[int], minutes: int, by: int, now: datetime) -> Edition:
    """Begins a trial of the edition among the accounts *chosen*; the worker makes the ballots and opens the vote.

    In the caller's transaction. Raises `NoTrial`, `UnderWay`, `NobodyChosen` or `NotStaff`.
    """
    of = awards.lock(edition_id)
    if of.trial or of.phase in OVER:
        raise NoTrial(edition_id)
    if current(edition_id) is not None:
        raise UnderWay(edition_id)
    staff = {each.id: each for each in people()}
    if not chosen:
        raise NobodyChosen
    if not set(chosen) <= set(staff):
        raise NotStaff
    number = len(awards.trials(edition_id)) + 1
    slug = making.free_slug(of, number)
    made = making.edition(of, slug=slug, closes=now + timedelta(minutes=minutes), by=by, now=now)
    making.put_on_roll(made, [staff[each] for each in dict.fromkeys(chosen)], by=by, now=now)
    for to in (Phase.NOMINATING, Phase.SHORTLISTING):
        awards.record_phase(made.id, to, account_id=by, reason="", now=now)
    db.session.add(
        Trial(of_id=of.id, number=number, slug=slug, trial_id=made.id, account_id=by, started_at=now)
    )
    db.session.flush()
    payload = {"edition_id": made.id, "by": by}
    jobs.enqueue(OPEN, payload, now=now, key=f"{OPEN}:{made.id}", edition_id=made.id)
    return made


def move_on(trial_id: int, *, by: int, now: datetime) -> bool:
    """The next of the moves that open a trial, as `secretariat.service` makes them; False when all are made.

    In the caller's transaction, after `ballots.prepare`. Opening needs no second person.
    """
    steps = {Phase.SHORTLISTING: Phase.PREPARED, Phase.PREPARED: Phase.VOTING}
    at = awards.lock(trial_id).phase
    if at not in steps:
        return False
    secretariat.advance(trial_id, steps[at], expected=at, by=by, now=now)
    return True


def close(trial_id: int, *, by: int, now: datetime) -> None:
    """Ends the trial's vote now; the box is sealed a minute later, as always. Raises `NoTrial` or `NotOpen`."""
    trial = awards.lock(trial_id)
    if not trial.trial:
        raise NoTrial(trial_id)
    if trial.phase is not Phase.VOTING or trial.voting_closes_at is None or trial.voting_closes_at <= now:
        raise NotOpen(trial.phase)
    trial.voting_closes_at = now
    db.session.flush()
    records.record_deadlines(trial, by=by, now=now)


def shown(trial: Edition) -> Shown:
    """What the trial has shown so far."""
    letters = delivery.counts(trial.id)
    return Shown(
        letters=letters.total,
        delivered=letters.sent,
        failed=letters.failed + letters.bounced,
        ballots=ballots.turnout(trial.id).cast,
        verification=tally.verification(trial.id, staged=True),
    )


def request_removal(trial_id: int, *, now: datetime) -> None:
    """Asks the worker to remove everything of a trial. In the caller's transaction. Raises `NoTrial`."""
    if not awards.lock(trial_id).trial:
        raise NoTrial(trial_id)
    row = of_edition(trial_id)
    row.removing = True
    db.session.flush()
    jobs.enqueue(REMOVE, {"edition_id": trial_id}, now=now, key=f"{REMOVE}:{trial_id}")


def overdue(now: datetime) -> list[int]:
    """The trials that began so long ago that they go by themselves."""
    query = select(Trial.trial_id).where(Trial.trial_id.is_not(None), Trial.started_at < now - KEPT)
    return [each for each in db.session.scalars(query) if each is not None]
