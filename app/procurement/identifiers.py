"""Numbers of procurements, as people paste them, in the one form in which they are compared and linked.

- TED publication numbers: `151531-2021`, also with leading zeros, inside a ted.europa.eu address, or in the older
  form of the Official Journal, `2021/S 061-151531` (Publications Office of the EU, TED: "notice publication number").
- Upphandlings-IDs: the code of a registered database of notices, two or more letters A–Z, and a serial number, such as
  `SE75790` (Upphandlingsmyndigheten, UFS 2020:2).
- Procedure identifiers of eForms (BT-04): a UUID (Implementing Regulation (EU) 2019/1780).
- CPV codes: eight digits and a check digit, `30200000-1` (Regulation (EC) No 213/2008). The check digit may be left
  out; how it is made is not published, so it is not checked.

    >>> ted("2021/S 061-151531")
    '151531-2021'
    >>> recognise("Upphandlings-ID: se 75790")
    Recognised(what='procurement-id', number='SE75790', address='')
    >>> cpv("30200000")
    '30200000'
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Literal
from urllib.parse import SplitResult, unquote, urlsplit

from stdnum import luhn

from app.procurement import spelling

YEAR = r"(?:199[3-9]|20[0-9]{2})"
PUBLICATION = re.compile(rf"(?<![0-9])(0*)([1-9][0-9]{{0,7}}) ?- ?({YEAR})(?![0-9])")
JOURNAL = re.compile(
    rf"(?<![0-9])({YEAR}) ?/ ?S ?[0-9]{{1,3}} ?- ?0*([1-9][0-9]{{0,7}})(?![0-9])", re.IGNORECASE
)
NAMED = re.compile(
    r"(?:\bted\b(?!\.)|\b(?:OJ|EUT) ?S\b|\bpublication (?:number|no)\b|\bpublicerings(?:nummer|nr)\b|\bNOTICE:)"
    rf"(?:(?!dnr|diarie)[^0-9]){{0,30}}(?:[0-9]{{1,3}}/{YEAR}[^0-9]{{1,5}})?{PUBLICATION.pattern}",
    re.IGNORECASE,
)
TED_HOST = "ted.europa.eu"
NEAR_TED = re.compile(rf"(?:{re.escape(TED_HOST)}\S*[/:]|TED:NOTICE:0*)$", re.IGNORECASE)
SHORTEST_BARE = 3
PADDED = 6

LABEL = re.compile(
    r"(?:upphandlings?-? ?id(?:entitet)?|procurement id|procedure id(?:entifier)?|bt-04)\b[.:\s]*",
    re.IGNORECASE,
)
TOGETHER = re.compile(r"([A-Z]{2,10})([0-9]{1,9})", re.IGNORECASE)
APART = re.compile(r"([A-Z]{2,10}|[a-z]{2,3})[ -]+([0-9]{3,9})")
_NO_CODES = """
TED OJ OJS EUT EU EG CPV LOT DEL NR NO NUM DNR DIARIENR REF ID TEL TFN FAX KL ORG ORGNR LOU LUF LUK ISO EN
SS BT UFS SEK EUR USD GBP NOK DKK KR TKR MKR MNKR KSEK MSEK TSEK MEUR KEUR S
"""
NO_CODES = frozenset(_NO_CODES.split())
UUID = re.compile(
    r"(?<![0-9a-f-])[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}(?![0-9a-f-])"
)

CPV_CODE = re.compile(r"([0-9]{8})(?:\s*-\s*([0-9]))?")
PERSONAL = re.compile(
    r"(?<![\d-])((?:18|19|20)?\d{6}[-+\u00ad\u2010-\u2015\u2212]\d{4}|(?:18|19|20)\d{10})(?![\d-])"
)
COORDINATION_DAY = 60

What = Literal["ted", "procurement-id", "procedure-id", "link", "nothing"]


class IdentifierError(ValueError):
    """Not an identifier of that sort."""


@dataclass(frozen=True)
class Recognised:
    """What a pasted text is: its number in comparable form, and the address to show it at ("" where there is none)."""

    what: What
    number: str = ""
    address: str = ""


def recognise(text: str, lang: str = "sv") -> Recognised:
    """Which of the numbers *text* is, or a link to somewhere else, or nothing that is known. Never raises."""
    try:
        number = ted(text)
        return Recognised("ted", number, ted_address(number, lang))
    except IdentifierError:
        pass
    if address := _link(text):
        return Recognised("link", "", address)
    try:
        return Recognised("procedure-id", procedure_id(text))
    except IdentifierError:
        pass
    try:
        return Recognised("procurement-id", procurement_id(text))
    except IdentifierError:
        return Recognised("nothing")


def ted(text: str, *, said: bool = False) -> str:
    """The TED publication number in *text*, without leading zeros: `151531-2021`; raises `IdentifierError`.

    Takes a number alone, one that the text says is TED's or the Official Journal's ("TED-nr: …", "2021/S 060-…"), or
    any address on ted.europa.eu that holds one. A number alone that may as well be a span of years, a phone number, a
    person's or a buyer's own is refused, unless it was *said* to be TED's (by a notice, say); so is a text with two.
    """
    for plain in spelling.spellings(text):
        if found := set(_ted_numbers(plain, said)):
            if len(found) > 1:
                raise IdentifierError("more than one TED publication number")
            return found.pop()
    raise IdentifierError("no TED publication number")


def ted_address(number: str, lang: str) -> str:
    """Where TED shows that notice, in "sv" or "en"."""
    return f"https://{TED_HOST}/{lang}/notice/-/detail/{number}"


def procurement_id(text: str) -> str:
    """An upphandlings-ID as it is compared, capital letters and digits: `SE75790`; raises `IdentifierError`.

    Spaces and hyphens between letters and number are taken where nothing else is likely to be meant: not "Bilaga 12",
    "KS 2021", an organisation's VAT number or an amount.
    """
    plain = LABEL.sub("", spelling.plain(text), count=1).strip(" .,;")
    together = TOGETHER.fullmatch(plain)
    apart = APART.fullmatch(plain)
    if apart and re.fullmatch(r"(?:19|20)[0-9]{2}", apart[2]):
        apart = None
    found = together or apart
    if found is None or found[1].upper() in NO_CODES:
        raise IdentifierError("no upphandlings-ID")
    return f"{found[1].upper()}{found[2]}"


def procedure_id(text: str) -> str:
    """The one UUID in *text*, in small letters; raises `IdentifierError`. Not one in an address, which may be anything's."""
    plain = spelling.plain(text).lower()
    found: set[str] = set(UUID.findall(plain))
    if len(found) != 1 or "://" in plain:
        raise IdentifierError("no procedure identifier")
    return found.pop()


def cpv(text: str) -> str:
    """A CPV code as it is written: eight digits, and the check digit where one was given; raises `IdentifierError`."""
    found = CPV_CODE.fullmatch(spelling.plain(text))
    if found is None or found[1].startswith("00"):
        raise IdentifierError("a CPV code has eight digits and perhaps a check digit")
    return f"{found[1]}-{found[2]}" if found[2] else found[1]


def personal_numbers(text: str) -> list[str]:
    """What in *text* is a Swedish personal or co-ordination number, as it stands there.

    Six digits of a possible date, a hyphen or plus sign, four digits, the last a Luhn check digit; or twelve digits
    together with the century. Ten digits without a hyphen are left alone: too much else has ten digits. So is a number
    in an address of TED's.
    """
    return [
        found[0]
        for found in PERSONAL.finditer(text)
        if _is_personal(found[0])
        and not NEAR_TED.search(text, max(0, found.start() - spelling.LONGEST), found.start())
    ]


def _is_personal(text: str) -> bool:
    digits = "".join(str(int(sign)) for sign in text if sign.isdecimal())[-10:]
    year, month, day = int(digits[:2]), int(digits[2:4]), int(digits[4:6])
    if day > COORDINATION_DAY:
        day -= COORDINATION_DAY
    try:
        date(2000 if year == 0 else 1900 + year, month, day)
    except ValueError:
        return False
    return luhn.is_valid(digits)


def _ted_numbers(plain: str, said: bool = False) -> Iterator[str]:
    if parts := _address(plain):
        if _is_ted(parts):
            yield from (f"{found[2]}-{found[3]}" for found in PUBLICATION.finditer(unquote(plain)))
        return
    yield from (f"{found[2]}-{found[1]}" for found in JOURNAL.finditer(plain))
    yield from (f"{found[2]}-{found[3]}" for found in NAMED.finditer(plain))
    bare = PUBLICATION.fullmatch(plain)
    if bare and (said or (_surely(bare[1], bare[2]) and not personal_numbers(plain.replace(" ", "")))):
        yield f"{bare[2]}-{bare[3]}"
    words = (word.strip("()[]<>,;.") for word in plain.split())
    yield from (number for word in words if "/" in word and word != plain for number in _ted_numbers(word))


def _surely(zeros: str, digits: str) -> bool:
    """Whether a number that stands alone can hardly be a year, a month, an area code, or a buyer's own number."""
    if len(zeros + digits) >= PADDED:
        return True
    return not zeros and len(digits) >= SHORTEST_BARE and not re.fullmatch(r"(?:19|20)[0-9]{2}", digits)


def _is_ted(parts: SplitResult) -> bool:
    host = (parts.hostname or "").rstrip(".")
    return host == TED_HOST or host.endswith(f".{TED_HOST}")


def _link(text: str) -> str:
    plain = text[: spelling.LONGEST].strip()
    parts = _address(plain)
    if parts is None or len(text) > spelling.LONGEST or parts.username or "." not in (parts.hostname or ""):
        return ""
    return plain if "://" in plain else f"https://{plain}"


def _address(plain: str) -> SplitResult | None:
    """The parts of an address of the web, where *plain* is one and nothing else."""
    if re.search(r"[\s<>\"\\]", plain) or not plain.isprintable():
        return None
    written = re.fullmatch(
        r"(https?://)?([a-z0-9.-]+\.[a-z]{2,24}|[a-z0-9.-]+\.xn--[a-z0-9-]+)(:[0-9]{1,5})?([/?#].*)?",
        plain,
        re.IGNORECASE,
    )
    if not written or not (written[1] or written[4] or plain.lower().startswith("www.")):
        return None
    try:
        return urlsplit(plain if written[1] else f"https://{plain}")
    except ValueError:
        return None
