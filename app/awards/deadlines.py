"""The two deadlines of an edition. Extended before they pass, never shortened; each change is recorded and told.

Who is told is for the domains above to know: they register a listener, which runs in the same transaction.

    @deadlines.when_extended
    def tell_voters(extension: Extension) -> None: ...
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from app.awards import service
from app.awards.actors import actor
from app.awards.models import Edition
from app.awards.records import record_deadlines
from app.core.ledger_shapes import write_time
from app.core.phases import Phase, reached
from app.extensions import db
from app.ledger import service as ledger


class Deadline(StrEnum):
    """Which deadline."""

    NOMINATIONS = "nominations"
    VOTING = "voting"

    @property
    def field(self) -> str:
        """The edition's field that holds it."""
        return "nominations_close_at" if self is Deadline.NOMINATIONS else "voting_closes_at"

    @property
    def used_in(self) -> Phase:
        """The phase that it ends."""
        return Phase.NOMINATING if self is Deadline.NOMINATIONS else Phase.VOTING


class DeadlineRefused(ValueError):
    """A deadline cannot be set so; `why` is "passed", "shortened", "in-the-past", "order" or "public"."""

    def __init__(self, why: str) -> None:
        self.why = why
        super().__init__(why)


@dataclass(frozen=True)
class Extension:
    """A deadline that was moved to later: `before` and `after` are aware times."""

    edition: Edition
    deadline: Deadline
    before: datetime
    after: datetime
    now: datetime


_listeners: list[Callable[[Extension], None]] = []


def when_extended(listener: Callable[[Extension], None]) -> Callable[[Extension], None]:
    """Registers who is told of an extension (at import, once)."""
    _listeners.append(listener)
    return listener


def is_open(edition: Edition, deadline: Deadline, now: datetime) -> bool:
    """Whether the edition is in the phase that the deadline ends, and the deadline lies ahead."""
    end: datetime | None = getattr(edition, deadline.field)
    return edition.phase is deadline.used_in and end is not None and now < end


def in_grace(edition: Edition, now: datetime) -> bool:
    """Whether nominations are open, or were until a few quiet minutes ago."""
    end = edition.nominations_taken_until
    return edition.phase is Phase.NOMINATING and end is not None and now < end


def may_change(edition: Edition, deadline: Deadline, now: datetime) -> bool:
    """Whether the deadline can be moved at all: its phase is ahead, or is open still."""
    return not reached(edition.phase, deadline.used_in) or is_open(edition, deadline, now)


def plan(
    edition_id: int, nominations: datetime | None, voting: datetime | None, *, by: int | None, now: datetime
) -> None:
    """Sets both deadlines of a draft together; raises `DeadlineRefused` ("public" once it is no draft any more)."""
    edition = service.lock(edition_id)
    if (edition.nominations_close_at, edition.voting_closes_at) == (nominations, voting):
        return
    if edition.phase is not Phase.DRAFT:
        raise DeadlineRefused("public")
    if nominations and voting and voting <= nominations:
        raise DeadlineRefused("order")
    edition.nominations_close_at, edition.voting_closes_at = nominations, voting
    db.session.flush()
    record_deadlines(edition, by=by, now=now)


def change(edition_id: int, deadline: Deadline, to: datetime, *, by: int | None, now: datetime) -> None:
    """Sets or extends a deadline, records it and tells whoever listens; raises `DeadlineRefused`.

    In draft it is set freely. Once the edition is public it can only become later, except that a planned closing of
    a vote that never opened in time is planned anew.
    """
    edition = service.lock(edition_id)
    before: datetime | None = getattr(edition, deadline.field)
    _check(edition, deadline, before, to, now)
    if before == to:
        return
    setattr(edition, deadline.field, to)
    db.session.flush()
    if edition.phase is Phase.DRAFT or before is None:
        record_deadlines(edition, by=by, now=now)
        return
    who = actor(edition.id, by, now)
    data = {"by": who, "deadline": str(deadline), "from": write_time(before), "to": write_time(to)}
    ledger.append(edition=edition.id, kind="deadline-extended", data=data, now=now)
    for listener in _listeners:
        listener(Extension(edition, deadline, before, to, now))


def _check(
    edition: Edition, deadline: Deadline, before: datetime | None, to: datetime, now: datetime
) -> None:
    if not may_change(edition, deadline, now):
        raise DeadlineRefused("passed")
    if to <= now:
        raise DeadlineRefused("in-the-past")
    if edition.phase is not Phase.DRAFT and before is not None and to < before:
        raise DeadlineRefused("shortened")
    nominations = to if deadline is Deadline.NOMINATIONS else edition.nominations_close_at
    voting = to if deadline is Deadline.VOTING else edition.voting_closes_at
    if nominations and voting and voting <= nominations:
        raise DeadlineRefused("order")
