"""One row of a list: what it says once it is tidied up, what is wrong with it, and the key that makes it one company."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from email_validator import SPECIAL_USE_DOMAIN_NAMES, EmailNotValidError, validate_email
from stdnum import luhn

from app.procurement import organisations, spelling
from app.roll import keys

LONGEST = {"company": 200, "contact": 120}
YES = {"ja", "j", "x", "1", "sant", "true", "yes", "y", "ja.", "enskild firma", "sole trader"}
NO = {"", "nej", "n", "0", "falskt", "false", "no", "-"}
LANGUAGES = {"": "", "sv": "sv", "svenska": "sv", "swedish": "sv", "se": "sv", "swe": "sv", "sv-se": "sv",
             "en": "en", "engelska": "en", "english": "en", "eng": "en", "en-gb": "en", "gb": "en"}  # fmt: skip
SWEDEN = {"", "se", "sverige", "sweden", "swe"}
PERSONAL = re.compile(r"(?<!\d)(?:(?:18|19|20)?\d{6})[-+ ]{0,3}\d{4}(?!\d)")
MANY_DIGITS = re.compile(r"(?:\d[\s.+/_-]{0,3}){9}\d|\dE\+", re.IGNORECASE)
APART = re.compile(r"(?:SE)?((?:18|19|20)?\d{10})(?:01)?", re.IGNORECASE)
"""A personal number once the signs between its digits are gone; as a VAT number it has SE before it and 01 behind."""
SHORTENED = re.compile(r"([0-9])[.,]([0-9]+)E\+?0*([0-9]+)", re.IGNORECASE)
IN_ADDRESS = re.compile(r"[\w.+-]*@")
_ATOM, _LABEL = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+", r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
PLAIN = re.compile(
    rf"(?=[^@]{{1,64}}@){_ATOM}(?:\.{_ATOM})*@(?=[^@]{{1,200}}$)(?:(?!..--){_LABEL}\.)+[A-Za-z]{{2,63}}"
)
"""Addresses without anything to look at more closely: what email-validator says of them is known (a test compares)."""
LONGEST_ADDRESS = 250
_SPECIAL = frozenset(name.rpartition(".")[2] for name in SPECIAL_USE_DOMAIN_NAMES)
DROPPED = "••••••-••••"
"""What stands where a personal number stood."""
SHORTEST = 10
LAST_MONTH, LAST_DAY, COORDINATION = 12, 31, 60


@dataclass(frozen=True)
class Row:
    """A row of a list; `line` is where it begins, `problems` the codes of what is wrong (empty when it can be used).

    `person`: it is a person who votes, not a company. One that votes for no company stands under its own name.
    """

    line: int
    company: str = ""
    orgnr: str = ""
    sole_trader: bool = False
    foreign_country: str = ""
    foreign_number: str = ""
    email: str = ""
    contact_name: str = ""
    language: str = "sv"
    person: bool = False
    problems: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """The same for two rows exactly when they are the same voter."""
        return keys.voter_key(self)


def make_row(line: int, cells: Sequence[str], columns: Mapping[str, int], *, person: bool = False) -> Row:
    """The row of these cells. A row that cannot be used keeps its line and name alone, no personal data."""
    values = {name: tidy(cells[index]) if index < len(cells) else "" for name, index in columns.items()}
    get = values.get
    contact = get("contact", "") or f"{get('given', '')} {get('family', '')}".strip()
    row, problems = judge(
        line=line, company=get("company", ""), number=get("number", ""), sole_trader=get("sole_trader", ""),
        country=get("country", ""), email=get("email", ""), contact=contact, language=get("language", ""), person=person,
    )  # fmt: skip
    if problems:
        name = (contact if person else get("company", "")).replace(DROPPED, "…")
        return Row(line=line, company=PERSONAL.sub("…", name)[:80], problems=tuple(problems))
    return row


def judge(
    *,
    line: int,
    company: str,
    number: str,
    sole_trader: str,
    country: str,
    email: str,
    contact: str,
    language: str,
    person: bool = False,
) -> tuple[Row, list[str]]:
    """The row of these texts (as a form or a list gives them) and the codes of what is wrong with it."""
    problems: list[str] = []
    if person and contact and not company:
        company = contact
    name, text = ("contact", contact) if person else ("company", company)
    if not text:
        problems.append(f"missing-{name}")
    elif not any(sign.isalnum() for sign in text):
        problems.append(f"bad-{name}")
    problems += [
        f"long-{name}"
        for name, text in (("company", company), ("contact", contact))
        if len(text) > LONGEST[name]
    ]
    problems += ["personal-name" for text in (company, contact) if _holds_personal_number(text)][:1]
    identity, found = _identify_person(number, country) if person else _identify(number, sole_trader, country)
    problems += found
    try:
        email = address(email)
    except ValueError as error:
        problems.append(str(error))
        email = ""
    spoken = LANGUAGES.get(language.casefold())
    if spoken is None:
        problems.append("bad-language")
    spoken = spoken or ("en" if identity.get("foreign_country") else "sv")
    row = Row(line, company, email=email, contact_name=contact, language=spoken, person=person, **identity)
    return row, problems


def _identify_person(number: str, country: str) -> tuple[dict[str, Any], list[str]]:
    """A person is known by address and name; a company's number may stand beside, a personal one is dropped."""
    if not number:
        return {}, []
    found, problems = _identify(number, "", country)
    return ({}, []) if "personal-number" in problems else (found, problems)


def _identify(number: str, sole_trader: str, country: str) -> tuple[dict[str, Any], list[str]]:
    """What makes the company one: organisation number, sole trader, or country and number."""
    ticked, number = sole_trader.casefold(), number.lstrip("'’`´")
    if ticked in YES:  # whatever number came along may be a personal one: it is dropped
        return {"sole_trader": True}, []
    if ticked not in NO or DROPPED in number:
        return {}, ["personal-number" if ticked in NO else "bad-sole-trader"]
    try:
        if country.casefold() not in SWEDEN:
            code = organisations.country(country)
            return {"foreign_country": code, "foreign_number": organisations.foreign(number, code)}, []
        if not number:
            return {}, ["missing-number"]
        return {"orgnr": organisations.swedish(_unshortened(number))}, []
    except organisations.OrganisationError as error:
        missing = not number and not isinstance(error, organisations.UnknownCountry)
        return {}, ["missing-number" if missing else error.code]


def _unshortened(number: str) -> str:
    """5,560360793E+09 still has every digit; what has lost some stays as it is."""
    found = SHORTENED.fullmatch(number.replace(" ", ""))
    if found is None or len(found[2]) != int(found[3]):
        return number
    return found[1] + found[2]


def without_personal_numbers(cells: Sequence[str]) -> list[str]:
    """The cells with DROPPED for every personal number, before anything of them is kept.

    Ten digits are one when their first six can be a date. Elsewhere companies have such numbers too: in a row that names
    another country, only what also has the right check digit is one.
    """
    if not any(_may_hold(_plain(cell)) for cell in cells if len(cell) >= SHORTEST):
        return list(cells)
    abroad = any(cell.strip().upper() in organisations.COUNTRIES for cell in cells)
    return [_without(cell, abroad=abroad) for cell in cells]


def _may_hold(plain: str) -> bool:
    return PERSONAL.search(plain) is not None or MANY_DIGITS.search(plain) is not None


def _plain(cell: str) -> str:
    """With digits, spaces and hyphens as a keyboard has them; most cells are so already."""
    return cell if cell.isascii() and "  " not in cell else spelling.plain(cell)


def _without(cell: str, *, abroad: bool) -> str:
    def drop(found: re.Match[str]) -> str:
        if IN_ADDRESS.match(found.string, found.end()):
            return found[0]
        digits = "".join(sign for sign in found[0] if sign.isdigit())[-10:]
        return DROPPED if _is_personal(digits, abroad=abroad) else found[0]

    plain = spelling.plain(cell) if PERSONAL.search(cell) is None else cell
    if PERSONAL.search(plain):
        return PERSONAL.sub(drop, plain)
    apart = APART.fullmatch(re.sub(r"[\s.+/_'’`´-]", "", _unshortened(plain)))
    return DROPPED if apart and _is_personal(apart[1][-10:], abroad=abroad) else cell


def _is_personal(digits: str, *, abroad: bool) -> bool:
    return _can_be_date(digits) and (luhn.is_valid(digits) if abroad else True)


def _can_be_date(digits: str) -> bool:
    month, day = int(digits[2:4]), int(digits[4:6])
    return 1 <= month <= LAST_MONTH and 1 <= (day - COORDINATION if day > COORDINATION else day) <= LAST_DAY


def _holds_personal_number(text: str) -> bool:
    if DROPPED in text:
        return True
    for match in PERSONAL.finditer(text):
        try:
            organisations.swedish(match[0].replace(" ", ""))
        except organisations.PersonalNumber:
            return True
        except organisations.OrganisationError:
            continue
    return False


def address(text: str) -> str:
    """A mail address as it is stored: ASCII, its domain in small letters.

    Raises `ValueError` "missing-email", "several-emails" or "bad-email".
    """
    text = text.removeprefix("mailto:").strip("<> ")
    if not text:
        raise ValueError("missing-email")
    if (
        PLAIN.fullmatch(text)
        and len(text) <= LONGEST_ADDRESS
        and text.rpartition(".")[2].lower() not in _SPECIAL
    ):
        local, _, domain = text.rpartition("@")
        return f"{local}@{domain.lower()}"
    if text.count("@") > 1:
        raise ValueError("several-emails")
    try:
        checked = validate_email(text, check_deliverability=False, allow_smtputf8=False)
    except EmailNotValidError as error:
        raise ValueError("bad-email") from error
    return checked.ascii_email or checked.normalized


def tidy(text: str) -> str:
    """A cell without odd spaces, invisible signs, line breaks or the apostrophe that guards a spreadsheet's formula."""
    if not (text.isascii() and text.isprintable()):
        text = unicodedata.normalize("NFC", text)
        text = "".join(" " if sign.isspace() else sign for sign in text if sign.isspace() or _visible(sign))
    text = re.sub(r" +", " ", text).strip()
    return text[1:] if re.match(r"'[=+\-@]", text) else text


def _visible(sign: str) -> bool:
    return unicodedata.category(sign) not in {"Cc", "Cf", "Cs", "Co", "Cn"}
