"""What the ledger gets to know of an edition's settings: which changed, and the fingerprint of all of them."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from app.awards.actors import actor
from app.awards.models import Edition
from app.core import canonical
from app.core.ledger_shapes import write_time
from app.extensions import db
from app.ledger import service as ledger

FIELDS = (
    "slug", "year", "name_sv", "name_en", "heading_sv", "heading_en", "intro_sv", "intro_en", "voting_opens_at",
    "result_at", "signoffs_needed", "spare_count", "plain_voting", "grace_minutes", "publish_relation", "people_kept_days",
    "unit", "nominators_vote", "self_registration", "winners_vote", "reminders_at_most", "reminder_days",
    "contact_name", "contact_email",
)  # fmt: skip
DEADLINES = ("nominations_close_at", "voting_closes_at")


def record_creation(edition: Edition, *, by: int | None, now: datetime) -> None:
    """Opens the edition's ledger, and writes the first settings and deadlines into it."""
    ledger.open_log(edition=edition.id, slug=edition.slug, now=now)
    if edition.trial_of_id is not None:
        of = db.session.get_one(Edition, edition.trial_of_id).slug
        opened = {"by": actor(edition.id, by, now), "of": of}
        ledger.append(edition=edition.id, kind="trial-opened", data=opened, now=now)
    data = {"by": actor(edition.id, by, now), "settings": fingerprint(edition)}
    ledger.append(edition=edition.id, kind="edition-created", data=data, now=now)
    record_deadlines(edition, by=by, now=now)


def record_change(edition: Edition, fields: Sequence[str], *, by: int | None, now: datetime) -> None:
    """Writes into the ledger which settings changed, and the fingerprint of all of them."""
    who = actor(edition.id, by, now)
    data = {"by": who, "fields": list(fields), "settings": fingerprint(edition)}
    ledger.append(edition=edition.id, kind="edition-changed", data=data, now=now)


def record_deadlines(edition: Edition, *, by: int | None, now: datetime) -> None:
    """Writes both deadlines, as they are set now, into the ledger."""
    deadlines = {
        "nominations": _time(edition.nominations_close_at),
        "voting": _time(edition.voting_closes_at),
    }
    data = {"by": actor(edition.id, by, now), "deadlines": deadlines}
    ledger.append(edition=edition.id, kind="deadlines-set", data=data, now=now)


def fingerprint(edition: Edition) -> str:
    """SHA-256 (hex) of all settings in canonical JSON: what the ledger holds of them."""
    settings: dict[str, Any] = {name: _plain(getattr(edition, name)) for name in (*FIELDS, *DEADLINES)}
    names = (
        "slug",
        "name_sv",
        "name_en",
        "description_sv",
        "description_en",
        "kind",
        "max_choices",
        "tie_rule",
    )
    settings["categories"] = [
        {name: _plain(getattr(item, name)) for name in names} for item in edition.categories
    ]
    return hashlib.sha256(canonical.dumps(settings)).hexdigest()


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return write_time(value)
    return str(value) if isinstance(value, str) else value


def _time(moment: datetime | None) -> str | None:
    return None if moment is None else write_time(moment)
