"""A nomination as people read it: its facts in order with their labels, and the address of its notice."""

from __future__ import annotations

from functools import cache
from typing import Any
from urllib.parse import urlsplit

from babel import Locale
from flask_babel import format_date, gettext

from app.nominations.models import Nomination, Relation
from app.procurement import identifiers, organisations
from app.web import number

SCHEMES = {"http", "https"}
ALPHABET = str.maketrans("åäöÅÄÖ", "{|}{|}")


def facts(nomination: Nomination, lang: str) -> list[tuple[str, str]]:
    """Label and text of everything that was filled in, in the order of the form."""
    category = nomination.category.name(lang) if nomination.category else ""
    lines = (
        (gettext("Category"), category),
        *procurement(nomination),
        (gettext("Why it should win"), nomination.why),
        (gettext("Person to honour"), people(nomination)),
        (gettext("Remarks for the jury"), nomination.remarks),
        (gettext("Nominated by"), nomination.company),
        (gettext("Registration"), registration(nomination, lang)),
        (gettext("Stands to the procurement"), relation(nomination)),
        (gettext("Contact"), ", ".join(filter(None, (nomination.contact_name, nomination.contact_email)))),
        (gettext("Attachments"), ", ".join(each.name for each in nomination.attachments)),
    )
    return [(label, text) for label, text in lines if text]


def procurement(nomination: Nomination) -> list[tuple[str, str]]:
    """Label and text of the procurement's facts; empty texts too."""
    return [
        (gettext("Authority"), nomination.authority),
        (gettext("Organisation number"), nomination.buyer_number),
        (gettext("The authority’s address"), nomination.authority_email),
        (gettext("Procurement"), nomination.title),
        (gettext("Parts"), parts(nomination)),
        (gettext("Notice"), nomination.notice),
        (gettext("Procurement ID"), nomination.procurement_id),
        (gettext("Reference number"), nomination.reference),
        (gettext("CPV code"), nomination.cpv),
        (gettext("Procedure"), procedures().get(nomination.procedure, nomination.procedure)),
        (gettext("Awarded"), format_date(nomination.awarded_on, "d MMMM y") if nomination.awarded_on else ""),
        (gettext("Value"), value(nomination)),
        (gettext("Tenders received"), "" if nomination.tenders is None else str(nomination.tenders)),
        (gettext("Winners"), nomination.winners),
    ]


def people(nomination: Nomination) -> str:
    """The person who is named, with an address where there is one."""
    return ", ".join(filter(None, (nomination.person_name, nomination.person_email)))


def relation(nomination: Nomination) -> str:
    """How the nominator stands to the procurement, in words."""
    if nomination.relation is None:
        return ""
    said = relations()[nomination.relation]
    return f"{said}: {nomination.relation_words}" if nomination.relation_words else said


def parts(nomination: Nomination) -> str:
    """The parts that are meant, by number and title where the notice has one; empty where all is meant."""
    titles = {lot["id"]: lot.get("title") or "" for lot in (nomination.read or {}).get("lots") or []}
    return "\n".join(": ".join(filter(None, (lot, titles.get(lot, "")))) for lot in nomination.lots)


def value(nomination: Nomination) -> str:
    """The value as typed; in figures too where the text says them in words."""
    if nomination.amount is None or not nomination.value:
        return nomination.value
    figures = gettext("SEK %(amount)s", amount=number(nomination.amount))
    digits = "".join(filter(str.isdigit, nomination.value))
    return nomination.value if digits == str(nomination.amount) else f"{nomination.value} ({figures})"


def registration(nomination: Nomination, lang: str) -> str:
    """The nominating company's number, or what it has instead."""
    if nomination.sole_trader:
        return str(gettext("Sole trader"))
    if nomination.foreign_country:
        return f"{countries(lang)[nomination.foreign_country]}, {nomination.foreign_number}"
    return organisations.shown(nomination.orgnr)


def notice_address(notice: str, lang: str) -> str | None:
    """Where the notice can be read: the link itself (http and https alone), or TED's page of that number."""
    parts = urlsplit_or_none(notice)
    if parts is not None and parts.scheme.lower() in SCHEMES and parts.hostname:
        return notice
    try:
        return identifiers.ted_address(identifiers.ted(notice), lang)
    except identifiers.IdentifierError:
        return None


def procedures() -> dict[str, str]:
    """Code and name of each kind of procedure, in the order of the law."""
    return {
        "open": gettext("Open procedure"),
        "restricted": gettext("Restricted procedure"),
        "negotiated-with-call": gettext("Negotiated procedure with a call"),
        "negotiated-without-call": gettext("Negotiated procedure without a call"),
        "competitive-dialogue": gettext("Competitive dialogue"),
        "innovation-partnership": gettext("Innovation partnership"),
        "design-contest": gettext("Design contest"),
        "award-without-call": gettext("Award without a call"),
        "other": gettext("Another procedure"),
    }


def relations() -> dict[str, str]:
    """How a nominator stands to the procurement, as a fact about them."""
    return {
        Relation.WON: gettext("Won a contract in it"),
        Relation.LOST: gettext("Tendered and did not win"),
        Relation.DID_NOT_BID: gettext("Did not tender"),
        Relation.OTHER: gettext("Something else"),
    }


def urlsplit_or_none(text: str) -> Any:
    """The parts of an address, or None where it cannot be read as one."""
    try:
        parts = urlsplit(text)
        _ = parts.hostname, parts.port
    except ValueError:
        return None
    return parts


@cache
def countries(lang: str) -> dict[str, str]:
    """Countries other than Sweden, code → name, in the language's alphabetical order (å, ä, ö last in Swedish)."""
    names = Locale(lang).territories
    listed = {code: str(names.get(code, code)) for code in organisations.COUNTRIES}
    return dict(sorted(listed.items(), key=lambda pair: _order(pair[1], lang)))


def _order(name: str, lang: str) -> str:
    lowered = name.casefold()
    return lowered.translate(ALPHABET) if lang == "sv" else lowered
