"""What a nomination's data says to a rule: yes, no, or that only a person can say; each with its grounds.

Nothing here reads a database or a language. `Facts` is what the rules look at; a `Ground` names what was found there
and is put into words elsewhere (`app.screening.eligibility.evidence`). A field that contradicts the notice answers nothing, unless
the secretariat itself wrote it with the notice before its eyes.

Whether a buyer is a public authority can be seen only from a number that begins with 2, the group of the state, the
regions, the municipalities and what they do together; 25 in it is for faith communities (Skatteverket, SKV 709).
Companies buy too, and may be owned by the public: no number says so.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from functools import lru_cache
from typing import Any, Protocol

from app.nominations.notices import SECRETARIAT
from app.procurement import organisations

SWEDEN = "SE"
UNCERTAIN = frozenset({"award-pending", "award-unclear", "award-contradicted"})
BODIES = {"202100": "state", "212000": "municipality", "222000": "joint", "232100": "region"}


class Origin(StrEnum):
    """Where something is from."""

    NOTICE = "notice"
    NOMINATION = "nomination"
    SECRETARIAT = "secretariat"


@dataclass(frozen=True)
class Ground:
    """Something that was found: `what` names it, `detail` holds what stands there, `origin` and `notice` whence it is."""

    what: str
    detail: Mapping[str, Any] = field(default_factory=dict)
    origin: Origin | None = None
    notice: str = ""


@dataclass(frozen=True)
class Finding:
    """What the data says: whether the rule holds (None: it cannot tell), and why."""

    holds: bool | None
    grounds: tuple[Ground, ...] = ()


class RuleLike(Protocol):
    """What of a rule decides its answer."""

    check: Any
    starts_on: date | None
    ends_on: date | None


@dataclass(frozen=True)
class Facts:
    """What rules look at: what stands in the nomination, what the notice says (`read`), what filled which field."""

    category_id: int | None
    awarded_on: date | None = None
    buyer_number: str = ""
    buyer_country: str = ""
    lots: Sequence[str] = ()
    read: Mapping[str, Any] | None = None
    sources: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def of(cls, row: Any) -> Facts:
        """From a nomination, or from a row with the same columns."""
        return cls(
            row.category_id, row.awarded_on, row.buyer_number or "", row.buyer_country or "", row.lots or (),
            row.read, row.sources or {},
        )  # fmt: skip

    @property
    def notice(self) -> str:
        """What the notice is called."""
        return str((self.read or {}).get("publication_number") or (self.read or {}).get("name") or "")

    @property
    def meant(self) -> list[Mapping[str, Any]]:
        """The notice's lots that are nominated: those that were chosen, else all."""
        listed = [lot for lot in (self.read or {}).get("lots") or [] if isinstance(lot, Mapping)]
        return [lot for lot in listed if lot.get("id") in self.lots] or listed

    def origin(self, name: str, value: str) -> tuple[Origin, str]:
        """Where a field's present value is from, and the notice's name where it is from one."""
        source = self.sources.get(name) or {}
        if value and source.get("value") == value:
            if source.get("from") == SECRETARIAT:
                return Origin.SECRETARIAT, ""
            return Origin.NOTICE, str(source.get("from") or self.notice)
        return Origin.NOMINATION, ""


def find(rule: RuleLike, facts: Facts) -> Finding:
    """What the data says to *rule*; a question of the edition's own is never answered by data."""
    check = _CHECKS.get(str(rule.check))
    return check(rule, facts) if check else Finding(None, (Ground("ask"),))


def _day(text: Any) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except (TypeError, ValueError):
        return None


def _period(rule: RuleLike, facts: Facts) -> Finding:
    noticed = _day((facts.read or {}).get("award_date"))
    ours = facts.awarded_on
    origin, name = facts.origin("awarded_on", ours.isoformat() if ours else "")
    bounds = {"starts_on": rule.starts_on, "ends_on": rule.ends_on}
    if ours and noticed and ours != noticed and origin is not Origin.SECRETARIAT and not facts.lots:
        both = {"ours": ours, "notice": noticed, **bounds}
        return Finding(None, (Ground("days-differ", both, origin, facts.notice),))
    if ours:
        if ours == noticed and origin is Origin.NOMINATION:
            origin, name = Origin.NOTICE, facts.notice
        grounds = [Ground("awarded-on", {"day": ours, **bounds}, origin, name)]
        if noticed and ours != noticed:
            grounds.append(Ground("notice-day", {"day": noticed}, Origin.NOTICE, facts.notice))
        return Finding(_within(rule, ours), tuple(grounds))
    if noticed:
        return Finding(
            _within(rule, noticed),
            (Ground("awarded-on", {"day": noticed, **bounds}, Origin.NOTICE, facts.notice),),
        )
    return _period_of_lots(rule, facts, bounds)


def _period_of_lots(rule: RuleLike, facts: Facts, bounds: dict[str, Any]) -> Finding:
    days = sorted(day for lot in facts.meant if (day := _day(lot.get("award_date"))))
    if not days:
        return Finding(None, (Ground("no-day", bounds),))
    within = {_within(rule, day) for day in days}
    ground = Ground(
        "lots-awarded", {"first": days[0], "last": days[-1], **bounds}, Origin.NOTICE, facts.notice
    )
    return Finding(within.pop() if len(within) == 1 else None, (ground,))


def _within(rule: RuleLike, day: date) -> bool:
    return (rule.starts_on is None or day >= rule.starts_on) and (rule.ends_on is None or day <= rule.ends_on)


def _awarded(_rule: RuleLike, facts: Facts) -> Finding:
    ours = facts.awarded_on
    origin, name = facts.origin("awarded_on", ours.isoformat() if ours else "")
    given = Ground("given-day", {"day": ours}, origin, name)
    said = (facts.read or {}).get("awarded")
    if said is True:
        return _awarded_lots(facts)
    if said is False:
        ended = Ground("not-awarded", {}, Origin.NOTICE, facts.notice)
        if ours is None or origin is Origin.NOTICE:
            return Finding(False, (ended,))
        return Finding(True if origin is Origin.SECRETARIAT else None, (given, ended))
    doubts = [
        each for each in (facts.read or {}).get("doubts") or [] if len(each) > 1 and each[1] in UNCERTAIN
    ]
    if doubts:
        unclear = Ground("award-unclear", {}, Origin.NOTICE, facts.notice)
        return Finding(
            True if ours and origin is Origin.SECRETARIAT else None, (given, unclear) if ours else (unclear,)
        )
    if ours is None:
        return Finding(None, (Ground("no-award", {}, None, facts.notice),))
    return Finding(True, (given, Ground("notice-silent", {}, None, facts.notice)) if facts.read else (given,))


def _awarded_lots(facts: Facts) -> Finding:
    """The procurement was awarded; were the parts that are meant?"""
    states = [lot.get("awarded") for lot in facts.meant]
    awarded = Ground("awarded", {}, Origin.NOTICE, facts.notice)
    if False not in states:
        return Finding(True, (awarded,))
    parts = Ground(
        "parts-awarded", {"awarded": states.count(True), "all": len(states)}, Origin.NOTICE, facts.notice
    )
    if True not in states:
        return Finding(False if set(states) == {False} else None, (parts,))
    return Finding(None if facts.lots else True, (awarded, parts))


def _swedish(_rule: RuleLike, facts: Facts) -> Finding:
    buyer = (facts.read or {}).get("buyer") or {}
    noticed = str(buyer.get("id") or "")
    country = str(buyer.get("country") or facts.buyer_country or "")
    ours = facts.buyer_number
    origin, name = facts.origin("buyer_number", ours)
    same = ours == noticed or (bool(ours and noticed) and _bare(ours) == _bare(noticed))
    if ours and noticed and not same and origin is not Origin.SECRETARIAT:
        both = {"ours": ours, "notice": noticed}
        return Finding(None, (Ground("numbers-differ", both, origin, facts.notice),))
    if not ours or (same and origin is Origin.NOMINATION):
        ours, origin, name = noticed or ours, Origin.NOTICE if noticed else origin, facts.notice
    if not ours:
        return _by_country(country, facts)
    digits = _digits(ours)
    if not digits:
        if country and country != SWEDEN:
            return _by_country(country, facts)
        return Finding(None, (Ground("unreadable-number", {"number": ours}, origin, name),))
    return _by_number(digits, country, origin, name)


def _by_number(digits: str, country: str, origin: Origin, name: str) -> Finding:
    detail = {"number": organisations.shown(digits), "body": BODIES.get(digits[:6], ""), "digit": digits[0]}
    if country and country != SWEDEN:
        return Finding(None, (Ground("number-and-country", {**detail, "country": country}, origin, name),))
    if digits[:2] == "25":
        return Finding(None, (Ground("faith-community", detail, origin, name),))
    if digits[0] == "2":
        return Finding(True, (Ground("public-number", detail, origin, name),))
    return Finding(None, (Ground("company-number", detail, origin, name),))


def _by_country(country: str, facts: Facts) -> Finding:
    if not country:
        return Finding(None, (Ground("no-number"),))
    if country == SWEDEN:
        return Finding(None, (Ground("only-country", {}, Origin.NOTICE, facts.notice),))
    return Finding(False, (Ground("foreign", {"country": country}, Origin.NOTICE, facts.notice),))


def _bare(number: str) -> str:
    """A number as it is compared: a Swedish one in whatever form, another one without what is not a letter or digit."""
    return _digits(number) or "".join(sign for sign in number.upper() if sign.isalnum())


@lru_cache(maxsize=4096)
def _digits(number: str) -> str:
    """The ten digits of a Swedish organisation number, "" for anything else. Many nominations have the same few buyers."""
    try:
        return organisations.swedish(number)
    except organisations.OrganisationError:
        return ""


_CHECKS: Mapping[str, Callable[[RuleLike, Facts], Finding]] = {
    "period": _period,
    "awarded": _awarded,
    "swedish-authority": _swedish,
}
