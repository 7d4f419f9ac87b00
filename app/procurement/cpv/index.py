"""Finding a CPV code by typing a part of it, or words of its name in Swedish or English.

Every word typed is looked for as a word, as the beginning of a word, and (from three letters) within one, for Swedish
writes compounds: "möbler" finds "kontorsmöbler". Some words of everyday procurement that the CPV says otherwise are
looked for as it says them. A word that finds nothing is shortened until it does: "städtjänster" finds "städning". Codes
that match most words come first, then those whose names match best, are short, and the broader ones.
"""

from __future__ import annotations

import heapq
import re
import unicodedata
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from app.procurement.cpv.codes import Code

LANGUAGES = ("sv", "en")
MOST_WORDS = 8
LONGEST_QUERY = 200
LEAST_WITHIN = 3
LEAST_STEM = 4
LEAST_TAIL = 5
SAYS_LITTLE = frozenset({"tjanst", "tjanster", "arbete", "arbeten", "material", "utrustning", "system"})
WORD, BEGINNING, WITHIN = 1.0, 0.6, 0.3
FIRST = 0.03
NARROWER = 0.04
COVERED = 0.25
OTHER_LANGUAGE = 0.6
SMALL = frozenset(
    {"av", "och", "eller", "for", "i", "till", "med", "samt", "of", "and", "or", "the", "in", "to", "a", "an"}
)
SAID_OTHERWISE: Mapping[str, str] = {
    "lokalvard": "stadning",
    "stadtjanster": "stadning",
    "elarbeten": "installation elektriska",
    "elinstallationer": "installation elektriska",
    "vvs": "rormokeri",
    "maleri": "malning",
    "maleriarbeten": "malning",
    "malningsarbeten": "malning",
    "mjukvara": "programvara",
    "bemanning": "formedling personal",
    "bemanningstjanster": "formedling personal",
    "skolskjuts": "passagerartransport",
    "skolskjutsar": "passagerartransport",
    "sophamtning": "insamling avfall",
    "avfallshamtning": "insamling avfall",
    "snoskottning": "snorojning",
    "bevakning": "vakttjanster",
    "bevakningstjanster": "vakttjanster",
}
LEFT_OUT = re.compile(
    r"\((?:exkl|utom|excl|except)[^)]*\)|\b(?:utom|förutom|exklusive|except|excluding|other than)\b.*",
    re.IGNORECASE,
)
"""What a name says that it is not about: "utom möbler och programvara"."""
CODE = re.compile(r"\d[\d ]{0,9}(?:-\d?)?")


class _Words:
    """The words of all names in one language, and which codes (by place) have each."""

    def __init__(self, names: Iterable[str]) -> None:
        places: dict[str, dict[int, bool]] = defaultdict(dict)
        for at, name in enumerate(names):
            for nth, word in enumerate(_fold(LEFT_OUT.sub(" ", name))):
                places[word].setdefault(at, nth == 0)
        self._places = dict(places)
        self._sorted = sorted(places)
        self._joined = "\n".join(("", *self._sorted, ""))

    def find(self, word: str) -> dict[int, float]:
        """How well each code (by place) matches *word*; only those that do."""
        found: dict[int, float] = {}
        for match in self._matching(word):
            quality = _quality(word, match)
            for at, first in self._places[match].items():
                found[at] = max(found.get(at, 0.0), quality + (FIRST if first else 0.0))
        return found

    def has(self, word: str) -> bool:
        """Whether a name has exactly this word."""
        return word in self._places

    def _matching(self, word: str) -> Iterator[str]:
        at = bisect_left(self._sorted, word)
        while at < len(self._sorted) and self._sorted[at].startswith(word):
            yield self._sorted[at]
            at += 1
        place = self._joined.find(word) if len(word) >= LEAST_WITHIN else -1
        while place >= 0:
            start = self._joined.rindex("\n", 0, place + 1) + 1
            end = self._joined.index("\n", place)
            if place > start:
                yield self._joined[start:end]
            place = self._joined.find(word, end)


class Index:
    """A list of codes, made ready once for many searches."""

    def __init__(self, codes: Iterable[Code]) -> None:
        self._codes = sorted(codes, key=lambda code: code.code)
        self._numbers = [code.code for code in self._codes]
        self._words = {lang: _Words(code.name(lang) for code in self._codes) for lang in LANGUAGES}

    def search(self, text: str, lang: str, limit: int = 20) -> list[Code]:
        """The best *limit* codes for what was typed, best first; names in *lang* ("sv", "en") count for more."""
        plain = unicodedata.normalize("NFKC", text[:LONGEST_QUERY]).strip()
        if CODE.fullmatch(plain):
            return self._by_number(re.sub(r"\D", "", plain.split("-")[0])[:8], limit)
        words = [said for word in _fold(plain) for said in SAID_OTHERWISE.get(word, word).split()]
        words = [word for word in dict.fromkeys(words) if word not in SMALL][:MOST_WORDS] or words[:1]
        matched: dict[int, tuple[int, float]] = defaultdict(lambda: (0, 0.0))
        for word in words:
            for at, quality in self._find(word, lang).items():
                count, before = matched[at]
                matched[at] = (count + 1, before + quality)
        best = heapq.nsmallest(
            max(limit, 0), matched, key=lambda at: self._rank(at, *matched[at], lang, len(plain))
        )
        return [self._codes[at] for at in best]

    def _by_number(self, digits: str, limit: int) -> list[Code]:
        start = bisect_left(self._numbers, digits)
        found = (at for at in range(start, len(self._numbers)) if self._numbers[at].startswith(digits))
        broad = heapq.nsmallest(max(limit, 0), found, key=lambda at: (len(self._numbers[at].rstrip("0")), at))
        return [self._codes[at] for at in broad]

    def _find(self, word: str, lang: str) -> dict[int, float]:
        tails = (word[at:] for at in range(LEAST_WITHIN, len(word) - LEAST_TAIL + 1))
        known = (tail for tail in tails if self._words[lang].has(tail) and tail not in SAYS_LITTLE)
        stems = (word[:end] for end in range(len(word) - 1, LEAST_STEM - 1, -1))
        for each in (word, *known, *stems):  # of a compound, the last part says what it is
            if found := self._anywhere(each, lang):
                return found
        return {}

    def _anywhere(self, word: str, lang: str) -> dict[int, float]:
        found = self._words[lang].find(word)
        for other in LANGUAGES:
            if other != lang:
                for at, quality in self._words[other].find(word).items():
                    found[at] = max(found.get(at, 0.0), OTHER_LANGUAGE * quality)
        return found

    def _rank(self, at: int, count: int, quality: float, lang: str, typed: int) -> tuple[float, ...]:
        code = self._codes[at]
        covered = COVERED * min(1.0, typed / len(code.name(lang)))
        narrowness = NARROWER * len(code.code.rstrip("0"))
        return (-count, round(narrowness - covered - quality, 3), at)


def search(codes: Index | Sequence[Code], text: str, lang: str, limit: int = 20) -> list[Code]:
    """The best *limit* of *codes* for what was typed; an `Index` of them is made once and searched many times."""
    index = codes if isinstance(codes, Index) else Index(codes)
    return index.search(text, lang, limit)


def _quality(word: str, match: str) -> float:
    if match == word:
        return WORD
    kind = BEGINNING if match.startswith(word) else WITHIN
    return kind + 0.3 * len(word) / len(match)


def _fold(text: str) -> list[str]:
    """The words of a text in small letters, without the dots and rings that a foreign keyboard lacks."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return re.findall(r"[^\W_]+", "".join(sign for sign in plain if not unicodedata.combining(sign)))
