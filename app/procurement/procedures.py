"""Kinds of procedures, in one vocabulary over all standards.

| here | eForms (BT-105) | older TED schema (`PT_…`, or the code of `PR_PROC`) | OCDS |
| --- | --- | --- | --- |
| open | open | OPEN, 1 | open |
| restricted | restricted | RESTRICTED, also accelerated, 2, 3 | selective |
| negotiated-with-call | neg-w-call | COMPETITIVE_NEGOTIATION, NEGOTIATED_WITH…, INVOLVING_NEGOTIATION, 4, 6, B | |
| negotiated-without-call | neg-wo-call | NEGOTIATED_WITHOUT…, T | limited |
| award-without-call | | AWARD_CONTRACT_WITHOUT…, AWARD_WITHOUT…, DA_…, A, F, V | direct |
| competitive-dialogue | comp-dial | COMPETITIVE_DIALOGUE, C | |
| innovation-partnership | innovation | INNOVATION_PARTNERSHIP, G | |
| competitive-tendering | comp-tend | COMPETITIVE_TENDERING (Regulation 1370/2007) | |
| concession-with-call | | AWARD_CONTRACT_WITH_PRIOR_PUBLICATION, E | |
| other | oth-single, oth-mult, exp-int-rail | anything else | |

Sources: the codelist procurement-procedure-type of the eForms SDK; the forms F01 to F25 of Implementing Regulation
(EU) 2015/1986 and their schema R2.0.9. eForms have one code for a negotiated procedure without a call and for an award
without a call; the older forms have two, and both are kept.
"""

from __future__ import annotations

EFORMS = {
    "open": "open",
    "restricted": "restricted",
    "neg-w-call": "negotiated-with-call",
    "neg-wo-call": "negotiated-without-call",
    "comp-dial": "competitive-dialogue",
    "innovation": "innovation-partnership",
    "comp-tend": "competitive-tendering",
    "oth-single": "other",
    "oth-mult": "other",
    "exp-int-rail": "other",
}

_ELEMENTS = (
    ("NEGOTIATED_WITHOUT", "negotiated-without-call"),
    ("WITHOUT", "award-without-call"),
    ("PT_DA_", "award-without-call"),
    ("AWARD_CONTRACT_WITH_PRIOR", "concession-with-call"),
    ("COMPETITIVE_DIALOGUE", "competitive-dialogue"),
    ("COMPETITIVE_TENDERING", "competitive-tendering"),
    ("NEGOTIAT", "negotiated-with-call"),
    ("INNOVATION", "innovation-partnership"),
    ("RESTRICTED", "restricted"),
    ("OPEN", "open"),
)
_CODES = {
    "1": "open",
    "2": "restricted",
    "3": "restricted",
    "4": "negotiated-with-call",
    "6": "negotiated-with-call",
    "A": "award-without-call",
    "B": "negotiated-with-call",
    "C": "competitive-dialogue",
    "E": "concession-with-call",
    "F": "award-without-call",
    "G": "innovation-partnership",
    "T": "negotiated-without-call",
    "V": "award-without-call",
}


def of_eforms(code: str) -> str | None:
    """The procedure for a code of eForms, or None where none stands there."""
    return EFORMS.get(code, "other") if code else None


def of_element(name: str) -> str | None:
    """The procedure for an element of the older TED schema ("PT_OPEN"), or None where it is not about that."""
    if not name.startswith("PT_") and "_PT_" not in name and "AWARD_WITHOUT_PRIOR" not in name:
        return None
    return next((code for part, code in _ELEMENTS if part in name), "other")


def of_code(code: str) -> str | None:
    """The procedure for a code of `PR_PROC`, or None where it says none."""
    return _CODES.get(code)
