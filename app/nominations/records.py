"""What the ledger and a nomination's own history get to know. Neither says who nominated what in words."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from app.awards.actors import actor
from app.extensions import db
from app.ledger import service as ledger
from app.nominations import content
from app.nominations.models import Nomination, NominationEvent


def happened(
    nomination: Nomination, what: str, *, now: datetime, by: int | None = None, note: str = ""
) -> None:
    """One line in the nomination's history."""
    db.session.add(NominationEvent(nomination_id=nomination.id, what=what, account_id=by, note=note, at=now))


def record(nomination: Nomination, kind: str, *, now: datetime, **data: Any) -> None:
    """A ledger entry about the nomination, under its pseudonym."""
    data = {"nomination": pseudonym(nomination, now=now), **data}
    ledger.append(edition=nomination.edition_id, kind=kind, data=data, now=now)


def record_content(nomination: Nomination, kind: str, *, now: datetime, by: int | None = None) -> None:
    """A ledger entry about what the nomination says now, and its next version; `by` where the secretariat wrote it."""
    content.keep_version(nomination, by=by, now=now)
    told = {} if by is None else {"by": actor(nomination.edition_id, by, now)}
    record(nomination, kind, now=now, **told, content=content_pseudonym(nomination, now=now))


def record_decision(nomination: Nomination, kind: str, *, by: int, now: datetime) -> None:
    """A ledger entry about the secretariat's decision."""
    data: dict[str, Any] = {"by": actor(nomination.edition_id, by, now)}
    if kind in {"nomination-declined", "nomination-completion-asked"}:
        data["reason"] = _erasable(nomination, "nomination-reason", nomination.decision_reason, now)
    record(nomination, kind, now=now, **data)


def record_withdrawal(nomination: Nomination, *, now: datetime) -> None:
    """A ledger entry about a supplier who took the nomination back."""
    by = ledger.by(edition=nomination.edition_id, role="supplier", account=None, now=now)
    record(nomination, "nomination-withdrawn", now=now, by=by)


def pseudonym(nomination: Nomination, *, now: datetime) -> str:
    """What stands for the nomination in the ledger."""
    return _erasable(nomination, "nomination", nomination.public_id, now)


def content_pseudonym(nomination: Nomination, *, now: datetime) -> str:
    """What stands in the ledger for what the nomination says now."""
    return _erasable(nomination, "nomination-content", content.text(nomination), now)


def erase(nomination: Nomination) -> None:
    """Deletes what ties the ledger's pseudonyms to this nomination."""
    for part in ("nomination", "nomination-content", "nomination-reason"):
        ledger.erase(subject=f"{part}:{nomination.public_id}")


def erase_content(nomination: Nomination) -> None:
    """Deletes what ties the ledger's entries to what this nomination said; that they are all about one stays known."""
    for part in ("nomination-content", "nomination-reason"):
        ledger.erase(subject=f"{part}:{nomination.public_id}")


def _erasable(nomination: Nomination, part: str, text: str, now: datetime) -> str:
    return ledger.erasable(
        edition=nomination.edition_id, subject=f"{part}:{nomination.public_id}", text=text, now=now
    )
