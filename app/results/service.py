"""A published result as everyone may see it. Before publication there is nothing here: `result` gives None."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from app.awards.models import Category, Edition, PhaseMove
from app.ballots import service as ballots
from app.ballots.models import Ballot, Replacement
from app.core.phases import Phase
from app.core.rules import Kind
from app.extensions import db
from app.nominations import service as nominations
from app.nominations.models import Nominee
from app.review import service as review
from app.review.models import Recount, SignOff
from app.roll import service as roll
from app.tally import service as tally
from app.tally.models import Verification

PUBLIC = frozenset({Phase.PUBLISHED, Phase.ARCHIVED})


@dataclass(frozen=True)
class CategoryResult:
    """One category: its nominees in the ballot's order, and the count's outcome (`Outcome.as_data()`)."""

    category: Category
    question: int
    nominees: Sequence[Nominee]
    outcome: Mapping[str, Any]
    statement_sv: str
    statement_en: str
    tie_reason: str
    voters_who_won: int = 0
    """how many on the frozen roll may vote though they won a contract that stands in this category"""

    @property
    def winners(self) -> list[Nominee]:
        """Who won, in the ballot's order; nobody where nobody got a vote."""
        return [self.nominees[index] for index in sorted(self.outcome["winners"])]

    @property
    def votes(self) -> dict[int, int]:
        """Votes by nominee's place on the ballot."""
        return {each["nominee"]: each["votes"] for each in self.outcome["standings"]}

    @property
    def margin(self) -> int:
        """Votes between the first and the second."""
        first, second = sorted([*self.votes.values(), 0, 0], reverse=True)[:2]
        return first - second

    @property
    def several(self) -> bool:
        """Whether a voter could mark several."""
        return self.category.kind is Kind.APPROVE

    def statement(self, lang: str) -> str:
        """The jury's words, in the other language where there are none in this one; may be empty."""
        first, other = self.statement_sv, self.statement_en
        return (other or first) if lang == "en" else (first or other)


@dataclass(frozen=True)
class Result:
    """Everything that is public about an edition's result."""

    edition: Edition
    published_at: datetime
    categories: Sequence[CategoryResult]
    cast: int
    issued: int
    replaced: int
    without_script: int
    signatures: Sequence[SignOff]
    objections: Sequence[SignOff]
    recounts: Sequence[Recount]
    verification: Verification
    fingerprint: str
    uuid: str


def version(edition: Edition) -> str:
    """Different whenever the page of a published result could be."""
    last = select(func.max(PhaseMove.id)).where(PhaseMove.edition_id == edition.id)
    return f"{edition.id}:{edition.phase}:{db.session.scalar(last)}"


def result(edition: Edition) -> Result | None:
    """The result of *edition*, or None until it is published."""
    if edition.phase not in PUBLIC:
        return None
    made = tally.verification(edition.id)
    assert made is not None  # nothing is published without a report
    turnout = ballots.turnout(edition.id)
    return Result(
        edition=edition,
        published_at=_published_at(edition),
        categories=_categories(edition),
        cast=turnout.cast,
        issued=turnout.issued,
        replaced=_number(Replacement, edition),
        without_script=_number(Ballot, edition, Ballot.without_script.is_(True)),
        signatures=review.signed(edition.id),
        objections=review.objections(edition.id, every_round=True),
        recounts=review.recounts(edition.id),
        verification=made,
        fingerprint=ballots.fingerprint(edition.id),
        uuid=ballots.election(edition.id).uuid,
    )


def _categories(edition: Edition) -> list[CategoryResult]:
    counts = {count.category_id: count for count in tally.counts(edition.id)}
    statements = review.statements(edition.id)
    ties = review.tie_decisions(edition.id)
    frozen = roll.frozen(edition.id)
    won = frozen.winners_by_category if frozen else {}
    found = []
    for category in edition.categories:
        count = counts.get(category.id)
        if count is None:
            continue
        words, tie = statements.get(category.id), ties.get(category.id)
        found.append(
            CategoryResult(
                category=category,
                question=count.question,
                nominees=nominations.nominees_in(category.id),
                outcome=count.outcome,
                statement_sv=words.text_sv if words else "",
                statement_en=words.text_en if words else "",
                tie_reason=tie.reason if tie and count.outcome["decided"] == "jury" else "",
                voters_who_won=won.get(str(category.id), 0),
            )
        )
    return sorted(found, key=lambda each: each.question)


def _published_at(edition: Edition) -> datetime:
    move = select(PhaseMove.at).where(
        PhaseMove.edition_id == edition.id, PhaseMove.to_phase == Phase.PUBLISHED
    )
    at = db.session.scalar(move)
    assert at is not None
    return at


def cancelled(edition: Edition) -> PhaseMove | None:
    """The move that cancelled the edition, with its published reason."""
    query = select(PhaseMove).where(PhaseMove.edition_id == edition.id, PhaseMove.to_phase == Phase.CANCELLED)
    found: PhaseMove | None = db.session.scalar(query)
    return found


def _number(table: Any, edition: Edition, *conditions: Any) -> int:
    query = select(func.count()).select_from(table).where(table.edition_id == edition.id, *conditions)
    return db.session.scalar(query) or 0
