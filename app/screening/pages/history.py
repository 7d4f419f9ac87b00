"""What happened to a nomination, and what it said when: by whom, and what each change replaced."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.accounts import service as accounts
from app.awards.models import Edition
from app.nominations import content
from app.nominations.models import Nomination, NominationVersion
from app.screening.pages.differences import Op, Piece, words
from app.screening.pages.labels import LONG, label, said

TOLD_NOTES = frozenset({"declined", "asked", "against-rules", "rule-met", "rule-not-met", "rule-open", "facts-corrected", "file-added", "file-removed", "merged", "joined", "unmerged", "left", "distinct", "alike"})  # fmt: skip
"""Events whose note is something that people wrote."""


@dataclass(frozen=True)
class Step:
    """Something that happened; `who` is "" where the nominator or the server did it."""

    what: str
    at: datetime
    who: str
    note: str


@dataclass(frozen=True)
class Change:
    """A field that says something else: before and after, and for a long text the pieces of both."""

    label: str
    before: str
    after: str
    pieces: tuple[Piece, ...] = ()


@dataclass(frozen=True)
class Version:
    """What changed with a version; the first one has changed nothing. `who` is "" where the nominator wrote it."""

    number: int
    at: datetime
    who: str
    changes: list[Change]


def steps(nomination: Nomination) -> list[Step]:
    """Everything that happened, the newest first."""
    return [
        Step(
            event.what,
            event.at,
            _name(event.account_id),
            event.note if event.what in TOLD_NOTES else "",
        )
        for event in reversed(nomination.events)
    ]


def versions(nomination: Nomination, edition: Edition) -> list[Version]:
    """Every version with what it changed, the newest first."""
    found: list[Version] = []
    before: NominationVersion | None = None
    for version in nomination.versions:
        pairs = content.changes(before.content, version.content) if before else []
        changes = [_change(field, old, new, edition) for field, old, new in pairs]
        found.append(Version(version.number, version.at, _name(version.account_id), changes))
        before = version
    return found[::-1]


def _change(field: str, old: Any, new: Any, edition: Edition) -> Change:
    before, after = said(field, old, edition), said(field, new, edition)
    if field in LONG and before and after:
        pieces = words(before, after)
        if any(op is Op.SAME for op, _ in pieces):
            return Change(label(field), before, after, tuple(pieces))
    return Change(label(field), before, after)


def _name(account_id: int | None) -> str:
    return accounts.account(account_id).name if account_id else ""
