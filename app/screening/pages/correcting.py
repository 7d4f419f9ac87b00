"""The secretariat corrects the procurement's facts: never the nominator's words, nor who nominated."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from app.awards import service as awards
from app.awards.models import Edition
from app.awards.plaintext import tidy
from app.core import canonical
from app.extensions import db
from app.nominations import content, texts
from app.nominations.drafts import NotNow, write
from app.nominations.models import Nomination
from app.nominations.notices import SECRETARIAT
from app.nominations.records import happened, record_content
from app.nominations.service import nomination
from app.screening.decisions.decisions import DECIDABLE, DECIDED_IN, WrongPhase

FIELDS = (
    "authority", "buyer_number", "authority_email", "person_name", "person_email", "title", "lots", "notice",
    "procurement_id", "reference", "cpv", "procedure", "awarded_on", "value", "tenders", "winners",
)  # fmt: skip
"""What can be corrected; the country, the amount and TED's number follow from these."""


class ChangedMeanwhile(Exception):
    """The facts are not any more what they were when the page was opened."""


def may_correct(edition: Edition, item: Nomination) -> bool:
    """While decisions are made, of a nomination that counts and stands for itself."""
    return edition.phase in DECIDED_IN and item.state in DECIDABLE


def stamp(item: Nomination) -> str:
    """Stands for the facts as they are now: another stamp, other facts."""
    return canonical.dumps([_text(getattr(item, name)) for name in FIELDS]).decode()


def correct(
    edition_id: int,
    nomination_id: int,
    values: Mapping[str, Any],
    *,
    seen: str,
    reason: str = "",
    by: int,
    now: datetime,
) -> list[str]:
    """Puts *values* (as typed into a checked form) on the nomination and names the fields that differ.

    Each says from now on that the secretariat wrote it. Raises `Gone`, `NotNow`, `WrongPhase`, or `ChangedMeanwhile`
    where *seen* is not `stamp` any more.
    """
    edition = awards.lock(edition_id)
    if edition.phase not in DECIDED_IN:
        raise WrongPhase
    correcting = nomination(edition_id, nomination_id)
    if correcting.state not in DECIDABLE:
        raise NotNow(correcting.state)
    if stamp(correcting) != seen:
        raise ChangedMeanwhile
    stored = texts.stored(values, only=FIELDS)
    changed = differing(correcting, values)
    if not changed:
        return []
    if not correcting.versions:
        content.keep_version(correcting, by=None, now=correcting.updated_at)
    write(correcting, stored, now=now)
    sources = dict(correcting.sources or {})
    for name in changed:
        sources[name] = {"value": _text(getattr(correcting, name)), "from": SECRETARIAT}
    correcting.sources = sources
    db.session.flush()
    happened(correcting, "facts-corrected", now=now, by=by, note=tidy(reason))
    record_content(correcting, "nomination-corrected", by=by, now=now)
    return changed


def differing(item: Nomination, values: Mapping[str, Any]) -> list[str]:
    """The fields of which a form's values say something else than the nomination."""
    stored = texts.stored(values, only=FIELDS)
    return [name for name in FIELDS if _text(stored[name]) != _text(getattr(item, name))]


def corrected(item: Nomination, field: str) -> bool:
    """Whether a field says what the secretariat wrote."""
    source = (item.sources or {}).get(field) or {}
    return source.get("from") == SECRETARIAT and source.get("value") == _text(getattr(item, field))


def _text(value: Any) -> str:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list):
        return "\n".join(map(str, value))
    return "" if value is None else str(value)
