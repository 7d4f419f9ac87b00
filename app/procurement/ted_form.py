"""What one form of the older TED schema says in one language, as it is gathered, and the facts that all parts share."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from app.procurement import countries, facts, outcome
from app.procurement.awards import Award, Description
from app.procurement.doubts import Doubts
from app.procurement.notice import Kind, Money, Organisation, TooLarge, Why
from app.procurement.xml import Element

UNPUBLISHED = "NO"
MOST_AWARDS = 50_000
"""Awards and their winners together."""
MOST_LOTS = 25_000
MOST_BUYERS = 200
MOST_TOTALS = 10


@dataclass
class Form:
    """What a form says, in one language."""

    name: str
    language: str | None
    is_original: bool
    kind: Kind | None = None
    said: Doubts = field(default_factory=Doubts)
    titles: list[str] = field(default_factory=list)
    reference: str | None = None
    buyers: list[Organisation] = field(default_factory=list)
    cpv: list[str] = field(default_factory=list)
    stated: list[Money] = field(default_factory=list)
    estimates: list[Money] = field(default_factory=list)
    ranges: list[tuple[str, str]] = field(default_factory=list)
    is_divided: bool | None = None
    lots: dict[str, Description] = field(default_factory=dict)
    awards: list[Award] = field(default_factory=list)
    is_framework: bool = False
    procedure: str | None = None
    previous: list[str] = field(default_factory=list)
    dispatched: date | None = None
    room: int = MOST_AWARDS

    def add_award(self, award: Award) -> None:
        """Keeps an award; raises `TooLarge` where there are more awards and winners than in any notice."""
        self.room -= 1 + len(award.winners)
        if self.room < 0:
            raise _too_many()
        self.awards.append(award)

    def bounded(self, addresses: Iterable[Element]) -> list[Element]:
        """The addresses of winners; raises `TooLarge` likewise."""
        found = list(addresses)
        if len(found) > self.room:
            raise _too_many()
        return found

    def add_buyers(self, addresses: Sequence[Element]) -> None:
        """Keeps buyers, as many as are ever named."""
        for address in addresses[: MOST_BUYERS - len(self.buyers)]:
            self.buyers.append(organisation(address, self, field="buyer"))

    def add_range(self, low: Money | None, high: Money | None) -> None:
        """Keeps the lowest and the highest tender, which are said where there is no value."""
        if (low or high) and len(self.ranges) < MOST_TOTALS:
            self.ranges.append((facts.shown(low) if low else "?", facts.shown(high) if high else "?"))

    def add_lot(self, number: str, title: str | None, cpv: list[str]) -> None:
        """Keeps a lot, and its codes for the whole notice."""
        self.cpv.extend(cpv[: facts.MOST_CPV] if len(self.cpv) < facts.MOST_CPV else ())
        if number:
            kept = len(self.lots) < outcome.MOST_LOTS
            described = Description(title, facts.cpv(cpv, self.said)) if kept else Description()
            self.lots.setdefault(number, described)
        if len(self.lots) > MOST_LOTS:
            raise TooLarge("more lots than any notice has", most=str(MOST_LOTS))


def organisation(address: Element, form: Form, *, field: str) -> Organisation:
    """An address block as an organisation."""
    country = address.first("COUNTRY")
    numbers = [number for number in [address.value("NATIONALID")] if number]
    return facts.organisation(
        address.value("OFFICIALNAME"),
        numbers,
        countries.country(country.attributes.get("VALUE", "")) if country is not None else None,
        form.said,
        field=field,
        email=address.value("E_MAIL") if field == "buyer" else "",
    )


def _too_many() -> TooLarge:
    return TooLarge("more awards and winners than any notice has", most=str(MOST_AWARDS))


def lot_number(found: str) -> str:
    """A lot's number as it is compared: "01" and "1" are one."""
    plain = " ".join(found.split())[: facts.LONGEST_ID]
    return plain.lstrip("0") or plain if plain.isdigit() else plain


def is_withheld(element: Element) -> bool:
    """Whether the buyer asked that it not be published."""
    return element.attributes.get("PUBLICATION") == UNPUBLISHED


def money(element: Element, form: Form) -> Money | None:
    """An amount with its currency as an attribute."""
    if is_withheld(element):
        form.said.add("value", Why.UNPUBLISHED)
        return None
    return facts.money(element.value(), element.attributes.get("CURRENCY", ""), form.said)


def between(element: Element, form: Form) -> Money | None:
    """The value where the lowest and the highest tender are one; else the range is kept."""
    if is_withheld(element):
        form.said.add("value", Why.UNPUBLISHED)
        return None
    currency = element.attributes.get("CURRENCY", "")
    low, high = (facts.money(element.value(name), currency, Doubts()) for name in ("LOW", "HIGH"))
    if low and low == high:
        return low
    form.add_range(low, high)
    return None


def estimated(element: Element, form: Form) -> None:
    """Keeps an estimate."""
    estimate = facts.money(element.value(), element.attributes.get("CURRENCY", ""), Doubts())
    if estimate and len(form.estimates) < MOST_TOTALS:
        form.estimates.append(estimate)
