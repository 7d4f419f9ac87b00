"""Counts each category of the opened tally by the method and the tie rule that were published before the vote."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import select

from app.awards.models import Edition
from app.ballots import service as ballots
from app.core import counting
from app.core.counting import Outcome
from app.core.rules import Question
from app.extensions import db, transaction
from app.ledger import service as ledger
from app.tally.models import Count, Tally
from app.tally.opening import locked


def count_all(*, edition_id: int, now: datetime) -> None:
    """One outcome a category for the present round; a jury's decision about a tie stands from the round before."""
    with transaction():
        tally = locked(edition_id)
        if _of_round(edition_id, tally.round):
            return
        jury = {
            count.question: count.outcome["winners"]
            for count in _of_round(edition_id, tally.round - 1)
            if count.outcome["decided"] == "jury"
        }
        categories = {
            category.slug: category.id for category in db.session.get_one(Edition, edition_id).categories
        }
        for index, (question, outcome) in enumerate(outcomes(edition_id=edition_id, tally=tally, jury=jury)):
            db.session.add(
                Count(
                    edition_id=edition_id,
                    category_id=categories[question.category],
                    round=tally.round,
                    question=index,
                    outcome=outcome.as_data(),
                    counted_at=now,
                )
            )
            _record(edition_id, index, question, outcome, now)


def outcomes(
    *, edition_id: int, tally: Tally, jury: Mapping[int, Sequence[int]]
) -> list[tuple[Question, Outcome]]:
    """Every question with its outcome; `jury` holds the winners that the jury chose, by question."""
    assert tally.result is not None
    assert tally.ballots is not None
    return [
        (
            question,
            counting.count(
                question.method,
                row,
                ballots=tally.ballots,
                maximum=question.maximum,
                tie=question.tie,
                jury=jury.get(index),
            ),
        )
        for index, (question, row) in enumerate(zip(ballots.questions(edition_id), tally.result, strict=True))
    ]


def decide_tie(*, edition_id: int, question: int, winners: Sequence[int], now: datetime) -> None:
    """Counts one category again with the winners that the jury chose among the tied.

    Raises `counting.TieUnresolved` where there is no tie for the jury to decide, or not between these.
    """
    tally = locked(edition_id)
    rule, outcome = outcomes(edition_id=edition_id, tally=tally, jury={question: winners})[question]
    row = next(count for count in _of_round(edition_id, tally.round) if count.question == question)
    row.outcome = outcome.as_data()
    row.counted_at = now
    _record(edition_id, question, rule, outcome, now)


def _record(edition_id: int, index: int, question: Question, outcome: Outcome, now: datetime) -> None:
    ledger.append(
        edition=edition_id,
        kind="count-made",
        data={
            "category": question.category,
            "outcome": outcome.as_data(),
            "question": index,
            "tie": question.tie.value,
        },
        now=now,
        staged=True,
    )


def _of_round(edition_id: int, number: int) -> list[Count]:
    query = select(Count).where(Count.edition_id == edition_id, Count.round == number)
    return list(db.session.scalars(query.order_by(Count.question)))
