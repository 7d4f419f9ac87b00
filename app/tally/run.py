"""The count from end to end, step by step; what stopped it is kept as a word that the secretariat's page explains."""

from __future__ import annotations

import traceback
from collections.abc import Callable
from datetime import datetime
from functools import partial
from pathlib import Path

from sqlalchemy import select

from app.awards.models import Edition
from app.core.belenios.errors import BeleniosError
from app.core.counting import ResultOutOfBounds
from app.core.phases import Phase
from app.extensions import db, transaction
from app.jobs import service as jobs
from app.tally import counts, opening, verifying
from app.tally.models import Tally, Verification
from app.tally.opening import locked
from app.trustees.keystore import KeyMissing, WrongPassphrase


class CountStopped(Exception):
    """The count stopped. Says where and on what kind of error, never what it had found: results are staged."""

    def __init__(self, problem: str, error: Exception) -> None:
        self.problem = problem
        last = traceback.extract_tb(error.__traceback__)[-1]
        super().__init__(f"{problem}: {type(error).__name__} in {Path(last.filename).name}:{last.lineno}")


STEPS = 6
RUNS_IN = (Phase.COUNTING, Phase.REVIEW)


def count(*, edition_id: int, now: datetime, progress: Callable[[int, int], None] = lambda *_: None) -> None:
    """Takes the steps that are not taken yet, then hands over to the review; raises `CountStopped`."""
    try:
        _steps(edition_id, now, progress)
    except Exception as error:
        note_problem(edition_id=edition_id, problem=_word(error), now=now)
        raise CountStopped(_word(error), error) from None


def _steps(edition_id: int, now: datetime, progress: Callable[[int, int], None]) -> None:
    alive = partial(progress, STEPS - 1, STEPS)
    steps: tuple[Callable[..., None], ...] = (
        opening.encrypt,
        opening.decrypt,
        opening.open_result,
        counts.count_all,
        partial(verifying.verify, alive=alive),
        hand_over,
    )
    for number, step in enumerate(steps, 1):
        if db.session.get_one(Edition, edition_id, populate_existing=True).phase not in RUNS_IN:
            return  # cancelled meanwhile
        progress(number, STEPS)
        step(edition_id=edition_id, now=now)


def hand_over(*, edition_id: int, now: datetime) -> None:
    """The count of this round is finished: the review, which lies above, takes it from here by a job of its own."""
    with transaction():
        tally = locked(edition_id)
        tally.problem = tally.problem_at = None
        jobs.enqueue(
            "review.open",
            {"edition_id": edition_id, "round": tally.round},
            now=now,
            key=f"review.open:{edition_id}:{tally.round}",
            edition_id=edition_id,
        )


def begin_round(*, edition_id: int, now: datetime) -> int:
    """Begins the next round over the same opened tally; gives its number. The worker counts and verifies again."""
    tally = locked(edition_id)
    tally.round += 1
    tally.problem = tally.problem_at = None
    jobs.enqueue(
        "tally.count",
        {"edition_id": edition_id, "round": tally.round},
        now=now,
        key=f"tally.count:{edition_id}:{tally.round}",
        edition_id=edition_id,
    )
    return tally.round


def finished(edition_id: int) -> bool:
    """Whether the present round has its report."""
    query = select(Verification.id).join(
        Tally, (Tally.edition_id == Verification.edition_id) & (Tally.round == Verification.round)
    )
    return db.session.scalar(query.where(Tally.edition_id == edition_id)) is not None


def note_problem(*, edition_id: int, problem: str, now: datetime) -> None:
    """Keeps what stopped the count; nothing of the count itself is changed."""
    with transaction():
        tally = locked(edition_id)
        tally.problem, tally.problem_at = problem, now


def _word(error: Exception) -> str:
    if isinstance(error, KeyMissing):
        return "no-key"
    if isinstance(error, WrongPassphrase):
        return "wrong-passphrase"
    if isinstance(error, BeleniosError | ResultOutOfBounds):
        return "archive"
    return "unexpected"
