"""The ledger as a history that staff reads: newest first, a sentence an entry, with names where they are known."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from app.core import ledger_entries
from app.extensions import db
from app.ledger import service, wording
from app.ledger.models import Log, LogEntry, Pseudonym

PAGE = 100
_loaders: dict[str, Callable[..., Any]] = {}


@dataclass(frozen=True)
class Event:
    """One entry: what happened, who did it (a name where it is known, a role, or ""), and whether it is still hidden."""

    height: int
    at: datetime
    kind: str
    text: str
    who: str
    hidden: bool = False


def names_loader(load: Callable[[set[int]], Mapping[int, str]]) -> Callable[[set[int]], Mapping[int, str]]:
    """Registers how the numbers of accounts become names (accounts does, at start)."""
    _loaders["names"] = load
    return load


def context_loader(load: Callable[[str], Mapping[str, Any]]) -> Callable[[str], Mapping[str, Any]]:
    """Registers what the history page of an edition's slug needs besides (the edition, for the staff's menu)."""
    _loaders["context"] = load
    return load


def context(slug: str) -> Mapping[str, Any]:
    """What was registered for the page of this edition; nothing where nothing was."""
    load = _loaders.get("context")
    return load(slug) if load else {}


def recent(edition_id: int, *, limit: int = 8) -> list[Event]:
    """The latest public events of an edition, newest first; nothing that is, or was, staged."""
    query = select(LogEntry).where(
        LogEntry.hidden.is_(None), LogEntry.kind.not_in(("revealed", "log-opened"))
    )
    return _events(service.find(edition_id), query, limit, see_hidden=False)


def page(log: Log, *, see_hidden: bool, before: int | None = None, limit: int = PAGE) -> list[Event]:
    """A page of the history, below the height `before`; `see_hidden`: the jury sees staged entries."""
    query = select(LogEntry).where(LogEntry.kind != "revealed")
    if before is not None:
        query = query.where(LogEntry.height < before)
    return _events(log, query, limit, see_hidden=see_hidden)


def _events(log: Log, query: Any, limit: int, *, see_hidden: bool) -> list[Event]:
    rows = db.session.scalars(
        query.where(LogEntry.log_id == log.id).order_by(LogEntry.height.desc()).limit(limit)
    )
    people = _people(log)
    return [_event(row, people, see_hidden=see_hidden) for row in rows]


def _event(row: LogEntry, people: Mapping[str, str], *, see_hidden: bool) -> Event:
    hidden = row.hidden is not None and row.revealed_at is None
    if hidden and not see_hidden:
        return Event(row.height, row.at, "staged", wording.sentence("staged", {}), "", hidden=True)
    said = service.record(row)
    by = said.data.get("by", {})
    who = people.get(str(by.get("who"))) or wording.who(str(by.get("role", "")))
    return Event(row.height, row.at, said.kind, wording.sentence(said.kind, said.data), who, hidden=hidden)


def _people(log: Log) -> dict[str, str]:
    """Names by pseudonym, of those who have not been erased."""
    load = _loaders.get("names")
    if load is None:
        return {}
    query = select(Pseudonym).where(Pseudonym.log_id == log.id, Pseudonym.subject.like("account:%"))
    numbers: dict[str, int] = {}
    for row in db.session.scalars(query):
        number = row.subject.partition(":")[2]
        if number.isdigit():
            numbers[ledger_entries.erasable(row.nonce, row.subject)] = int(number)
    names = load(set(numbers.values()))
    return {pseudonym: names[number] for pseudonym, number in numbers.items() if number in names}
