"""What follows from a procurement's facts as they were typed: numbers in one form, the amount, the country."""

from __future__ import annotations

from app.nominations.models import Nomination
from app.procurement import amounts, identifiers, organisations

SWEDEN = "SE"


def derive(nomination: Nomination) -> None:
    """Reads TED's number, the amount and its currency, and the authority's country out of the fields that hold them."""
    nomination.publication = publication(nomination.notice or "")
    money = amounts.money(nomination.value or "")
    nomination.amount = amounts.kronor(nomination.value or "")
    nomination.currency = money.currency if money else "SEK" if nomination.amount is not None else ""
    nomination.buyer_country = country(nomination)


def publication(notice: str) -> str:
    """TED's number of the notice, or "" where none stands there."""
    try:
        return identifiers.ted(notice)
    except identifiers.IdentifierError:
        return ""


def country(nomination: Nomination) -> str:
    """The authority's country: Sweden where its number is a Swedish one, else what the notice said of that number."""
    number = nomination.buyer_number or ""
    try:
        organisations.swedish(number)
    except organisations.OrganisationError:
        buyer = (nomination.read or {}).get("buyer") or {}
        same = not number or number == (buyer.get("id") or "")
        return str(buyer.get("country") or "")[:2] if same else ""
    return SWEDEN
