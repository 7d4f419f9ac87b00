"""The facts of a nomination for the secretariat: in groups, each with where it is from and what the notice has instead."""

from __future__ import annotations

from dataclasses import dataclass

from flask_babel import gettext

from app.awards.models import Edition
from app.nominations import notices
from app.nominations.models import Nomination
from app.nominations.show import notice_address, parts, value
from app.screening.pages.correcting import corrected
from app.screening.pages.labels import label, said
from app.web import language

GROUPS = {
    "buyer": ("authority", "buyer_number", "buyer_country", "authority_email", "person_name", "person_email"),
    "procurement": ("title", "lots", "notice", "procurement_id", "reference", "cpv", "procedure"),
    "award": ("awarded_on", "value", "tenders", "winners"),
}
FIELDS = tuple(name for names in GROUPS.values() for name in names)


@dataclass(frozen=True)
class Fact:
    """One field: its text, a sentence on where it is from, what the notice has instead, and what was unclear there."""

    name: str
    label: str
    text: str
    source: str = ""
    otherwise: str = ""
    doubt: str = ""
    url: str | None = None


@dataclass(frozen=True)
class Group:
    """Facts that belong together; `missing` names those of which nothing is known."""

    title: str
    facts: list[Fact]
    missing: list[str]


def groups(nomination: Nomination, edition: Edition) -> list[Group]:
    """Every fact of the procurement, by what it is about."""
    titles = {
        "buyer": gettext("The buyer"),
        "procurement": gettext("The procurement"),
        "award": gettext("The award"),
    }
    found = []
    for name, fields in GROUPS.items():
        all_facts = [_fact(nomination, field, edition) for field in fields]
        shown = [fact for fact in all_facts if fact.text or fact.otherwise or fact.doubt]
        missing = [fact.label for fact in all_facts if fact not in shown and fact.name not in OPTIONAL]
        found.append(Group(titles[name], shown, missing))
    return found


OPTIONAL = frozenset({"buyer_country", "person_name", "person_email", "lots"})
"""Nobody misses these where they are empty."""


def general_doubts(nomination: Nomination) -> list[str]:
    """What was unclear in the notice about something that is no field of its own."""
    read = nomination.read or {}
    fields = dict.fromkeys(each[0] for each in read.get("doubts") or [] if each and each[0] not in FIELDS)
    return [text for field in fields if (text := notices.doubt(nomination, field))]


def _fact(nomination: Nomination, field: str, edition: Edition) -> Fact:
    text = _text(nomination, field, edition)
    source, otherwise = _source(nomination, field, edition, text)
    url = notice_address(nomination.notice, language()) if field == "notice" and nomination.notice else None
    return Fact(field, label(field), text, source, otherwise, notices.doubt(nomination, field), url)


def _text(nomination: Nomination, field: str, edition: Edition) -> str:
    if field == "lots":
        return parts(nomination)
    if field == "value":
        return value(nomination)
    found = getattr(nomination, field)
    return said(field, found, edition) or str((nomination.typed or {}).get(field) or "")


def _source(nomination: Nomination, field: str, edition: Edition, text: str) -> tuple[str, str]:
    """Where a field's text is from, and what the notice has instead where that differs."""
    if corrected(nomination, field):
        return str(gettext("Corrected by the secretariat.")), _noticed(nomination, field, edition)
    source = notices.source(nomination, field)
    if source and source["same"] and text:
        read = nomination.read or {}
        if source["from"] in (read.get("name"), read.get("publication_number")):
            return str(gettext("From the notice.")), ""
        return str(gettext("From the notice %(name)s.", name=source["from"])), ""
    return "", _noticed(nomination, field, edition)


def _noticed(nomination: Nomination, field: str, edition: Edition) -> str:
    """What the notice says of a field, where the nomination does not say the same."""
    if nomination.read is None or nomination.lots:
        return ""
    found = notices.values(nomination.read).get(field, "")
    own = getattr(nomination, field, "")
    same = found == ("" if own is None else own.isoformat() if hasattr(own, "isoformat") else str(own))
    return "" if same or not found else said(field, found, edition)
