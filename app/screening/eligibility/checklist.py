"""The checklist as it is read on a nomination's page: each rule with its answer, the evidence, and who said so."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from app.accounts import service as accounts
from app.awards.models import Edition
from app.nominations.models import Nomination
from app.nominations.rules import sentence
from app.screening.eligibility import eligibility, evidence
from app.screening.eligibility.eligibility import ANSWERED_IN, Judged, Standing
from app.screening.eligibility.rule_forms import AnswerForm
from app.screening.eligibility.rules import may_change
from app.web import language


@dataclass(frozen=True)
class Line:
    """A rule in words, its judgement, the evidence in sentences, who answered by hand, and a form to answer it."""

    text: str
    judged: Judged
    evidence: list[str]
    who: str
    form: AnswerForm


def lines(nomination: Nomination) -> list[Line]:
    """Every rule that applies to the nomination."""
    return [
        Line(
            sentence(item.rule, language()),
            item,
            evidence.sentences(item.found),
            accounts.account(item.answer.account_id).name if item.answer else "",
            AnswerForm(formdata=None, prefix=f"rule-{item.rule.id}-"),
        )
        for item in eligibility.judged(nomination)
    ]


def standing(listed: Sequence[Line]) -> Standing | None:
    """How the nomination stands to all of them; None where there are no rules."""
    return eligibility.overall(line.judged.holds for line in listed) if listed else None


def may_answer(edition: Edition, nomination: Nomination) -> bool:
    """Until the ballot is made, of a nomination that counts and stands for itself."""
    return may_change(edition) and nomination.state in ANSWERED_IN
