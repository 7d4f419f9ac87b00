"""The rules of an edition, as the secretariat sets them: added, changed, ordered, removed until the ballot is prepared."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from app.awards import categories
from app.awards import service as awards
from app.awards.actors import actor
from app.awards.models import Edition
from app.core import canonical
from app.core.phases import Phase, reached
from app.extensions import db
from app.ledger import service as ledger
from app.nominations.rules import Check, Rule, of_edition

MOST_RULES = 30
FIELDS = ("category_id", "check", "text_sv", "text_en", "starts_on", "ends_on")


class RulesLocked(ValueError):
    """The ballot is made: the rules no longer change."""


class NoSuchRule(LookupError):
    """The edition has no such rule."""


class TooManyRules(ValueError):
    """An edition has at most `MOST_RULES`."""


class RulesThere(ValueError):
    """The edition has rules already; the usual ones are for one that has none."""


def may_change(edition: Edition) -> bool:
    """Until the ballot is made."""
    return not reached(edition.phase, Phase.PREPARED)


def usual(edition: Edition) -> list[dict[str, Any]]:
    """What an edition starts with: awarded since the turn of the year before, not discontinued, by a Swedish authority.

    The period has no last day, for a deadline that is extended would pass it by: whatever is nominated in time may have
    been awarded until then.
    """
    period = {
        "check": Check.PERIOD,
        "text_sv": "Upphandlingen ska ha tilldelats under prisets period.",
        "text_en": "The procurement must have been awarded within the award’s period.",
        "starts_on": date(edition.year - 1, 1, 1),
    }
    awarded = {
        "check": Check.AWARDED,
        "text_sv": "Den ska ha lett till ett avtal. En upphandling som avbröts kan inte nomineras.",
        "text_en": "It must have led to a contract. One that was discontinued cannot be nominated.",
    }
    swedish = {
        "check": Check.SWEDISH_AUTHORITY,
        "text_sv": "Köparen ska vara en svensk upphandlande myndighet eller enhet.",
        "text_en": "The buyer must be a Swedish contracting authority or entity.",
    }
    return [period, awarded, swedish]


@awards.when_created
def begin(edition: Edition, by: int | None, now: datetime) -> None:
    """A new edition gets the usual rules."""
    for position, fields in enumerate(usual(edition), 1):
        db.session.add(Rule(edition_id=edition.id, position=position, changed_at=now, **fields))
    db.session.flush()
    record(edition, by=by, now=now)


def set_usual(edition_id: int, *, by: int, now: datetime) -> None:
    """Gives an edition without rules the usual ones; raises `RulesLocked` or `RulesThere`."""
    edition = _changing(edition_id)
    if of_edition(edition_id):
        raise RulesThere
    begin(edition, by, now)


def rule(edition_id: int, rule_id: int) -> Rule:
    """One rule of the edition; raises `NoSuchRule`."""
    found = db.session.get(Rule, rule_id)
    if found is None or found.edition_id != edition_id:
        raise NoSuchRule
    return found


def add(edition_id: int, fields: Mapping[str, Any], *, by: int, now: datetime) -> Rule:
    """A new rule at the end; raises `RulesLocked` or `TooManyRules`."""
    edition = _changing(edition_id)
    there = of_edition(edition_id)
    if len(there) >= MOST_RULES:
        raise TooManyRules
    position = 1 + max((item.position for item in there), default=0)
    added = Rule(edition_id=edition_id, position=position, changed_at=now, **_sound(fields))
    db.session.add(added)
    db.session.flush()
    record(edition, by=by, now=now)
    return added


def change(edition_id: int, rule_id: int, fields: Mapping[str, Any], *, by: int, now: datetime) -> bool:
    """Changes a rule; False when nothing differs. Raises `RulesLocked` or `NoSuchRule`."""
    edition = _changing(edition_id)
    changing = rule(edition_id, rule_id)
    wanted = _sound(fields)
    if all(getattr(changing, name) == value for name, value in wanted.items()):
        return False
    for name, value in wanted.items():
        setattr(changing, name, value)
    changing.changed_at = now
    db.session.flush()
    record(edition, by=by, now=now)
    return True


def shift(edition_id: int, rule_id: int, step: int, *, by: int, now: datetime) -> None:
    """Moves a rule one place up (-1) or down (1) among those of its category; at the edge nothing happens."""
    edition = _changing(edition_id)
    moving = rule(edition_id, rule_id)
    order = [item for item in of_edition(edition_id) if item.category_id == moving.category_id]
    place = order.index(moving)
    if not 0 <= place + step < len(order):
        return
    order.insert(place + step, order.pop(place))
    for item, position in zip(order, sorted(item.position for item in order), strict=True):
        item.position = position
    db.session.flush()
    record(edition, by=by, now=now)


def remove(edition_id: int, rule_id: int, *, by: int, now: datetime) -> None:
    """Takes a rule away, and every answer to it; raises `RulesLocked` or `NoSuchRule`."""
    edition = _changing(edition_id)
    db.session.delete(rule(edition_id, rule_id))
    db.session.flush()
    record(edition, by=by, now=now)


def record(edition: Edition, *, by: int | None, now: datetime) -> None:
    """Writes the fingerprint of all rules into the ledger."""
    data = {"by": actor(edition.id, by, now), "rules": fingerprint(edition)}
    ledger.append(edition=edition.id, kind="eligibility-set", data=data, now=now)


def fingerprint(edition: Edition) -> str:
    """SHA-256 (hex) of all rules in their order, in canonical JSON."""
    slugs = {category.id: category.slug for category in edition.categories}
    plain = [
        {
            "category": slugs.get(item.category_id) if item.category_id else None,
            "check": str(item.check),
            "ends_on": item.ends_on.isoformat() if item.ends_on else None,
            "starts_on": item.starts_on.isoformat() if item.starts_on else None,
            "text_en": item.text_en,
            "text_sv": item.text_sv,
        }
        for item in of_edition(edition.id)
    ]
    return hashlib.sha256(canonical.dumps(plain)).hexdigest()


@categories.after_removal
def _went_with_category(edition: Edition, by: int | None, now: datetime) -> None:
    """A category's own rules went with it: the fingerprint says so where it differs from the last one."""
    last = ledger.last(edition=edition.id, kind="eligibility-set")
    if last is not None and last.data["rules"] != fingerprint(edition):
        record(edition, by=by, now=now)


def _changing(edition_id: int) -> Edition:
    edition = awards.lock(edition_id)
    if not may_change(edition):
        raise RulesLocked
    return edition


def _sound(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Only a period has days."""
    days = {} if fields["check"] == Check.PERIOD else {"starts_on": None, "ends_on": None}
    return {**{name: fields.get(name) for name in FIELDS}, **days}
