"""What a notice says, whatever standard it follows: the one shape that every reader gives.

Nothing here is guessed. What a notice leaves out is None (or an empty tuple); what it contradicts itself about is None
too, and a `Doubt` says so. Amounts are exact, dates are dates, countries are ISO 3166-1 alpha-2, languages ISO 639-1.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field as made
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any


class Kind(StrEnum):
    """What a notice announces."""

    PLANNING = "planning-notice"
    CONTRACT = "contract-notice"
    AWARD = "award-notice"
    TRANSPARENCY = "transparency-notice"
    CHANGE = "change-notice"
    MODIFICATION = "modification-notice"
    CONTEST = "design-contest-notice"
    CONTEST_RESULT = "design-contest-result"
    QUALIFICATION = "qualification-system-notice"
    OTHER = "other-notice"


class Source(StrEnum):
    """The standard that a file follows."""

    EFORMS = "eforms"
    TED = "ted"
    OCDS = "ocds"


class Why(StrEnum):
    """In which way something could not be read; `Doubt.detail` holds what stands there."""

    SEVERAL_CURRENCIES = "several-currencies"
    SEVERAL_VALUES = "several-values"
    LOTS_ADD_UP_OTHERWISE = "lots-add-up-otherwise"
    SUM_OF_LOTS = "sum-of-lots"
    PARTIAL_VALUE = "partial-value"
    FRAMEWORK_MAXIMUM = "framework-maximum"
    RANGE_ONLY = "range-only"
    PRIZE_ONLY = "prize-only"
    VAT_INCLUDED = "vat-included"
    PERIODIC_VALUE = "periodic-value"
    UNLIKELY_VALUE = "unlikely-value"
    CHANGED_VALUE = "changed-value"
    UNPUBLISHED = "unpublished"
    NO_VALUE = "no-value"
    UNREADABLE_VALUE = "unreadable-value"
    NO_CURRENCY = "no-currency"
    ESTIMATE_ONLY = "estimate-only"
    SEVERAL_BUYERS = "several-buyers"
    NO_BUYER = "no-buyer"
    UNREADABLE_NUMBER = "unreadable-number"
    PERSONAL_NUMBER = "personal-number"
    NO_TITLE = "no-title"
    SEVERAL_TITLES = "several-titles"
    SEVERAL_DATES = "several-dates"
    UNREADABLE_DATE = "unreadable-date"
    NO_AWARD_DATE = "no-award-date"
    PLACEHOLDER_DATE = "placeholder-date"
    TENDERS_PER_LOT = "tenders-per-lot"
    UNREADABLE_TENDERS = "unreadable-tenders"
    TENDERS_DIFFER = "tenders-differ"
    PARTLY_AWARDED = "partly-awarded"
    AWARD_PENDING = "award-pending"
    AWARD_UNCLEAR = "award-unclear"
    AWARD_CONTRADICTED = "award-contradicted"
    NO_WINNER = "no-winner"
    UNREADABLE_CPV = "unreadable-cpv"
    NO_CPV = "no-cpv"
    SEVERAL_RELEASES = "several-releases"
    TOO_MANY_LOTS = "too-many-lots"
    TOO_MANY_WINNERS = "too-many-winners"
    TOO_LONG = "too-long"
    CHANGED_NOTICE = "changed-notice"
    CANCELLED = "cancelled"
    UNKNOWN_FORM = "unknown-form"


@dataclass(frozen=True)
class Doubt:
    """Something that could not be read beyond doubt: the field it concerns ("value", "buyer", …), why, and what stands there."""

    field: str
    why: Why
    detail: Mapping[str, str] = made(default_factory=dict)


@dataclass(frozen=True)
class Organisation:
    """A buyer or a winner. `id` is written as Swedes write it where it is a Swedish organisation number (`202100-6297`), else
    as it stands; a personal number is never in it."""

    name: str | None = None
    id: str | None = None
    country: str | None = None
    email: str | None = None


@dataclass(frozen=True)
class Money:
    """An exact amount and its currency (ISO 4217)."""

    amount: Decimal
    currency: str


@dataclass(frozen=True)
class Lot:
    """One part of a procurement that is awarded by itself."""

    id: str
    title: str | None = None
    cpv: tuple[str, ...] = ()
    value: Money | None = None
    tenders_received: int | None = None
    award_date: date | None = None
    awarded: bool | None = None
    winners: tuple[Organisation, ...] = ()


@dataclass(frozen=True)
class Notice:
    """A notice as it was read.

    `publication_number` is TED's, without leading zeros (`151531-2021`). `notice_id` is the notice's own identifier
    with its version (BT-701, BT-757). `procurement_id` is what the notices of one procurement share: the eForms
    procedure identifier (BT-04) or the OCID. `reference` is the buyer's own number (diarienummer). `previous` holds the
    earlier notices that it names, by publication number, or by `notice_id` where that is how it names them. `cpv` is
    the main code first, each as eight digits. `value` is the whole procurement's total without VAT, or None; for a
    framework agreement it is the maximum, said in a doubt. `awarded` is None where the notice does not say, or says
    that the award is not in force yet.
    """

    source: Source
    kind: Kind
    publication_number: str | None = None
    procurement_id: str | None = None
    reference: str | None = None
    previous: tuple[str, ...] = ()
    title: str | None = None
    language: str | None = None
    buyer: Organisation = made(default_factory=Organisation)
    cpv: tuple[str, ...] = ()
    procedure: str | None = None
    value: Money | None = None
    tenders_received: int | None = None
    award_date: date | None = None
    issue_date: date | None = None
    awarded: bool | None = None
    winners: tuple[Organisation, ...] = ()
    lots: tuple[Lot, ...] = ()
    doubts: tuple[Doubt, ...] = ()
    notice_id: str | None = None


class NoticeError(ValueError):
    """A file that is not read; `code` says why, for a sentence in the reader's language, `detail` what stands in it."""

    code = "not-a-notice"

    def __init__(self, message: str, **detail: str) -> None:
        self.detail = detail
        super().__init__(message)


class NotANotice(NoticeError):
    """Not XML or JSON of a standard that is read here; `detail["looks_like"]` may say what it is instead."""


class TooLarge(NoticeError):
    """More bytes, or deeper, than any notice is."""

    code = "too-large"


class Damaged(NoticeError):
    """XML or JSON that breaks off, or breaks its own rules."""

    code = "damaged"


class Forbidden(NoticeError):
    """A document type, an entity: what no notice has, and what attacks are made of."""

    code = "forbidden"


def as_json(notice: Notice) -> dict[str, Any]:
    """The notice as `python -m app.procurement` prints it: amounts as numbers, dates in ISO form, doubts as sentences."""
    from app.procurement.doubts import sentence

    return {
        "source": str(notice.source),
        "kind": str(notice.kind),
        "publication_number": notice.publication_number,
        "notice_id": notice.notice_id,
        "procurement_id": notice.procurement_id,
        "reference": notice.reference,
        "previous": list(notice.previous),
        "title": notice.title,
        "language": notice.language,
        "buyer": {"name": notice.buyer.name, "id": notice.buyer.id, "country": notice.buyer.country},
        "cpv": list(notice.cpv),
        "procedure": notice.procedure,
        "value": _money(notice.value),
        "tenders_received": notice.tenders_received,
        "award_date": _day(notice.award_date),
        "issue_date": _day(notice.issue_date),
        "awarded": notice.awarded,
        "winners": [_winner(each) for each in notice.winners],
        "lots": [
            {
                "id": lot.id,
                "title": lot.title,
                "cpv": list(lot.cpv),
                "value": _money(lot.value),
                "tenders_received": lot.tenders_received,
                "award_date": _day(lot.award_date),
                "awarded": lot.awarded,
                "winners": [_winner(each) for each in lot.winners],
            }
            for lot in notice.lots
        ],
        "warnings": [sentence(each) for each in notice.doubts],
    }


def _money(value: Money | None) -> dict[str, Any] | None:
    if value is None:
        return None
    whole = value.amount == value.amount.to_integral_value()
    return {"amount": int(value.amount) if whole else float(value.amount), "currency": value.currency}


def _winner(winner: Organisation) -> dict[str, Any]:
    return {"name": winner.name, "id": winner.id}


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None
