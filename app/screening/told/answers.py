"""What somebody answered, as the secretariat reads it: the words, the corrections beside what stands, what came before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask_babel import format_date

from app.nominations.show import procedures
from app.screening.models import Party, Told
from app.screening.told.answer_forms import AuthorityAnswer, PersonAnswer
from app.screening.told.replying import FIELDS, current, open_corrections, stamp


@dataclass(frozen=True)
class Correction:
    """One field: its label, what stands there, what they would have, and whether that was taken (None: nobody chose)."""

    field: str
    label: str
    stands: str
    wanted: str
    taken: bool | None


@dataclass(frozen=True)
class Earlier:
    """An answer before the newest."""

    at: datetime
    reply: str
    declines: bool
    corrections: Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Shown:
    """An answer with everything that belongs to it. `open_` are the corrections that somebody has to choose about."""

    told: Told
    open_: Sequence[Correction]
    settled: Sequence[Correction]
    earlier: Sequence[Earlier]
    stamp: str


def shown(told: Told) -> Shown:
    """An answer, for its page."""
    names = labels(told.party)
    stands = current(told)
    unsettled = [
        Correction(name, names[name], _said(name, before), _said(name, wanted), None)
        for name, before, wanted in open_corrections(told)
    ]
    waiting = {each.field for each in unsettled}
    settled = [
        Correction(
            name, names[name], _said(name, stands[name]), _said(name, told.corrections[name]),
            bool(told.settled.get(name, stands[name] == told.corrections[name])),
        )
        for name in FIELDS[told.party]
        if name in told.corrections and name not in waiting
    ]  # fmt: skip
    earlier = [_earlier(one, names) for one in reversed(told.earlier or [])]
    return Shown(told, unsettled, settled, earlier, stamp(told))


def labels(party: Party) -> dict[str, str]:
    """The fields' names, as the form has them."""
    form = PersonAnswer if party is Party.PERSON else AuthorityAnswer
    return {name: str(getattr(form, name).args[0]) for name in FIELDS[party]}


def _earlier(said: Mapping[str, Any], names: Mapping[str, str]) -> Earlier:
    corrections = [(names.get(name, name), _said(name, text)) for name, text in said["corrections"].items()]
    return Earlier(datetime.fromisoformat(said["at"]), said["reply"], bool(said["declines"]), corrections)


def _said(name: str, text: str) -> str:
    """A field's text as people read it."""
    if name == "procedure":
        return procedures().get(text, text)
    if name == "awarded_on" and text:
        return str(format_date(date.fromisoformat(text), "d MMMM y"))
    return text
