"""Numbers of procurements, as people paste them, in the one form in which they are compared and linked.

- TED publication numbers: `151531-2021`, also with leading zeros, inside a ted.europa.eu address, or in the older
  form of the Official Journal, `2021/S 061-151531` (Publications Office of the EU, TED: "notice publication number").
- CPV codes: eight digits and a check digit, `30200000-1` (Regulation (EC) No 213/2008). The check digit may be left
  out; how it is made is not published, so it is not checked.

    >>> ted("2021/S 061-151531")
    '151531-2021'
    >>> cpv("30200000")
    '30200000'
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date

PUBLICATION = re.compile(r"(?<!\d)0*([1-9]\d{0,7})-((?:19|20)\d\d)(?!\d)")
JOURNAL = re.compile(r"((?:19|20)\d\d)\s*/\s*S\s*0*\d{1,3}\s*-\s*0*([1-9]\d{0,7})(?!\d)", re.IGNORECASE)
CPV_CODE = re.compile(r"(\d{8})(?:\s*-\s*(\d))?")
PERSONAL = re.compile(r"(?<![\d-])((?:18|19|20)?\d{6}[-+]\d{4}|(?:18|19|20)\d{10})(?![\d-])")
COORDINATION_DAY = 60


class IdentifierError(ValueError):
    """Not an identifier of that sort."""


def ted(text: str) -> str:
    """The TED publication number in *text*, without leading zeros: `151531-2021`; raises `IdentifierError`.

    Takes a number alone, or any address on ted.europa.eu that holds one.
    """
    plain = _plain(text)
    if journal := JOURNAL.search(plain):
        return f"{journal[2]}-{journal[1]}"
    at_ted = "ted.europa.eu" in plain.lower()
    found = PUBLICATION.search(plain) if at_ted else PUBLICATION.fullmatch(plain)
    if found is None:
        raise IdentifierError("no TED publication number")
    return f"{found[1]}-{found[2]}"


def ted_address(number: str, lang: str) -> str:
    """Where TED shows that notice, in "sv" or "en"."""
    return f"https://ted.europa.eu/{lang}/notice/-/detail/{number}"


def cpv(text: str) -> str:
    """A CPV code as it is written: eight digits, and the check digit where one was given; raises `IdentifierError`."""
    found = CPV_CODE.fullmatch(_plain(text))
    if found is None or found[1].startswith("00"):
        raise IdentifierError("a CPV code has eight digits and perhaps a check digit")
    return f"{found[1]}-{found[2]}" if found[2] else found[1]


def personal_numbers(text: str) -> list[str]:
    """What in *text* is a Swedish personal or co-ordination number, as it stands there.

    Six digits of a possible date, a hyphen or plus sign, four digits, the last a Luhn check digit; or twelve digits
    together with the century. Ten digits without a hyphen are left alone: too much else has ten digits.
    """
    return [found[0] for found in PERSONAL.finditer(text) if _is_personal(found[0])]


def _is_personal(text: str) -> bool:
    digits = re.sub(r"\D", "", text)[-10:]
    year, month, day = int(digits[:2]), int(digits[2:4]), int(digits[4:6])
    if day > COORDINATION_DAY:
        day -= COORDINATION_DAY
    try:
        date(2000 if year == 0 else 1900 + year, month, day)
    except ValueError:
        return False
    doubled = (int(digit) * (2 - place % 2) for place, digit in enumerate(digits))
    return sum(value - 9 if value > 9 else value for value in doubled) % 10 == 0


def _plain(text: str) -> str:
    """Full-width digits, odd spaces and typographic dashes as ordinary ones."""
    return re.sub(r"[\u2010-\u2015\u2212]", "-", unicodedata.normalize("NFKC", text)).strip()
