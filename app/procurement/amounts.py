"""Amounts of money as people write them, read where they are beyond doubt.

>>> money("4,5 MEUR")
Money(amount=Decimal('4500000'), currency='EUR')
>>> kronor("4,5 mnkr")
4500000
>>> money("about four million SEK") is None
True
"""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

from app.procurement import spelling
from app.procurement.notice import Money

_CURRENCIES = """
AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF
CLP CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL HTG
HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA
MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD
RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX
USD UYU UZS VED VES VND VUV WST XAF XCD XCG XOF XPF YER ZAR ZMW ZWG EEK HRK LTL LVL SKK
"""
CURRENCIES = frozenset(_CURRENCIES.split())
"""ISO 4217, with those that the euro replaced while TED has been on the web."""
ALSO_SMALL = frozenset({"SEK", "EUR", "GBP", "USD", "NOK", "DKK", "CHF", "ISK", "PLN"})
"""Codes that are no words: "sek" is kronor, but "top" and "all" are no currencies."""

SEVERAL_WORDS = (
    (re.compile(r"\bsvenska (?:kronor|kr)\b", re.IGNORECASE), "SEK"),
    (re.compile(r"\bdanska (?:kronor|kr)\b", re.IGNORECASE), "DKK"),
    (re.compile(r"\bnorska (?:kronor|kr)\b", re.IGNORECASE), "NOK"),
    (re.compile(r"(?<=\d) ?[:,]-{1,2}(?!\d)"), " kr"),
    (re.compile(r"US\$"), " USD "),
    (re.compile("€"), " EUR "),
    (re.compile("£"), " GBP "),
)
WITHOUT_VAT = re.compile(
    r"[ ,(]*\b(?:exkl?|excl|ex|utan|without|before)\.? ?(?:moms|vat)\b[.) ]*$", re.IGNORECASE
)
NAMES = {"kr": "SEK", "kronor": "SEK", "krona": "SEK", "euro": "EUR", "euros": "EUR", "pund": "GBP"}
IN_KRONOR = {"tkr": 10**3, "kkr": 10**3, "mkr": 10**6, "mnkr": 10**6, "mdkr": 10**9, "mdrkr": 10**9}
SIZES = {
    "tusen": 10**3, "thousand": 10**3,
    "miljon": 10**6, "miljoner": 10**6, "milj": 10**6, "million": 10**6, "millions": 10**6, "mn": 10**6,
    "miljard": 10**9, "miljarder": 10**9, "mdr": 10**9, "billion": 10**9,
}  # fmt: skip
SHORT_SIZES = {"k": 10**3, "t": 10**3, "m": 10**6, "mn": 10**6, "md": 10**9, "bn": 10**9}
"""Sizes that only mean something beside a currency: MSEK, £11m."""
JOINED = re.compile(r"(k|t|m|mn|md)([a-z]{3})", re.IGNORECASE)

WRITTEN = re.compile(r"([^0-9]*)([0-9](?:[0-9 .,']*[0-9])?)([^0-9]*)")
GROUPED = re.compile(r"([1-9][0-9]{0,2}(?:([ .,'])[0-9]{3})(?:\2[0-9]{3})*)(?:([.,])([0-9]{1,2}))?")
PLAIN = re.compile(r"([0-9]+)(?:[.,]([0-9]{1,6}))?")
LARGEST = 10**13
MOST_DIGITS = 16


class _Unit(NamedTuple):
    size: int
    currency: str
    needs_currency: bool = False


def money(text: str, default: str = "") -> Money | None:
    """The amount in *text* and its currency; None where it is empty or in doubt.

    In doubt is what says "about" or names two currencies or a span, "$" (there are many), "4,5" without a unit (it
    surely means millions), "4,500 MSEK" (which of the two?), and what has no currency, unless *default* is given.
    """
    plain = WITHOUT_VAT.sub("", spelling.plain(text))
    for pattern, word in SEVERAL_WORDS:
        plain = pattern.sub(word, plain)
    written = WRITTEN.fullmatch(" ".join(plain.split()))
    if written is None or len(re.sub(r"[^0-9]", "", written[2])) > MOST_DIGITS:
        return None
    before, after = _unit(written[1]), _unit(written[3])
    unit = _together(before, after) if before and after else None
    number = _number(written[2], unit) if unit else None
    if unit is None or number is None:
        return None
    currency = unit.currency or default
    amount = number * unit.size
    if not currency or (unit.needs_currency and not unit.currency) or amount > LARGEST:
        return None
    return Money(amount.quantize(Decimal(1)) if amount == amount.to_integral_value() else amount, currency)


def kronor(text: str) -> int | None:
    """Whole kronor in *text*, or None where it is empty, in doubt, or in another currency."""
    found = money(text, default="SEK")
    if found is None or found.currency != "SEK":
        return None
    return int(found.amount.to_integral_value(ROUND_HALF_UP))


def _unit(text: str) -> _Unit | None:
    """What the words before or after a number say; None where one of them is unknown."""
    unit = _Unit(1, "")
    for word in text.split():
        found = _word(word)
        together = _together(unit, found) if found else None
        if together is None:
            return None
        unit = together
    return unit


def _together(one: _Unit, other: _Unit) -> _Unit | None:
    if (one.size > 1 and other.size > 1) or (
        one.currency and other.currency and one.currency != other.currency
    ):
        return None
    size = max(one.size, other.size)
    return _Unit(size, one.currency or other.currency, one.needs_currency or other.needs_currency)


def _word(word: str) -> _Unit | None:
    small = word.lower().rstrip(".")
    if small in NAMES:
        return _Unit(1, NAMES[small])
    if small in IN_KRONOR:
        return _Unit(IN_KRONOR[small], "SEK")
    if small in SIZES:
        return _Unit(SIZES[small], "")
    if code := _code(word):
        return _Unit(1, code)
    joined = JOINED.fullmatch(word)
    if joined and (code := _code(joined[2])):
        return _Unit(SHORT_SIZES[joined[1].lower()], code)
    return _Unit(SHORT_SIZES[small], "", needs_currency=True) if small in SHORT_SIZES else None


def _code(word: str) -> str:
    code = word.upper()
    return code if code in CURRENCIES and (word == code or code in ALSO_SMALL) else ""


def _number(text: str, unit: _Unit) -> Decimal | None:
    grouped = GROUPED.fullmatch(text)
    if grouped and grouped[3] != grouped[2]:
        one_sign = len(re.findall(r"[.,]", text)) == 1 and grouped[2] in ".,"
        if one_sign and unit.size > 1:
            return None
        return Decimal(f"{re.sub(r'[^0-9]', '', grouped[1])}.{grouped[4] or 0}")
    plain = PLAIN.fullmatch(text)
    if plain is None:
        return None
    if plain[2] and unit.size == 1 and (len(plain[2]) > 2 or not unit.currency):
        return None
    return Decimal(f"{plain[1]}.{plain[2] or 0}")
