"""The organisations of an eForms notice, which its parts refer to by number (`ORG-0001`, `TPO-0001`)."""

from __future__ import annotations

from typing import NamedTuple

from app.procurement import countries, facts
from app.procurement.doubts import Doubts
from app.procurement.eforms_records import bounded
from app.procurement.notice import Organisation
from app.procurement.xml import Element

MOST_NAMES = 30
MOST_NUMBERS = 5


class _Company(NamedTuple):
    names: tuple[tuple[str, str], ...]
    numbers: tuple[str, ...]
    country: str | None
    email: str
    natural: bool
    leads: bool


class Organisations:
    """Companies by their number in the notice; a department (touch point) stands for its company."""

    def __init__(self) -> None:
        self._companies: dict[str, _Company] = {}
        self._read: dict[tuple[str, str], Organisation] = {}

    def take(self, element: Element) -> None:
        """Keeps what an `Organization` says."""
        company = element.first("Company")
        if element.name != "Organization" or company is None:
            return
        kept = _Company(
            names=tuple(
                (countries.language(name.attributes.get("languageID", "")) or "", name.value())
                for name in company.all("PartyName/Name")[:MOST_NAMES]  # BT-500
            ),
            numbers=tuple(
                each.value() for each in company.all("PartyLegalEntity/CompanyID")[:MOST_NUMBERS]
            ),  # BT-501
            country=countries.country(company.value("PostalAddress/Country/IdentificationCode")),  # BT-514
            email=company.value("Contact/ElectronicMail")[: facts.LONGEST_NAME],  # BT-506
            natural=element.value("NaturalPersonIndicator") == "true",  # BT-633
            leads=element.value("GroupLeadIndicator") == "true",  # OPP-050
        )
        for party in (company, *element.all("TouchPoint")):
            for each in party.all("PartyIdentification/ID"):  # OPT-200, OPT-201
                self._companies.setdefault(each.value(), kept)
        bounded(self._companies)

    def __contains__(self, number: object) -> bool:
        return number in self._companies

    def leads(self, number: str) -> bool:
        """Whether it leads a group of buyers."""
        return self._companies[number].leads

    def name(self, number: str, language: str) -> str:
        """Its name, in Swedish or else in *language*."""
        return facts.in_language(self._companies[number].names, ("sv", language))[1] or number

    def organisation(self, number: str, language: str, said: Doubts, *, field: str) -> Organisation:
        """The organisation itself; the mail address is that of a buyer only."""
        if (number, field) not in self._read:
            company = self._companies[number]
            self._read[number, field] = facts.organisation(
                facts.in_language(company.names, ("sv", language))[1],
                company.numbers,
                company.country,
                said,
                field=field,
                natural=company.natural,
                email=company.email if field == "buyer" else "",
            )
        return self._read[number, field]
