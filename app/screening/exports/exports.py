"""Every nomination with everything about it, as rows for a spreadsheet: read in batches, so that any number fits.

Drafts are left out: they are their authors' own until they are sent.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from flask_babel import gettext
from sqlalchemy import select
from sqlalchemy.orm import selectinload

from app.awards.models import Edition
from app.extensions import db
from app.nominations import behind, show
from app.nominations.content import FACTS, NOMINATOR, WORDS
from app.nominations.models import Nomination, State
from app.nominations.rules import Rule, of_edition
from app.screening.eligibility import eligibility
from app.screening.eligibility.checks import Facts
from app.screening.models import Answer, Decision, Party, Told, Verb
from app.screening.pages import labels
from app.web import STOCKHOLM, language

BATCH = 250
ASIDE = (Verb.MOVE,)
"""Decisions that do not decide whether a nomination goes on."""

Value = str | int | bool | date | datetime | None


class Shape(StrEnum):
    """What stands in a column: it decides its width and how a number or a date is shown."""

    SHORT = "short"
    NAME = "name"
    LONG = "long"
    NUMBER = "number"
    MONEY = "money"
    DAY = "day"
    MOMENT = "moment"


@dataclass(frozen=True)
class Line:
    """A nomination with what other rows say of it; `behind` counts those that stand behind it, itself included."""

    nomination: Nomination
    behind: int | None
    holds: Mapping[int, bool | None]
    decision: Decision | None
    told: Mapping[str, Told] = field(default_factory=dict)


@dataclass(frozen=True)
class Column:
    """A column: its heading, what stands in it, and how that is read off a line."""

    heading: str
    shape: Shape
    read: Callable[[Line], Value]


def columns(edition: Edition) -> list[Column]:
    """The columns in the page's language; a column for each rule of the edition."""
    lang = language()
    fields = {"category": Shape.NAME} | dict.fromkeys((*FACTS, *WORDS, *NOMINATOR), Shape.SHORT) | _SHAPES
    states = show_states()
    return [
        Column(gettext("Number"), Shape.NUMBER, lambda line: line.nomination.id),
        Column(gettext("State"), Shape.SHORT, lambda line: states[line.nomination.state]),
        *(_field(name, shape, edition) for name, shape in fields.items()),
        Column(gettext("Amount in SEK"), Shape.MONEY, lambda line: line.nomination.amount),
        Column(gettext("Nominations behind it"), Shape.NUMBER, lambda line: line.behind),
        Column(gettext("Stands behind number"), Shape.NUMBER, lambda line: line.nomination.merged_into_id),
        Column(gettext("Files"), Shape.NAME, lambda line: "\n".join(file.name for file in line.nomination.attachments)),
        *(_rule(item, lang) for item in of_edition(edition.id)),
        Column(gettext("Rules"), Shape.SHORT, _standing),
        Column(gettext("Decision"), Shape.SHORT, lambda line: _verb(line.decision)),
        Column(gettext("Decided"), Shape.MOMENT, lambda line: line.decision and line.decision.at),
        Column(gettext("Reason"), Shape.LONG, lambda line: line.decision.reason if line.decision else ""),
        *_told(),
        Column(gettext("Sent"), Shape.MOMENT, lambda line: line.nomination.sent_at),
        Column(gettext("Confirmed"), Shape.MOMENT, lambda line: line.nomination.confirmed_at),
        Column(gettext("Changed"), Shape.MOMENT, lambda line: line.nomination.updated_at),
    ]  # fmt: skip


def lines(edition: Edition) -> Iterator[Line]:
    """Every nomination of the edition that was ever sent, the oldest first."""
    rules = of_edition(edition.id)
    numbers = behind.numbers(edition.id)
    last = 0
    while batch := _batch(edition.id, last):
        last = batch[-1].id
        ids = [item.id for item in batch]
        answers, decisions, told = _answers(ids), _decisions(ids), _told_rows(ids)
        for item in batch:
            judged = eligibility.judge(Facts.of(item), rules, answers[item.id])
            holds = {each.rule.id: each.holds for each in judged}
            number = None if item.state is State.MERGED else numbers.get(item.id, 1)
            yield Line(item, number, holds, decisions.get(item.id), told[item.id])


def show_states() -> dict[State, str]:
    """Each state in a word."""
    return {
        State.DRAFT: gettext("Draft"),
        State.SUBMITTED: gettext("Not confirmed"),
        State.CONFIRMED: gettext("To decide"),
        State.COMPLETION_ASKED: gettext("To be completed"),
        State.ACCEPTED: gettext("Approved"),
        State.DECLINED: gettext("Declined"),
        State.WITHDRAWN: gettext("Withdrawn"),
        State.MERGED: gettext("Merged"),
    }


def local(moment: datetime) -> datetime:
    """The time on a Swedish clock, without its zone, as spreadsheets keep times."""
    return moment.astimezone(STOCKHOLM).replace(tzinfo=None, microsecond=0)


_SHAPES = {
    "authority": Shape.NAME, "title": Shape.NAME, "awarded_on": Shape.DAY, "tenders": Shape.NUMBER,
    "winners": Shape.NAME, "lots": Shape.NAME, "why": Shape.LONG, "remarks": Shape.LONG, "relation_words": Shape.LONG,
    "company": Shape.NAME, "contact_name": Shape.NAME, "contact_email": Shape.NAME,
}  # fmt: skip


def _field(name: str, shape: Shape, edition: Edition) -> Column:
    def read(line: Line) -> Value:
        value: Any = getattr(line.nomination, name)
        if name == "category":
            return value.name(language()) if value else ""
        if name == "lots":
            return show.parts(line.nomination)
        if shape in {Shape.DAY, Shape.NUMBER} or isinstance(value, bool):
            return value  # type: ignore[no-any-return]
        return labels.said(name, value, edition)

    return Column(labels.label(name), shape, read)


def _rule(item: Rule, lang: str) -> Column:
    words = {True: gettext("yes"), False: gettext("no"), None: gettext("not answered")}

    def read(line: Line) -> Value:
        return words[line.holds[item.id]] if item.id in line.holds else ""

    return Column(item.text(lang), Shape.SHORT, read)


def _standing(line: Line) -> str:
    if not line.holds:
        return ""
    return {
        eligibility.Standing.ELIGIBLE: gettext("Meets the rules"),
        eligibility.Standing.NOT: gettext("Does not meet the rules"),
        eligibility.Standing.UNCLEAR: gettext("Rules unclear"),
    }[eligibility.overall(line.holds.values())]


def _verb(decision: Decision | None) -> str:
    if decision is None:
        return ""
    return {
        Verb.ACCEPT: gettext("Approved"),
        Verb.DECLINE: gettext("Declined"),
        Verb.ASK: gettext("Completion asked for"),
        Verb.TAKE_BACK: gettext("Taken back"),
        Verb.MOVE: gettext("Moved"),
    }[decision.verb]


def _told() -> Iterator[Column]:
    """When each party was told, and whether they said no."""
    headings = {
        Party.AUTHORITY: (gettext("The authority was told"), gettext("The authority does not want to take part")),
        Party.PERSON: (gettext("The person was told"), gettext("The person does not want to be named")),
    }  # fmt: skip
    for party, (told, declines) in headings.items():
        yield Column(told, Shape.MOMENT, _told_part(party, "told_at"))
        yield Column(declines, Shape.SHORT, _told_part(party, "declines"))


def _told_part(party: Party, name: str) -> Callable[[Line], Value]:
    return lambda line: getattr(line.told.get(party), name, None)


def _batch(edition_id: int, after: int) -> list[Nomination]:
    query = (
        select(Nomination)
        .where(Nomination.edition_id == edition_id, Nomination.id > after, Nomination.state != State.DRAFT)
        .options(selectinload(Nomination.category), selectinload(Nomination.attachments))
        .order_by(Nomination.id)
        .limit(BATCH)
    )
    return list(db.session.scalars(query))


def _answers(ids: list[int]) -> dict[int, dict[int, Answer]]:
    found: dict[int, dict[int, Answer]] = defaultdict(dict)
    for answer in db.session.scalars(select(Answer).where(Answer.nomination_id.in_(ids))):
        found[answer.nomination_id][answer.rule_id] = answer
    return found


def _decisions(ids: list[int]) -> dict[int, Decision]:
    query = select(Decision).where(Decision.nomination_id.in_(ids), Decision.verb.not_in(ASIDE))
    return {each.nomination_id: each for each in db.session.scalars(query.order_by(Decision.id))}


def _told_rows(ids: list[int]) -> dict[int, dict[str, Told]]:
    found: dict[int, dict[str, Told]] = defaultdict(dict)
    for told in db.session.scalars(select(Told).where(Told.nomination_id.in_(ids))):
        found[told.nomination_id][told.party] = told
    return found
