"""What a nomination says, as a whole: its fields by whose they are, its text for the ledger, its versions."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from app.core import canonical
from app.extensions import db
from app.nominations.models import Nomination, NominationVersion

FACTS = (
    "authority", "buyer_number", "buyer_country", "authority_email", "person_name", "person_email", "title", "notice",
    "publication", "procurement_id", "reference", "cpv", "procedure", "awarded_on", "value", "currency", "tenders",
    "winners", "lots",
)  # fmt: skip
"""About the procurement: what duplicates are compared and merged by."""

WORDS = ("why", "remarks", "relation", "relation_words")
"""Each nominator's own, never taken from another."""

NOMINATOR = (
    "company", "orgnr", "sole_trader", "foreign_country", "foreign_number", "contact_name", "contact_email",
)  # fmt: skip
"""Who nominates."""


def snapshot(nomination: Nomination) -> dict[str, Any]:
    """Every field as plain JSON; dates in ISO form, the category by its address."""
    values = {name: _plain(getattr(nomination, name)) for name in (*FACTS, *WORDS, *NOMINATOR)}
    return {**values, "category": nomination.category.slug if nomination.category else None}


def text(nomination: Nomination) -> str:
    """A nomination's canonical text: the same text always gives the same pseudonym in the ledger."""
    return canonical.dumps(snapshot(nomination)).decode()


def keep_version(nomination: Nomination, *, by: int | None, now: datetime) -> NominationVersion | None:
    """Keeps what the nomination says now as its next version; None when it says what the last one said."""
    said = snapshot(nomination)
    db.session.flush()
    last = nomination.versions[-1] if nomination.versions else None
    if last is not None and last.content == said:
        return None
    version = NominationVersion(number=1 + (last.number if last else 0), content=said, account_id=by, at=now)
    nomination.versions.append(version)
    db.session.flush()
    return version


def changes(before: dict[str, Any], after: dict[str, Any]) -> list[tuple[str, Any, Any]]:
    """(field, before, after) of every field that differs, in the order of the form."""
    names = ("category", *FACTS, *WORDS, *NOMINATOR)
    return [
        (name, before.get(name), after.get(name)) for name in names if before.get(name) != after.get(name)
    ]


def _plain(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, str) else value
