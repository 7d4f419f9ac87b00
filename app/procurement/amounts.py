"""Amounts of money as people write them, read into whole kronor where that is beyond doubt.

>>> kronor("4,5 mnkr")
4500000
>>> kronor("about four million") is None
True
"""

from __future__ import annotations

import re
import unicodedata
from decimal import ROUND_HALF_UP, Decimal

UNITS = {
    "": 1, "kr": 1, "kronor": 1, "sek": 1, ":-": 1,
    "tkr": 1_000, "kkr": 1_000, "tsek": 1_000,
    "mkr": 10**6, "mnkr": 10**6, "msek": 10**6, "miljon": 10**6, "miljoner": 10**6, "million": 10**6, "mn": 10**6,
    "mdkr": 10**9, "mdr": 10**9, "miljard": 10**9, "miljarder": 10**9, "billion": 10**9,
}  # fmt: skip
GROUPED = re.compile(r"\d{1,3}(?:[ .,]\d{3})+")
PLAIN = re.compile(r"(\d+)(?:[.,](\d{1,2}))?")
LARGEST = 10**13
MOST_DIGITS = 16


def kronor(text: str) -> int | None:
    """Whole kronor in *text*, or None where it is empty, in doubt, or in another currency."""
    plain = re.sub(r"\s+", " ", unicodedata.normalize("NFKC", text)).strip().lower()
    plain = re.sub(r"^(sek|kr)\s*", "", plain)
    if len(re.sub(r"\D", "", plain)) > MOST_DIGITS:
        return None
    split = re.fullmatch(r"([\d.,' ]*\d)\s*([a-zåäö:\- ]*)", plain)
    if split is None:
        return None
    factor = _factor(split[2])
    amount = _number(split[1].replace("'", " "))
    if factor is None or amount is None or (not split[2] and amount % 1):  # "4,5" alone surely means millions
        return None
    whole = int((amount * factor).to_integral_value(ROUND_HALF_UP))
    return whole if 0 <= whole <= LARGEST else None


def _factor(unit: str) -> int | None:
    words = unit.split()
    if len(words) == 2 and words[1] in {"kr", "kronor", "sek"}:
        words = words[:1]
    return UNITS.get(" ".join(words))


def _number(text: str) -> Decimal | None:
    if GROUPED.fullmatch(text):
        signs = set(re.sub(r"\d", "", text))
        return Decimal(re.sub(r"\D", "", text)) if len(signs) == 1 else None
    plain = PLAIN.fullmatch(text)
    return Decimal(f"{plain[1]}.{plain[2] or 0}") if plain else None
