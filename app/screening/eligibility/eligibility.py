"""Whether a nomination meets the rules of its edition: what the data says, and above it what a person has answered."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import func, select

from app.awards import service as awards
from app.awards.plaintext import tidy
from app.extensions import db
from app.nominations.drafts import NotNow
from app.nominations.models import Nomination, State
from app.nominations.records import happened
from app.nominations.rules import Rule, of_edition
from app.nominations.service import nomination as one_nomination
from app.screening.eligibility.checks import Facts, Finding, find
from app.screening.eligibility.rules import NoSuchRule, RulesLocked, may_change, rule
from app.screening.models import Answer

ANSWERED_IN = (State.CONFIRMED, State.COMPLETION_ASKED, State.ACCEPTED, State.DECLINED)
COLUMNS = ("id", "category_id", "awarded_on", "buyer_number", "buyer_country", "lots", "read", "sources")


class Standing(StrEnum):
    """How a nomination stands to all rules that apply to it."""

    ELIGIBLE = "eligible"
    NOT = "not"
    UNCLEAR = "unclear"


class By(StrEnum):
    """Who answered."""

    DATA = "data"
    PERSON = "person"


@dataclass(frozen=True)
class Judged:
    """A rule and its answer: `holds` (None: not answered), `by` whom, what the data says, and a person's `answer`."""

    rule: Rule
    holds: bool | None
    by: By | None
    found: Finding
    answer: Answer | None = None

    @property
    def outdated(self) -> bool:
        """Whether the rule was changed after a person answered it."""
        return self.answer is not None and self.rule.changed_at > self.answer.at


def judge(facts: Facts, rules: Iterable[Rule], answers: Mapping[int, Answer]) -> list[Judged]:
    """Every rule that applies in the nomination's category; *answers* are the nomination's own, by rule."""
    return [
        _judged(item, find(item, facts), answers.get(item.id))
        for item in rules
        if item.category_id is None or item.category_id == facts.category_id
    ]


def _judged(item: Rule, found: Finding, answer: Answer | None) -> Judged:
    if answer is not None:
        return Judged(item, answer.holds, By.PERSON, found, answer)
    return Judged(item, found.holds, None if found.holds is None else By.DATA, found)


def overall(holds: Iterable[bool | None]) -> Standing:
    """Eligible when every rule holds, not when one does not, else unclear."""
    seen = set(holds)
    if False in seen:
        return Standing.NOT
    return Standing.UNCLEAR if None in seen else Standing.ELIGIBLE


def judged(nomination: Nomination) -> list[Judged]:
    """A nomination's checklist."""
    query = select(Answer).where(Answer.nomination_id == nomination.id)
    answers = {answer.rule_id: answer for answer in db.session.scalars(query)}
    return judge(Facts.of(nomination), of_edition(nomination.edition_id), answers)


def standing(nomination: Nomination) -> Standing:
    """How a nomination stands to all rules of its edition."""
    return overall(item.holds for item in judged(nomination))


@dataclass(frozen=True)
class Summary:
    """How a nomination stands, and how many rules wait for an answer."""

    standing: Standing
    open: int


def summaries(edition_id: int, ids: Collection[int] | None = None) -> dict[int, Summary]:
    """How each nomination of the edition (or each of *ids*) stands, in three queries."""
    query = select(*(getattr(Nomination, name) for name in COLUMNS)).where(
        Nomination.edition_id == edition_id
    )
    answered = select(Answer.nomination_id, Answer.rule_id, Answer.holds)
    if ids is None:
        answered = answered.join(Nomination, Nomination.id == Answer.nomination_id).where(
            Nomination.edition_id == edition_id
        )
    else:
        query = query.where(Nomination.id.in_(ids))
        answered = answered.where(Answer.nomination_id.in_(ids))
    answers: dict[int, dict[int, bool]] = defaultdict(dict)
    for nomination_id, rule_id, holds in db.session.execute(answered):
        answers[nomination_id][rule_id] = holds
    rules = of_edition(edition_id)
    return {row.id: _summary(Facts.of(row), rules, answers[row.id]) for row in db.session.execute(query)}


def summary(nomination: Nomination) -> Summary | None:
    """How one nomination stands; None where the edition has no rules."""
    found = judged(nomination)
    holds = [item.holds for item in found]
    return Summary(overall(holds), holds.count(None)) if found else None


def _summary(facts: Facts, rules: Sequence[Rule], answers: Mapping[int, bool]) -> Summary:
    holds = [
        answers[item.id] if item.id in answers else find(item, facts).holds
        for item in rules
        if item.category_id is None or item.category_id == facts.category_id
    ]
    return Summary(overall(holds), holds.count(None))


def answer(
    edition_id: int, nomination_id: int, rule_id: int, *, holds: bool, note: str, by: int, now: datetime
) -> None:
    """A person answers a rule for a nomination; this stands above the data, and replaces an earlier answer.

    Raises `Gone`, `NoSuchRule`, `NotNow`, or `RulesLocked` once the ballot is made.
    """
    about, asked = _asked(edition_id, nomination_id, rule_id)
    kept = _given(nomination_id, rule_id)
    if kept is None:
        kept = Answer(nomination_id=nomination_id, rule_id=rule_id)
        db.session.add(kept)
    kept.holds, kept.note, kept.account_id, kept.at = holds, tidy(note), by, now
    db.session.flush()
    happened(about, "rule-met" if holds else "rule-not-met", now=now, by=by, note=_note(asked, kept.note))


def take_back(edition_id: int, nomination_id: int, rule_id: int, *, by: int, now: datetime) -> None:
    """A person's answer goes: the data counts again. Raises as `answer`; nothing happens where there is none."""
    about, asked = _asked(edition_id, nomination_id, rule_id)
    kept = _given(nomination_id, rule_id)
    if kept is None:
        return
    db.session.delete(kept)
    db.session.flush()
    happened(about, "rule-open", now=now, by=by, note=asked.text_sv)


def answered(rule_id: int) -> int:
    """How many answers people have given to a rule."""
    query = select(func.count()).select_from(Answer).where(Answer.rule_id == rule_id)
    return db.session.scalar(query) or 0


def _asked(edition_id: int, nomination_id: int, rule_id: int) -> tuple[Nomination, Rule]:
    if not may_change(awards.lock(edition_id)):
        raise RulesLocked
    about = one_nomination(edition_id, nomination_id)
    if about.state not in ANSWERED_IN:
        raise NotNow(about.state)
    asked = rule(edition_id, rule_id)
    if asked.category_id not in (None, about.category_id):
        raise NoSuchRule
    return about, asked


def _given(nomination_id: int, rule_id: int) -> Answer | None:
    query = select(Answer).where(Answer.nomination_id == nomination_id, Answer.rule_id == rule_id)
    return db.session.scalar(query)


def _note(asked: Rule, note: str) -> str:
    return f"{asked.text_sv}\n{note}" if note else asked.text_sv
