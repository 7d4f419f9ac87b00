"""The accepted nominees as open data: an OCDS 1.1 release package, a release for each, without a word of who nominated.

A release has the OCID that its notice has, so that it links to what others publish of the same procurement; else one of
our own, `OWN_PREFIX` and the nomination's public number. That prefix is not registered with the Open Contracting
Partnership: whoever publishes such a file regularly should register one of theirs.

Sources: the release schema 1.1 (https://standard.open-contracting.org/1.1/en/schema/reference/) and its code lists;
SE-ON in org-id.guide. Only facts about the procurement: no nominator, no contact, no person, no words of anybody.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from babel import Locale
from sqlalchemy import select

from app.awards.models import Edition
from app.cpv import service as cpv
from app.extensions import db
from app.nominations.models import Nomination, State
from app.nominations.show import notice_address
from app.procurement import amounts, organisations
from app.web import utc

OWN_PREFIX = "ocds-anbudspriset"
THEIR_PREFIX = "ocds-"
SWEDISH_REGISTER = "SE-ON"
BATCH = 200
METHODS = {
    "open": ("open", "Open procedure"),
    "restricted": ("selective", "Restricted procedure"),
    "negotiated-with-call": ("selective", "Negotiated procedure with a call"),
    "negotiated-without-call": ("limited", "Negotiated procedure without a call"),
    "competitive-dialogue": ("selective", "Competitive dialogue"),
    "innovation-partnership": ("selective", "Innovation partnership"),
    "design-contest": ("selective", "Design contest"),
    "award-without-call": ("direct", "Direct award without a call"),
    "other": (None, "Another procedure"),
}
"""The code of the list "method", and the words of "procurementMethodDetails"."""


def package(edition: Edition, *, address: str, publisher: str, now: datetime) -> Iterator[bytes]:
    """The package as JSON, a release at a time; *address* is where it is had from."""
    head = {
        "uri": address,
        "version": "1.1",
        "publishedDate": utc(now),
        "publisher": {"name": publisher},
    }
    yield json.dumps(head, ensure_ascii=False)[:-1].encode() + b', "releases": ['
    for place, nomination in enumerate(_accepted(edition.id)):
        written = json.dumps(release(nomination, edition), ensure_ascii=False)
        yield (b",\n" if place else b"\n") + written.encode("utf-8", "replace")
    yield b"\n]}\n"


def release(nomination: Nomination, edition: Edition) -> dict[str, Any]:
    """The release of one nominee."""
    parties = _Parties()
    country = "SE" if _swedish(nomination.buyer_number) else nomination.buyer_country
    buyer = parties.add("buyer", nomination.authority, nomination.buyer_number, country)
    return _without_gaps(
        {
            "ocid": ocid(nomination),
            "id": f"{edition.slug}-{nomination.public_id}",
            "date": utc(nomination.decided_at or nomination.updated_at),
            "tag": ["award"],
            "initiationType": "tender",
            "language": "sv",
            "buyer": buyer,
            "tender": _tender(nomination, buyer),
            "awards": [_award(nomination, parties)],
            "parties": parties.all,
        }
    )


def ocid(nomination: Nomination) -> str:
    """The procurement's open contracting identifier: the notice's own, or one of ours."""
    given: str = nomination.procurement_id
    return given if given.lower().startswith(THEIR_PREFIX) else f"{OWN_PREFIX}-{nomination.public_id}"


def _accepted(edition_id: int) -> Iterator[Nomination]:
    last = 0
    while True:
        query = select(Nomination).where(
            Nomination.edition_id == edition_id, Nomination.state == State.ACCEPTED, Nomination.id > last
        )
        found = list(db.session.scalars(query.order_by(Nomination.id).limit(BATCH)))
        if not found:
            return
        last = found[-1].id
        yield from found


def _tender(nomination: Nomination, buyer: dict[str, Any]) -> dict[str, Any]:
    method, details = METHODS.get(nomination.procedure, (None, ""))
    own = nomination.procurement_id if not nomination.procurement_id.lower().startswith(THEIR_PREFIX) else ""
    return {
        "id": own or nomination.reference or nomination.public_id,
        "title": nomination.title,
        "status": "complete",
        "procuringEntity": buyer,
        "procurementMethod": method,
        "procurementMethodDetails": details,
        "numberOfTenderers": nomination.tenders,
        "items": _items(nomination.cpv),
    }


def _items(written: str) -> list[dict[str, Any]]:
    codes = [
        _without_gaps({"scheme": "CPV", "id": each[:8], "description": code.en if code else ""})
        for each, code in cpv.chosen(written)
    ]
    if not codes:
        return []
    return [{"id": "1", "classification": codes[0], "additionalClassifications": codes[1:]}]


def _award(nomination: Nomination, parties: _Parties) -> dict[str, Any]:
    money = amounts.money(nomination.value)
    return {
        "id": "1",
        "status": "active",
        "date": _midnight(nomination.awarded_on),
        "value": {"amount": _number(money.amount), "currency": money.currency} if money else None,
        "suppliers": [parties.add("supplier", name, number) for name, number in winners(nomination.winners)],
        "documents": _documents(nomination),
    }


def winners(text: str) -> list[tuple[str, str]]:
    """Name and organisation number of each line; a number that is none stays out, and so does a line with an address."""
    found = []
    for line in text.splitlines():
        name, _, number = (part.strip() for part in line.rpartition(","))
        if not name or not _registered(number):
            name, number = line.strip(), ""
        if name and "@" not in name:
            found.append((name, number))
    return found


def _documents(nomination: Nomination) -> list[dict[str, Any]]:
    address = notice_address(nomination.notice, "sv") if nomination.notice else None
    if address is None:
        return []
    title = f"TED {nomination.publication}" if nomination.publication else None
    return [
        {"id": nomination.publication or "1", "documentType": "awardNotice", "title": title, "url": address}
    ]


class _Parties:
    """The organisations of a release, each once."""

    def __init__(self) -> None:
        self.all: list[dict[str, Any]] = []

    def add(self, role: str, name: str, number: str, country: str = "") -> dict[str, Any]:
        """A reference to an organisation, which stands among the parties from now on."""
        plain = "".join(filter(str.isalnum, number))
        swedish = _swedish(number)
        key = f"{SWEDISH_REGISTER}-{plain}" if swedish else f"{role}-{len(self.all) + 1}"
        known = next((party for party in self.all if party["id"] == key), None)
        if known is None:
            registered = (
                {"scheme": SWEDISH_REGISTER, "id": organisations.shown(plain)} if swedish else {"id": number}
            )
            known = {
                "id": key,
                "name": name,
                "identifier": registered if number else None,
                "address": {"countryName": Locale("en").territories.get(country, country)} if country else None,
                "roles": [],
            }  # fmt: skip
            self.all.append(known)
        if role not in known["roles"]:
            known["roles"].append(role)
        return {"id": key, "name": name}


def _swedish(number: str) -> bool:
    try:
        organisations.swedish(number)
    except organisations.OrganisationError:
        return False
    return True


def _registered(number: str) -> bool:
    """Whether a text can be a number of a register: digits, few letters, no words."""
    digits = sum(sign.isdigit() for sign in number)
    return digits >= 5 and digits * 2 >= len(number)


def _midnight(day: date | None) -> str | None:
    return utc(datetime(day.year, day.month, day.day, tzinfo=UTC)) if day else None


def _number(amount: Decimal) -> int | float:
    return int(amount) if amount == amount.to_integral_value() else float(amount)


def _without_gaps(value: Any) -> Any:
    """The same without what is not known: OCDS leaves fields out rather than leaving them empty."""
    if isinstance(value, dict):
        cleaned = {name: _without_gaps(each) for name, each in value.items()}
        return {name: each for name, each in cleaned.items() if each not in (None, "", [], {})}
    return [_without_gaps(each) for each in value] if isinstance(value, list) else value
