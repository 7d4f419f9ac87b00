"""What is chosen when two nominations of the same procurement are put together: facts, each with what goes with it.

A nominator's words and who nominates are never among them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from app.awards.models import Category
from app.extensions import db
from app.nominations import notices
from app.nominations.models import Nomination

FIRST, SECOND = "first", "second"
Value = dict[str, Any]
"""What a nomination says of one choice, as plain JSON: its columns, and `sources` for where they were filled in from."""


@dataclass(frozen=True)
class Choice:
    """Columns that are chosen together. `facts` decide whether two nominations differ, `carried` only goes with them."""

    name: str
    facts: tuple[str, ...]
    carried: tuple[str, ...] = ()

    @property
    def columns(self) -> tuple[str, ...]:
        """Every column of it."""
        return self.facts + self.carried


CATEGORY = Choice("category", ("category_id",))
"""The same procurement may be nominated in two categories on purpose: this one has no default."""

NOTICE = Choice("notice", ("notice", "publication"), ("read",))

CHOICES = (
    CATEGORY,
    Choice("authority", ("authority",)),
    Choice("buyer_number", ("buyer_number", "buyer_country")),
    Choice("authority_email", ("authority_email",)),
    Choice("person", ("person_name", "person_email")),
    Choice("title", ("title",)),
    Choice("lots", ("lots",)),
    NOTICE,
    Choice("procurement_id", ("procurement_id",)),
    Choice("reference", ("reference",)),
    Choice("cpv", ("cpv",)),
    Choice("procedure", ("procedure",)),
    Choice("awarded_on", ("awarded_on",)),
    Choice("value", ("value", "currency"), ("amount",)),
    Choice("tenders", ("tenders",)),
    Choice("winners", ("winners",)),
)
PEOPLE = ("authority_email", "person")
"""Choices that are about people."""

BY_NAME = {choice.name: choice for choice in CHOICES}


def value(nomination: Nomination, choice: Choice) -> Value:
    """What the nomination says of it now."""
    sources = nomination.sources or {}
    plain = {name: _plain(getattr(nomination, name)) for name in choice.columns}
    return {**plain, "sources": {name: sources[name] for name in choice.columns if name in sources}}


def put(nomination: Nomination, choice: Choice, said: Mapping[str, Any]) -> None:
    """Makes the nomination say that; *said* comes from `value`."""
    for name in choice.columns:
        if name == "category_id":
            nomination.category = db.session.get(Category, said[name]) if said[name] else None
        else:
            setattr(nomination, name, _read(name, said[name]))
    others = {name: each for name, each in (nomination.sources or {}).items() if name not in choice.columns}
    nomination.sources = others | said["sources"]


def without_people(said: Mapping[str, Value]) -> dict[str, Value]:
    """Values by choice, with nothing left of those that are about people."""
    empty: dict[str, Value] = {
        name: dict.fromkeys(BY_NAME[name].columns, "") | {"sources": {}} for name in PEOPLE if name in said
    }
    return {**said, **empty}


def same(choice: Choice, first: Mapping[str, Any], second: Mapping[str, Any]) -> bool:
    """Whether two values say the same fact."""
    return all(_empty_or(first[name]) == _empty_or(second[name]) for name in choice.facts)


def differ(choice: Choice, first: Nomination, second: Nomination) -> bool:
    """Whether there is something to choose: another fact, or a notice that was read for one of them alone."""
    if choice is NOTICE and bool(first.read) != bool(second.read):
        return True
    return not same(choice, value(first, choice), value(second, choice))


def differing(first: Nomination, second: Nomination) -> list[Choice]:
    """Everything there is to choose between two nominations, in the order of the form."""
    return [choice for choice in CHOICES if differ(choice, first, second)]


def proposed(choice: Choice, first: Nomination, second: Nomination) -> str:
    """`FIRST` or `SECOND`: the one that says something, else what a notice said, else the older; "" for a category."""
    if choice is CATEGORY:
        return ""
    merits = {
        side: (_filled(item, choice), _from_notice(item, choice), -item.id)
        for side, item in ((FIRST, first), (SECOND, second))
    }
    return max(merits, key=lambda side: merits[side])


def is_empty(nomination: Nomination, choice: Choice) -> bool:
    """Whether the nomination says nothing of it."""
    return not _filled(nomination, choice)


def _filled(nomination: Nomination, choice: Choice) -> int:
    return _number(_plain(getattr(nomination, name)) for name in choice.columns)


def _from_notice(nomination: Nomination, choice: Choice) -> bool:
    found = (notices.source(nomination, name) for name in choice.facts)
    return any(each and each["same"] for each in found)


def _number(values: Iterable[Any]) -> int:
    return sum(_empty_or(each) is not None for each in values)


def _empty_or(said: Any) -> Any:
    return None if said is None or said in ("", []) else said


def _plain(said: Any) -> Any:
    if isinstance(said, date):
        return said.isoformat()
    return str(said) if isinstance(said, str) else said


def _read(name: str, said: Any) -> Any:
    return date.fromisoformat(said) if name == "awarded_on" and said else said
