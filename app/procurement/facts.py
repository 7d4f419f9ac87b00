"""Single facts as notices write them: amounts, dates, counts, codes, names and numbers of organisations.

Each function takes the text that stands there and gives the fact, or None; what is in doubt is noted. Texts that a
person wrote are cut at a length that no real one has.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal

from app.procurement import identifiers, organisations
from app.procurement.doubts import Doubts
from app.procurement.notice import Money, Organisation, Why

LONGEST_TITLE = 1_000
LONGEST_NAME = 300
LONGEST_ID = 100
MOST_CPV = 100
EARLIEST_YEAR, LATEST_YEAR = 1990, 2100
PLACEHOLDER = date(2000, 1, 1)
"""The date that eForms require where none is meant (OPT-999)."""
WITHHELD = {"-1", "unpublished"}
"""What TED puts in place of a value that is not to be published yet (BT-195)."""

_PLAIN = re.compile(r"[0-9]{1,15}(?:\.[0-9]{1,6})?")
_GROUPED = re.compile(r"[0-9]{1,3}(?: [0-9]{3})+(?:[.,][0-9]{1,2})?|[0-9]{1,15},[0-9]{1,2}")
_COUNT = re.compile(r"([0-9]{1,6})(?:\.0+)?")
_DAY = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})(?:[T+Z-].*)?|([0-9]{4})([0-9]{2})([0-9]{2})")
_TEN_DIGITS = re.compile(r"(?<![0-9])(?:16|18|19|20)?[0-9]{6}[-–+ ]?[0-9]{4}(?![0-9])")
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)


def text(found: str, said: Doubts, *, field: str, most: int = LONGEST_TITLE) -> str | None:
    """A text with single spaces and without control characters, or None where there is none."""
    plain = " ".join("".join(sign for sign in found if sign.isprintable() or sign.isspace()).split())
    if len(plain) > most:
        said.add(field, Why.TOO_LONG, most=str(most))
        plain = plain[:most].rstrip()
    return plain or None


def reference(found: str) -> str | None:
    """The buyer's own number; not the UUID that some programs put in its place."""
    plain = " ".join(found.split())[:LONGEST_ID]
    return None if not plain or _UUID.fullmatch(plain) else plain


def notice_number(found: str) -> str | None:
    """A TED publication number without leading zeros, or None."""
    try:
        return identifiers.ted(found, said=True)
    except identifiers.IdentifierError:
        return None


def money(amount: str, currency: str, said: Doubts, *, field: str = "value") -> Money | None:
    """An amount and its currency (ISO 4217), exactly as stated; None, with a doubt, where it cannot be read."""
    plain = " ".join(unicodedata.normalize("NFKC", amount).split())
    unit = currency.strip().upper()
    if plain.lower() in WITHHELD:
        said.add(field, Why.UNPUBLISHED)
    elif not (_PLAIN.fullmatch(plain) or _GROUPED.fullmatch(plain)):
        if plain:
            said.add(field, Why.UNREADABLE_VALUE, found=f"{plain[:60]} {unit[:3]}")
    elif not re.fullmatch(r"[A-Z]{3}", unit):
        said.add(field, Why.NO_CURRENCY, amount=plain)
    else:
        return Money(Decimal(plain.replace(" ", "").replace(",", ".")), unit)
    return None


def shown(value: Money) -> str:
    """An amount for a sentence: "390697.84 EUR"."""
    return f"{value.amount.normalize():f} {value.currency}"


def likely(value: Money, said: Doubts) -> Money | None:
    """The value, unless it is zero; a doubt where it is so small that it only fills a field."""
    if value.amount <= 1:
        said.add("value", Why.UNLIKELY_VALUE, amount=shown(value))
    return value if value.amount else None


def count(found: str, said: Doubts) -> int | None:
    """A number of tenders."""
    plain = found.strip()
    if plain in WITHHELD:
        said.add("tenders_received", Why.UNPUBLISHED)
        return None
    whole = _COUNT.fullmatch(plain)
    if whole is None and plain:
        said.add("tenders_received", Why.UNREADABLE_TENDERS, found=plain[:60])
    return int(whole[1]) if whole else None


def day(found: str, said: Doubts, *, field: str) -> date | None:
    """A date from "2021-03-22+01:00" or "20210322"."""
    plain = found.strip()
    if not plain:
        return None
    if plain.lower() in WITHHELD or plain.startswith("1970-01-01"):
        said.add(field, Why.UNPUBLISHED)
        return None
    split = _DAY.fullmatch(plain)
    parts = [int(part) for part in (split.groups() if split else ()) if part]
    return _date(parts, plain, said, field)


def day_of(year: str, month: str, day_of_month: str, said: Doubts, *, field: str) -> date | None:
    """A date whose three parts stand in elements of their own."""
    parts = [year, month, day_of_month]
    if not any(parts):
        return None
    numbers = [int(part) for part in parts if re.fullmatch(r"[0-9]{1,4}", part)]
    return _date(numbers, "-".join(parts), said, field)


def _date(parts: Sequence[int], found: str, said: Doubts, field: str) -> date | None:
    try:
        year, month, day_of_month = parts
        if not EARLIEST_YEAR <= year <= LATEST_YEAR:
            raise ValueError
        result = date(year, month, day_of_month)
    except ValueError:
        said.add(field, Why.UNREADABLE_DATE, found=found[:40])
        return None
    if result == PLACEHOLDER and field == "award_date":
        said.add(field, Why.PLACEHOLDER_DATE, found=result.isoformat())
        return None
    return result


def cpv(codes: Iterable[str], said: Doubts) -> tuple[str, ...]:
    """CPV codes, each once, as eight digits."""
    found: dict[str, None] = {}
    for code in codes:
        if len(found) >= MOST_CPV:
            break
        try:
            found[identifiers.cpv(code)[:8]] = None
        except identifiers.IdentifierError:
            if code.strip():
                said.add("cpv", Why.UNREADABLE_CPV, found=code.strip()[:20])
    return tuple(found)


def organisation(
    name: str,
    numbers: Sequence[str],
    country: str | None,
    said: Doubts,
    *,
    field: str,
    natural: bool = False,
    email: str = "",
) -> Organisation:
    """An organisation; of *numbers*, the first that is Swedish, else the first that has digits. A person has none."""
    found = None
    if natural:
        said.add(field, Why.PERSONAL_NUMBER)
    else:
        found = _number(
            [number for number in numbers if any(sign.isdigit() for sign in number)], country, said, field
        )
    mail = email.strip()
    return Organisation(
        name=_name(name, said, field),
        id=found,
        country=country,
        email=mail if mail and len(mail) <= LONGEST_NAME and not natural else None,
    )


def _name(found: str, said: Doubts, field: str) -> str | None:
    """The name without the personal number that a sole trader's may have in it."""
    name = text(found, said, field=field, most=LONGEST_NAME)
    for number in identifiers.personal_numbers(name or ""):
        said.add(field, Why.PERSONAL_NUMBER)
        name = (name or "").replace(number, "").strip(" ,;:()-–") or None
    return name


def _number(numbers: Sequence[str], country: str | None, said: Doubts, field: str) -> str | None:
    first = None
    for number in numbers:
        plain = " ".join(unicodedata.normalize("NFKC", number).split())[:LONGEST_ID]
        try:
            if country in {"SE", None}:
                return organisations.shown(_swedish(plain))
            if identifiers.personal_numbers(plain):
                raise organisations.PersonalNumber("a personal number is never kept")
        except organisations.PersonalNumber:
            said.add(field, Why.PERSONAL_NUMBER)
            continue
        except organisations.OrganisationError:
            if country == "SE":
                said.add(f"{field}_id" if field == "buyer" else field, Why.UNREADABLE_NUMBER, found=plain)
        first = first or plain
    return first


def _swedish(plain: str) -> str:
    """The ten digits in a text that may say more than them ("Org.nr 556036-0793")."""
    try:
        return organisations.swedish(plain)
    except organisations.NotANumber:
        found = _TEN_DIGITS.findall(plain)
        if len(found) == 1:
            return organisations.swedish(found[0])
        if _holds_a_persons("".join(sign for sign in plain if sign.isdigit())):
            raise organisations.PersonalNumber("a personal number is never kept") from None
        raise


def _holds_a_persons(digits: str) -> bool:
    """Whether ten of the digits, one after the other, are a personal number."""
    tens = (digits[start : start + 10] for start in range(len(digits) - 9))
    return any(identifiers.personal_numbers(f"{ten[:6]}-{ten[6:]}") for ten in tens)


def in_language(texts: Iterable[tuple[str, str]], languages: Sequence[str]) -> tuple[str, str]:
    """Of texts with their languages (ISO 639-1, or empty), the one in the first of *languages* that has one."""
    found = [(language, each) for language, each in texts if each]
    by_language = dict(reversed(found))
    return next(
        ((each, by_language[each]) for each in languages if each in by_language),
        found[0] if found else ("", ""),
    )
