"""What the ledger and a nomination's own history get to know. Neither says who nominated what in words."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from app.awards.actors import actor
from app.core import canonical
from app.extensions import db
from app.ledger import service as ledger
from app.nominations.models import Nomination, NominationEvent

PUBLIC_FIELDS = ("authority", "title", "notice", "cpv", "value", "why", "remarks", "company", "orgnr")
PRIVATE_FIELDS = ("foreign_country", "foreign_number", "contact_name", "contact_email")


def content(nomination: Nomination) -> str:
    """A nomination's canonical text: the same text always gives the same pseudonym."""
    fields: dict[str, Any] = {name: getattr(nomination, name) for name in (*PUBLIC_FIELDS, *PRIVATE_FIELDS)}
    fields["awarded_on"] = nomination.awarded_on.isoformat() if nomination.awarded_on else None
    fields["category"] = nomination.category.slug if nomination.category else None
    fields["sole_trader"] = nomination.sole_trader
    return canonical.dumps(fields).decode()


def happened(
    nomination: Nomination, what: str, *, now: datetime, by: int | None = None, note: str = ""
) -> None:
    """One line in the nomination's history."""
    db.session.add(NominationEvent(nomination_id=nomination.id, what=what, account_id=by, note=note, at=now))


def record(nomination: Nomination, kind: str, *, now: datetime, **data: Any) -> None:
    """A ledger entry about the nomination, under its pseudonym."""
    pseudonym = _erasable(nomination, "nomination", nomination.public_id, now)
    ledger.append(edition=nomination.edition_id, kind=kind, data={"nomination": pseudonym, **data}, now=now)


def record_content(nomination: Nomination, kind: str, *, now: datetime) -> None:
    """A ledger entry about what the nomination says now."""
    record(
        nomination,
        kind,
        now=now,
        content=_erasable(nomination, "nomination-content", content(nomination), now),
    )


def record_decision(nomination: Nomination, kind: str, *, by: int, now: datetime) -> None:
    """A ledger entry about the secretariat's decision."""
    data: dict[str, Any] = {"by": actor(nomination.edition_id, by, now)}
    if kind == "nomination-declined":
        data["reason"] = _erasable(nomination, "nomination-reason", nomination.decision_reason, now)
    record(nomination, kind, now=now, **data)


def record_withdrawal(nomination: Nomination, *, now: datetime) -> None:
    """A ledger entry about a supplier who took the nomination back."""
    by = ledger.by(edition=nomination.edition_id, role="supplier", account=None, now=now)
    record(nomination, "nomination-withdrawn", now=now, by=by)


def erase(nomination: Nomination) -> None:
    """Deletes what ties the ledger's pseudonyms to this nomination."""
    for part in ("nomination", "nomination-content", "nomination-reason"):
        ledger.erase(subject=f"{part}:{nomination.public_id}")


def _erasable(nomination: Nomination, part: str, text: str, now: datetime) -> str:
    return ledger.erasable(
        edition=nomination.edition_id, subject=f"{part}:{nomination.public_id}", text=text, now=now
    )
