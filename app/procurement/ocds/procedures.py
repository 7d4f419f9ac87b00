"""Which procedure a release states, and what it announces, in the words of `app.procurement.procedures`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from app.procurement.notice import Kind

NEGOTIATED_WITHOUT = "negotiated-without-call"
NEGOTIATED_WITH = "negotiated-with-call"
WITHOUT_CALL = "award-without-call"
DETAILS: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern), code)
    for pattern, code in (
        (r"^(open|restricted|comp-dial|innovation|neg-w-call|neg-wo-call|oth-\w+)$", ""),
        (r"direct award|direktupphandling", WITHOUT_CALL),
        (r"(without|utan) (?:\w+ ){0,3}(publication|call|notice|competition|annonsering|infordran)", NEGOTIATED_WITHOUT),
        (r"competitive dialogue|konkurrenspräglad dialog", "competitive-dialogue"),
        (r"innovation partnership|innovationspartnerskap", "innovation-partnership"),
        (r"negotiat|förhandlat|förhandling", NEGOTIATED_WITH),
        (r"restricted|selektivt", "restricted"),
        (r"\bopen\b|\böppet\b", "open"),
    )
)  # fmt: skip
CODES = {
    "comp-dial": "competitive-dialogue",
    "innovation": "innovation-partnership",
    "neg-w-call": NEGOTIATED_WITH,
    "neg-wo-call": NEGOTIATED_WITHOUT,
}
"""The codes of the EU's authority table "procurement-procedure-type" that differ from ours."""
FITS = {
    "open": {"open"},
    "selective": {"restricted", NEGOTIATED_WITH, "competitive-dialogue", "innovation-partnership", "other"},
    "limited": {NEGOTIATED_WITHOUT, WITHOUT_CALL, "other"},
    "direct": {NEGOTIATED_WITHOUT, WITHOUT_CALL, "other"},
}
ALONE = {"open": "open", "limited": NEGOTIATED_WITHOUT, "direct": WITHOUT_CALL}

KINDS: tuple[tuple[Kind, frozenset[str]], ...] = (
    (Kind.MODIFICATION, frozenset({"contractamendment"})),
    (Kind.AWARD, frozenset({"award", "awardupdate", "awardcancellation", "tendercancellation", "contract", "contractupdate"})),
    (Kind.CHANGE, frozenset({"tenderamendment", "tenderupdate"})),
    (Kind.CONTRACT, frozenset({"tender"})),
    (Kind.PLANNING, frozenset({"planning", "planningupdate"})),
)  # fmt: skip


def procedure(method: str, details: str) -> str | None:
    """The procedure's code for `procurementMethod` and `procurementMethodDetails`, both in small letters.

    The details are more exact (OCDS's "selective" is four of the EU's procedures); None where the two contradict each
    other, or "selective" stands alone.
    """
    for pattern, code in DETAILS:
        if found := pattern.search(details):
            stated = code or CODES.get(found[0], "other" if found[0].startswith("oth-") else found[0])
            return stated if stated in FITS.get(method, {stated}) else None
    return ALONE.get(method)


def kind(tags: Iterable[str], release: Mapping[str, object]) -> Kind:
    """What the newest release announces, by its tags; of a compiled one, by how far the procurement has come."""
    given = set(tags)
    for each, known in KINDS:
        if given & known:
            return each
    reached = (
        ("awards", Kind.AWARD),
        ("contracts", Kind.AWARD),
        ("tender", Kind.CONTRACT),
        ("planning", Kind.PLANNING),
    )
    return next((each for name, each in reached if release.get(name)), Kind.OTHER)
