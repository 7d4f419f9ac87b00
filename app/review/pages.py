"""What the review's pages show, put together from what the count and the jury have left."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask_babel import gettext

from app.awards.models import Category, Edition
from app.ballots import service as ballots
from app.core.phases import Phase
from app.core.rules import Question
from app.review import service
from app.review.models import Statement, TieDecision
from app.tally import service as tally
from app.tally import wording
from app.tally.outcomes import rows

REVIEWED = frozenset({Phase.REVIEW, *tally.PUBLIC})
"""The phases in which there is a reviewed count."""


@dataclass(frozen=True)
class Shown:
    """One category on the page."""

    category: Category
    question: Question
    outcome: dict[str, Any]
    rows: list[dict[str, Any]]
    tie: TieDecision | None
    words: Statement | None

    @property
    def winners(self) -> list[str]:
        """The winners' names."""
        return [self.question.names[nominee] for nominee in self.outcome["winners"]]

    @property
    def tied(self) -> list[tuple[int, str]]:
        """The nominees that share the first place, as (index, name)."""
        return [(nominee, self.question.names[nominee]) for nominee in self.outcome["tied"]]

    @property
    def by_jury(self) -> bool:
        """Whether the jury has a tie to decide here, or has decided it."""
        return self.outcome["decided"] in {"open", "jury"}


def count_page(edition: Edition, *, account_id: int) -> dict[str, Any]:
    """Everything on a juror's page about a count; `state` says whether there is anything to review."""
    made = tally.verification(edition.id, staged=True)
    if edition.phase is not Phase.REVIEW or made is None:
        return {"edition": edition, "state": _state(edition)}
    answers = service.answers(edition.id, staged=True)
    turnout = ballots.turnout(edition.id)
    return {
        "edition": edition,
        "state": "review",
        "categories": categories(edition),
        "verification": made,
        "claims": wording.judged(wording.checks(made)),
        "checks": wording.checks(made),
        "seen": service.seen(edition.id),
        "progress": service.progress(edition),
        "own": next((answer for answer in answers if answer.account_id == account_id), None),
        "objections": [answer for answer in answers if answer.verdict == "objected"],
        "recounts": service.recounts(edition.id, staged=True),
        "cast": turnout.cast,
        "issued": turnout.issued,
        "uuid": ballots.election(edition.id).uuid,
        "signable": made.valid and not service.ties_open(edition.id),
    }


def _state(edition: Edition) -> str:
    if edition.phase is Phase.REVIEW:
        return "again"
    if edition.phase in tally.PUBLIC:
        return "published"
    if edition.phase is Phase.CANCELLED:
        return "cancelled"
    return "counting" if edition.phase is Phase.COUNTING else "early"


def categories(edition: Edition) -> list[Shown]:
    """Every category with its staged outcome, in the ballot's order."""
    questions = ballots.questions(edition.id)
    found = {category.id: category for category in edition.categories}
    ties = service.tie_decisions(edition.id, staged=True)
    words = service.statements(edition.id, staged=True)
    return [
        Shown(
            category=found[count.category_id],
            question=questions[count.question],
            outcome=count.outcome,
            rows=rows(count.outcome, questions[count.question].names, blank=gettext("Blank")),
            tie=ties.get(count.category_id),
            words=words.get(count.category_id),
        )
        for count in tally.counts(edition.id, staged=True)
    ]
