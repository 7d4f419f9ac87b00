"""Filling in a nomination from a notice: what was read, into which fields, and where each came from.

What somebody has typed is never overwritten: a notice fills the fields that are empty, and those that an earlier notice
had filled and nobody has touched since. Of the others the form says what the notice has instead (`sources`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from app.nominations import doubts, facts, texts
from app.nominations.models import Nomination
from app.procurement import notice as notices
from app.procurement.notice import Notice

MOST_SHOWN_LOTS = 200
LONGEST_ORIGIN = 120
LONGEST_TEXT = 1000
SECRETARIAT = "\nsecretariat"
"""Stands in `sources` as where a value is from when the secretariat wrote it. No file can be called so: its name is one line."""


@dataclass(frozen=True)
class Filled:
    """What became of a notice: the fields that it filled, those that it would have filled otherwise, and those in doubt."""

    filled: tuple[str, ...]
    kept: tuple[str, ...]
    doubtful: tuple[str, ...]


def fill(nomination: Nomination, read: Notice, *, origin: str, now: datetime) -> Filled:
    """Puts what *read* says on the nomination; *origin* names the file or number it came from."""
    origin = texts.storable("reference", origin)[:LONGEST_ORIGIN]
    said = notices.as_json(read)
    said["lots"] = said["lots"][:MOST_SHOWN_LOTS]
    del said["warnings"]
    said["email"] = read.buyer.email or ""
    said["doubts"] = [[doubts.field(each), str(each.why), dict(each.detail)] for each in read.doubts]
    said = _clean(said | {"name": origin, "at": now.isoformat()})
    before, nomination.read, nomination.lots = nomination.sources or {}, said, []
    return _put(nomination, values(said), before, origin=said["publication_number"] or origin, now=now)


def choose_lots(nomination: Nomination, chosen: Sequence[str], *, now: datetime) -> Filled | None:
    """The parts that are meant: where they are some of several, value, tenders, winners, date and codes become theirs."""
    read = nomination.read or {}
    known = [lot for lot in read.get("lots") or [] if lot["id"] in set(chosen)]
    if [lot["id"] for lot in known] == list(nomination.lots or []):
        return None
    nomination.lots = [lot["id"] for lot in known]
    origin = read.get("publication_number") or read.get("name") or ""
    wanted = values(read)
    if known:
        wanted |= _of_lots(known)
        origin = f"{origin}, {', '.join(nomination.lots)}"[:LONGEST_ORIGIN]
    own = ("value", "tenders", "winners", "awarded_on", "cpv")
    return _put(
        nomination, {name: wanted[name] for name in own}, nomination.sources or {}, origin=origin, now=now
    )


def values(read: Mapping[str, Any]) -> dict[str, str]:
    """What a notice (as JSON) puts into the form, field by field, as text; "" where it says nothing."""
    buyer = read.get("buyer") or {}
    number = read.get("publication_number") or ""
    return {
        "authority": buyer.get("name") or "",
        "buyer_number": buyer.get("id") or "",
        "authority_email": read.get("email") or "",
        "title": read.get("title") or "",
        "notice": number,
        "procurement_id": read.get("procurement_id") or "",
        "reference": read.get("reference") or "",
        "cpv": ", ".join((read.get("cpv") or [])[:10]),
        "procedure": read.get("procedure") or "",
        "awarded_on": read.get("award_date") or "",
        "value": money(read.get("value")),
        "tenders": _count(read.get("tenders_received")),
        "winners": winners(read.get("winners") or []),
    }


def money(value: Mapping[str, Any] | None) -> str:
    """An amount as the form holds it: `1 000 000 000 SEK`."""
    if not value:
        return ""
    amount = (
        f"{value['amount']:,.2f}".removesuffix(".00").replace(",", "\N{NO-BREAK SPACE}").replace(".", ",")
    )
    return f"{amount} {value['currency']}"


def winners(listed: Sequence[Mapping[str, Any]]) -> str:
    """Winners as the form holds them: one a line, the number behind the name."""
    return "\n".join(", ".join(filter(None, (each.get("name"), each.get("id")))) for each in listed)


def source(nomination: Nomination, field: str) -> dict[str, str] | None:
    """Where a field came from: `from`, the `value` it was filled with, and whether it still says that (`same`).

    None where no notice filled it, or where the secretariat has corrected it.
    """
    found = (nomination.sources or {}).get(field)
    if not found or found["from"] == SECRETARIAT:
        return None
    return {**found, "same": "yes" if _shown(nomination, field) == found["value"] else ""}


def doubt(nomination: Nomination, field: str) -> str:
    """What the notice left unclear about a field, in the page's language; "" for nothing."""
    found = [each for each in (nomination.read or {}).get("doubts") or [] if each[0] == field]
    return " ".join(dict.fromkeys(doubts.sentence(why, detail) for _, why, detail in found))


def _clean(value: Any) -> Any:
    """The same without signs that no page can show and no database keeps, every text cut to what one would read."""
    if isinstance(value, dict):
        return {str(name)[:LONGEST_ORIGIN]: _clean(each) for name, each in value.items()}
    if isinstance(value, list):
        return [_clean(each) for each in value]
    return texts.storable("remarks", value)[:LONGEST_TEXT] if isinstance(value, str) else value


def _put(
    nomination: Nomination,
    wanted: Mapping[str, str],
    before: Mapping[str, Any],
    *,
    origin: str,
    now: datetime,
) -> Filled:
    sources = dict(before)
    filled: list[str] = []
    kept: list[str] = []
    put: dict[str, Any] = {}
    for name, given in wanted.items():
        value = _fitting(name, given)
        ours = not (stands := _shown(nomination, name)) or stands == before.get(name, {}).get("value")
        sources.pop(name, None)
        if value:
            sources[name] = {"value": value, "from": origin}
            (filled if ours or stands == value else kept).append(name)
        if ours:
            put[name] = value
    stored = texts.stored(put, only=put)
    stored.pop("typed", None)
    for name, value in stored.items():
        setattr(nomination, name, value)
    nomination.sources = sources
    facts.derive(nomination)
    nomination.updated_at = now
    unclear = {each[0] for each in (nomination.read or {}).get("doubts") or []}
    return Filled(tuple(filled), tuple(kept), tuple(sorted(unclear)))


def _fitting(name: str, value: str) -> str:
    """A value as the field keeps it, cut to what fits."""
    plain = texts.storable(name, value) if name in texts.LIMITS else value
    return plain[: texts.LIMITS.get(name, len(plain))].strip() if name != "buyer_number" else plain


def _shown(nomination: Nomination, name: str) -> str:
    """What stands in a field, as text."""
    value = getattr(nomination, name)
    if value is None:
        return str((nomination.typed or {}).get(name) or "")
    return value.isoformat() if isinstance(value, date) else str(value)


def _of_lots(lots: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """Facts of some parts alone: a sum where all have a value in one currency, what they agree on, all who won."""
    amounts = [lot["value"] for lot in lots if lot.get("value")]
    one_currency = len({each["currency"] for each in amounts}) == 1 and len(amounts) == len(lots)
    total = (
        {"amount": sum(each["amount"] for each in amounts), "currency": amounts[0]["currency"]}
        if one_currency
        else None
    )
    listed = [each for lot in lots for each in lot.get("winners") or []]
    unique = list({(each.get("name"), each.get("id")): each for each in listed}.values())
    dates = {lot.get("award_date") for lot in lots}
    return {
        "value": money(total),
        "tenders": _count(lots[0].get("tenders_received")) if len(lots) == 1 else "",
        "winners": winners(unique),
        "awarded_on": (dates.pop() or "") if len(dates) == 1 else "",
        "cpv": ", ".join(dict.fromkeys(code for lot in lots for code in lot.get("cpv") or [])),
    }


def _count(value: int | None) -> str:
    return "" if value is None else str(value)
