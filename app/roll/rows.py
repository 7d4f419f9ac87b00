"""One row of a list: what it says once it is tidied up, what is wrong with it, and the key that makes it one company."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from email_validator import EmailNotValidError, validate_email

from app.procurement import organisations

LONGEST = {"company": 200, "contact": 120}
YES = {"ja", "j", "x", "1", "sant", "true", "yes", "y", "ja.", "enskild firma", "sole trader"}
NO = {"", "nej", "n", "0", "falskt", "false", "no", "-"}
LANGUAGES = {"": "", "sv": "sv", "svenska": "sv", "swedish": "sv", "se": "sv", "swe": "sv", "sv-se": "sv",
             "en": "en", "engelska": "en", "english": "en", "eng": "en", "en-gb": "en", "gb": "en"}  # fmt: skip
SWEDEN = {"", "se", "sverige", "sweden", "swe"}
PERSONAL = re.compile(r"(?<!\d)(?:(?:18|19|20)?\d{6})[-+ ]?\d{4}(?!\d)")


@dataclass(frozen=True)
class Row:
    """A row of a list; `line` is where it begins, `problems` the codes of what is wrong (empty when it can be used)."""

    line: int
    company: str = ""
    orgnr: str = ""
    sole_trader: bool = False
    foreign_country: str = ""
    foreign_number: str = ""
    email: str = ""
    contact_name: str = ""
    language: str = "sv"
    problems: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """The same for two rows exactly when they are the same company."""
        return voter_key(self)

    def as_data(self) -> dict[str, Any]:
        """For storage as JSON."""
        return {**vars(self), "problems": list(self.problems)}

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Row:
        """Back from `as_data`."""
        return cls(**{**data, "problems": tuple(data["problems"])})


def voter_key(row: Row) -> str:
    """`se:` and ten digits; a country and its number; for a sole trader a hash of address and name."""
    if row.orgnr:
        return f"se:{row.orgnr}"
    if row.foreign_country:
        return f"{row.foreign_country.lower()}:{row.foreign_number}"
    name = re.sub(r"[\W_]+", " ", unicodedata.normalize("NFKC", row.company).casefold()).strip()
    return "sole:" + hashlib.sha256(f"{row.email.casefold()}\n{name}".encode()).hexdigest()


def make_row(line: int, cells: Sequence[str], columns: Mapping[str, int]) -> Row:
    """The row of these cells. A row that cannot be used keeps its line and company alone, no personal data."""
    values = {name: tidy(cells[index]) if index < len(cells) else "" for name, index in columns.items()}
    row, problems = judge(
        line=line,
        company=values.get("company", ""),
        number=values.get("number", ""),
        sole_trader=values.get("sole_trader", ""),
        country=values.get("country", ""),
        email=values.get("email", ""),
        contact=values.get("contact", ""),
        language=values.get("language", ""),
    )
    if problems:
        return Row(
            line=line, company=PERSONAL.sub("…", values.get("company", ""))[:80], problems=tuple(problems)
        )
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
) -> tuple[Row, list[str]]:
    """The row of these texts (as a form or a list gives them) and the codes of what is wrong with it."""
    problems: list[str] = []
    row = Row(line=line, company=company, contact_name=contact)
    if not company:
        problems.append("missing-company")
    elif not any(sign.isalnum() for sign in company):
        problems.append("bad-company")
    problems += [
        f"long-{name}"
        for name, text in (("company", company), ("contact", contact))
        if len(text) > LONGEST[name]
    ]
    problems += ["personal-name" for text in (company, contact) if _holds_personal_number(text)][:1]
    row, found = _identify(row, number, sole_trader, country)
    problems += found
    try:
        row = replace(row, email=address(email))
    except ValueError as error:
        problems.append(str(error))
    spoken = LANGUAGES.get(language.casefold())
    if spoken is None:
        problems.append("bad-language")
    return replace(row, language=spoken or ("en" if row.foreign_country else "sv")), problems


def _identify(row: Row, number: str, sole_trader: str, country: str) -> tuple[Row, list[str]]:
    """What makes the company one: organisation number, sole trader, or country and number."""
    ticked = sole_trader.casefold()
    if ticked in YES:
        return replace(
            row, sole_trader=True
        ), []  # whatever number came along may be a personal one: it is dropped
    if ticked not in NO:
        return row, ["bad-sole-trader"]
    try:
        if country.casefold() not in SWEDEN:
            code = organisations.country(country)
            return replace(row, foreign_country=code, foreign_number=organisations.foreign(number, code)), []
        if not number:
            return row, ["missing-number"]
        return replace(row, orgnr=organisations.swedish(number)), []
    except organisations.OrganisationError as error:
        missing = not number and not isinstance(error, organisations.UnknownCountry)
        return row, ["missing-number" if missing else error.code]


def _holds_personal_number(text: str) -> bool:
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
