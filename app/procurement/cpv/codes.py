"""One code of the CPV: eight digits, two for the division, each further one for something narrower, zeros for the rest.

The ninth, a check digit, is left out: how it is made is not published.
"""

from __future__ import annotations

from dataclasses import dataclass

DIVISION_DIGITS = 2


@dataclass(frozen=True, slots=True)
class Code:
    """A code and its official names."""

    code: str
    sv: str
    en: str

    def name(self, lang: str) -> str:
        """The name in "sv" or "en"."""
        return self.sv if lang == "sv" else self.en


def parent(code: str) -> str | None:
    """The code that is one step broader, None for a division. A few such codes are in no list; then their parent is."""
    digits = code.rstrip("0")
    return code[: len(digits) - 1].ljust(8, "0") if len(digits) > DIVISION_DIGITS else None


def shown(code: Code, lang: str = "sv") -> str:
    """A code with its name, as it stands in a list: "45233162 Anläggning av cykelvägar"."""
    return f"{code.code} {code.name(lang)}"
