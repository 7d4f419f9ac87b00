"""What names of authorities, reference numbers and titles come down to when they are compared.

>>> buyer_name("VÄXJÖ KOMMUN, Upphandlingsenheten") == buyer_name("Kommunstyrelsen i Växjö kommun")
True
>>> reference("Dnr KS 2021/0012")
'ks2021-0012'
>>> sorted(title("Upphandling av städtjänster 2025, delområde 2").words)
['städtjänster']
"""

from __future__ import annotations

import re
from collections.abc import Set
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz import fuzz

from app.procurement import spelling

WORD = re.compile(r"[^\W_]+")

# Buyers

UNIT = re.compile(
    r"(?!läns)\w*(?:styrelsen?|nämnden?|förvaltning(?:en)?|kontoret|kontor|enhet(?:en)?|avdelning(?:en)?|sektion(?:en)?)s?"
)
NOBODYS = re.compile(
    r"(?:kommun|region|stads|upphandling|inköp|fastighet|service|trafik)\w+|\w+(?:förvaltning|enhet|avdelning|sektion)(?:en)?s?"
)
"""Units that every municipality has: alone they name nobody, unlike Socialstyrelsen or Riksgäldskontoret."""
_SMALL_WORDS = """
upphandling upphandlingar inköp tekniska i för inom av och vid på the of ab aktiebolag publ förvaltningen
avdelningen enheten procurement department unit
"""
SMALL_WORDS = frozenset(_SMALL_WORDS.split())
SAME_WORDS = {"stad": "kommun", "city": "kommun", "municipality": "kommun", "county": "region"}
SHORTEST_GENITIVE = 4
REGISTERED = re.compile(r"\b\d{6}-?\d{4}\b")


def buyer_name(text: str) -> str:
    """An authority's name without its unit, legal form, case, order of words and genitives; "" for none."""
    words = [word for word in WORD.findall(REGISTERED.sub(" ", _plain(text))) if word not in SMALL_WORDS]
    kept = [word for word in words if not UNIT.fullmatch(word)]
    kept = kept or [word for word in words if not NOBODYS.fullmatch(word)]
    return " ".join(sorted({_nominative(word) for word in kept}))


def _nominative(word: str) -> str:
    stem = word[:-1] if len(word) >= SHORTEST_GENITIVE and word.endswith("s") else word
    return SAME_WORDS.get(stem, stem)


# Reference numbers

REFERENCE_LABEL = re.compile(r"^(?:diarienummer|diarienr|dnr|ärendenummer|referens|ref)\b[.:\s]*")
SHORTEST_REFERENCE = 4


def reference(text: str) -> str:
    """A buyer's own number (diarienummer) as it is compared; leading zeros stay. "" where it is none worth comparing."""
    plain = REFERENCE_LABEL.sub("", _plain(text).strip())
    plain = re.sub(r"\s+", "", re.sub(r"\s*[-/.:_]+\s*", "-", plain)).strip("-")
    return plain if len(plain) >= SHORTEST_REFERENCE and any(sign.isdigit() for sign in plain) else ""


# Titles

YEAR = re.compile(r"(?<!\d)((?:19|20)\d\d)(?!\d)")
LOT = re.compile(
    r"\b(?:anbudsområde|delområde|avtalsområde|område|del|lott?|position|nr|nummer)[.:\s]*(?:\d{1,3}|[ivx]{1,4}|[a-h])\b"
)
_SAYS_NOTHING = """
upphandling upphandlingar upphandla upphandlas ramavtal ramavtalet ramavtals ramavtalsupphandling avtal
avtalet direktupphandling förnyad konkurrensutsättning fku dis dps öppet förfarande förenklad förenklat
urvalsförfarande tilldelning tilldelningsbeslut anbud anbudsinbjudan anbudsförfrågan förfrågningsunderlag
inbjudan lämna inköp köp annons efterannons lou luf luk lov avseende gällande angående rörande av för till i
inom på vid med samt och eller den det de en ett som åt från om mm m procurement tender tenders contract
award framework agreement invitation call of for the to in and on a an st stycken ny nya nytt
"""
SAYS_NOTHING = frozenset(_SAYS_NOTHING.split())
_SAYS_LITTLE = """
tjänst tjänster drift underhåll leverans leveranser system entreprenad entreprenader konsulter
konsulttjänster kommun kommunen kommuns region regionen stad staden services service works supply supplies
"""
SAYS_LITTLE = frozenset(_SAYS_LITTLE.split())
LITTLE = 0.4
ENOUGH_ALONE = 8
SHORTEST_FUZZY = 5
FUZZY = 88.0


@dataclass(frozen=True, slots=True)
class Title:
    """A title's words that say what is bought, those among them that have digits, and the years in it."""

    words: Set[str]
    numbers: Set[str]
    years: Set[str]


def title(text: str) -> Title:
    """A title as it is compared: without lots and words that every title has; nothing is left of one that says nothing."""
    plain = _plain(text)
    years = frozenset(YEAR.findall(plain))
    plain = LOT.sub(" ", YEAR.sub(" ", plain))
    words = frozenset(WORD.findall(plain)) - SAYS_NOTHING
    numbers = frozenset(word for word in words if any(sign.isdigit() for sign in word))
    return Title(words if words > numbers else frozenset(), numbers, years)


def alike(one: Title, other: Title) -> float:
    """How much two titles have in common, 0 to 1: Dice's coefficient over words, weighted by length, slips forgiven.

    Numbers that differ (roads, stages, quantities) make two titles different, whatever else they share.
    """
    if one.numbers and other.numbers and not one.numbers & other.numbers:
        return 0.0
    common = one.words & other.words
    matched = 2 * sum(map(weight, common))
    left, right = one.words - common, set(other.words - common)
    for word in sorted(left):
        nearest = max(right, key=lambda each: (_nearness(word, each), each), default="")
        if nearest and (near := _nearness(word, nearest)) >= FUZZY:
            matched += (weight(word) + weight(nearest)) * near / 100
            right.discard(nearest)
    everything = sum(map(weight, one.words)) + sum(map(weight, other.words))
    return matched / everything if everything else 0.0


def within(one: Title, other: Title) -> bool:
    """Whether all words of one stand in the other, and are enough to say what is bought."""
    smaller, larger = sorted((one.words, other.words), key=len)
    return smaller <= larger and sum(map(weight, smaller)) >= ENOUGH_ALONE


@lru_cache(maxsize=10_000)
def weight(word: str) -> float:
    """How much a word says: the longer, the more; little where half of all titles have it."""
    return min(len(word), 12) * (LITTLE if word in SAYS_LITTLE else 1.0)


def _nearness(word: str, other: str) -> float:
    if min(len(word), len(other)) < SHORTEST_FUZZY or word[0] != other[0]:
        return 0.0
    return fuzz.ratio(word, other, score_cutoff=FUZZY)


def _plain(text: str) -> str:
    return spelling.plain(text).casefold()
