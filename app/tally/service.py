"""What others read of a count, and what it says about the edition's next step.

Everything after the encrypted tally is staged until publication: the functions here give nothing of it then, unless
the caller says `staged=True`, which the jury's pages and the worker alone do.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from app.awards.duties import Blocker, Todo
from app.awards.models import Edition
from app.core.phases import Phase
from app.extensions import db
from app.jobs import service as jobs
from app.tally.closing import may_close
from app.tally.models import Count, PartialDecryption, Tally, Verification

LATE = timedelta(minutes=5)
PUBLIC = {Phase.PUBLISHED, Phase.ARCHIVED}


@dataclass(frozen=True)
class OpenedTally:
    """The opened box: one row ``[blank, nominee 0, …]`` a question, over `ballots` ballots."""

    rows: list[list[int]]
    ballots: int
    result_hash: str
    opened_at: datetime


class Step(StrEnum):
    """The steps of a count, in their order."""

    CLOSED = "closed"
    ENCRYPTED = "encrypted"
    DECRYPTED = "decrypted"
    OPENED = "opened"
    COUNTED = "counted"
    VERIFIED = "verified"


def tally(edition_id: int) -> Tally | None:
    """The row that says how far the count has come."""
    return db.session.scalar(select(Tally).where(Tally.edition_id == edition_id))


def current_round(edition_id: int) -> int:
    """The round that counts now: 1, and one more for each recount."""
    row = tally(edition_id)
    return row.round if row else 1


def opened(edition_id: int, *, staged: bool = False) -> OpenedTally | None:
    """The opened tally, or None while there is none (or none that is public)."""
    row = tally(edition_id)
    if row is None or row.result is None or not _open_to(edition_id, staged):
        return None
    assert row.ballots is not None
    assert row.result_hash is not None
    assert row.opened_at is not None
    return OpenedTally(row.result, row.ballots, row.result_hash, row.opened_at)


def counts(edition_id: int, *, staged: bool = False) -> list[Count]:
    """The last round's outcomes, in the order of the ballot's questions."""
    if not _open_to(edition_id, staged):
        return []
    query = select(Count).where(Count.edition_id == edition_id, Count.round == current_round(edition_id))
    return list(db.session.scalars(query.order_by(Count.question)))


def verification(edition_id: int, *, staged: bool = False) -> Verification | None:
    """The last round's report, or None while it is being made (or is not public)."""
    if not _open_to(edition_id, staged):
        return None
    return _verification(edition_id)


def _open_to(edition_id: int, staged: bool) -> bool:
    return staged or db.session.get_one(Edition, edition_id).phase in PUBLIC


def _verification(edition_id: int) -> Verification | None:
    return db.session.scalar(
        select(Verification).where(
            Verification.edition_id == edition_id, Verification.round == current_round(edition_id)
        )
    )


def done(edition_id: int) -> list[Step]:
    """The steps that are done in the present round. Says nothing about what came out of them."""
    row = tally(edition_id)
    if row is None:
        return []
    decrypted = select(PartialDecryption.id).where(PartialDecryption.edition_id == edition_id).limit(1)
    counted = select(Count.id).where(Count.edition_id == edition_id, Count.round == row.round).limit(1)
    reached = {
        Step.CLOSED: True,
        Step.ENCRYPTED: row.encrypted_at is not None,
        Step.DECRYPTED: db.session.scalar(decrypted) is not None,
        Step.OPENED: row.opened_at is not None,
        Step.COUNTED: db.session.scalar(counted) is not None,
        Step.VERIFIED: _verification(edition_id) is not None,
    }
    return [step for step, there in reached.items() if there]


def overview(edition: Edition, *, now: datetime) -> dict[str, Any]:
    """What the secretariat's page shows of the count: steps and what stopped it, nothing of the result."""
    finished = done(edition.id)
    stopped = problem(edition.id)
    row = tally(edition.id)
    return {
        "steps": list(Step),
        "done": finished,
        "next": None if stopped else next((step for step in Step if step not in finished), None),
        "problem": stopped,
        "tally": row,
        "may_close": may_close(edition, now=now),
        "waiting": _unfinished("tally.count", edition.id),
        "closing": _unfinished("tally.close", edition.id),
    }


def _unfinished(kind: str, edition_id: int) -> bool:
    status = jobs.status(kind=kind, edition_id=edition_id)
    return status is not None and status.unfinished


PROBLEMS = {
    "no-key": _l(
        "The worker did not find the server's key in its folder of keys. Put the sealed copy back, then count again."
    ),
    "wrong-passphrase": _l(
        "The worker could not unlock the server's key. Check the passphrase, then count again."
    ),
    "archive": _l(
        "The stored box does not fit together. Do not change anything: ask whoever runs the server to compare it "
        "with the public archive."
    ),
    "unexpected": _l(
        "The worker stopped on an error. Count again; if it stops again, ask whoever runs the server."
    ),
}


def problem(edition_id: int) -> object | None:
    """What stopped the count, as a sentence about what to do; None when nothing did."""
    row = tally(edition_id)
    if row is None or row.problem is None:
        return None
    return PROBLEMS.get(row.problem, PROBLEMS["unexpected"])


def blockers(edition: Edition, to: Phase, *, now: datetime) -> list[Blocker]:  # noqa: ARG001 (every domain's shape)
    """What keeps the edition from entering *to*, as far as the count knows."""
    if to is Phase.REVIEW and _verification(edition.id) is None:
        return [Blocker(_l("The count is not finished."))]
    return []


def todos(edition: Edition, *, now: datetime) -> list[Todo]:
    """What the secretariat should look at."""
    values = {"slug": edition.slug}
    if may_close(edition, now=now):
        assert edition.voting_closes_at is not None
        late = now >= edition.voting_closes_at + LATE
        return [
            Todo(
                _l("The box has not been sealed yet"),
                _l("The vote has ended and nothing more can be cast. The worker seals the box by itself; if it does not, do it by hand."),
                "tally.progress",
                values,
                _l("Go to the count"),
                warn=late,
            )
        ]  # fmt: skip
    if edition.phase is not Phase.COUNTING:
        return []
    stopped = problem(edition.id)
    if stopped is None:
        return [
            Todo(
                _l("The count is under way"),
                _l("There is nothing for you to do. The jury is told when it can review."),
                "tally.progress",
                values,
                _l("Follow the count"),
            )
        ]
    return [
        Todo(_l("The count has stopped"), stopped, "tally.progress", values, _l("Go to the count"), warn=True)
    ]
