"""OCDS releases in whatever a file wraps them: alone, in a package, in records, in a list; several merged into one.

Merging follows the standard's merge routine (OCDS 1.1, "Merging"): releases in the order of their dates, the newest value
of each field, objects in lists by their `id`, lists without ids as a whole, null removes.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from app.procurement.notice import NotANotice

Release = Mapping[str, Any]

NOT_MERGED = frozenset({"id", "date", "tag", "publisher", "links"})
WHOLE_LISTS = frozenset(
    {
        "additionalIdentifiers",
        "additionalClassifications",
        "deliveryLocations",
        "deliveryAddresses",
        "changes",
    }
)
BEGINNING = datetime.min.replace(tzinfo=UTC)


class SeveralProcurements(NotANotice):
    """A file about more than one procurement; `detail["count"]` says about how many."""

    code = "several-procurements"


def find(document: Any) -> list[Release]:
    """The releases of the one procurement that *document* is about, the oldest first; a compiled release stands alone.

    Raises `NotANotice` where there are none, `SeveralProcurements` where they are of several.
    """
    found = _unwrapped(document)
    if not found:
        raise NotANotice("no OCDS release in it", looks_like="json")
    numbers = {_number_of(release, place) for place, release in enumerate(found)}
    if len(numbers) > 1:
        raise SeveralProcurements("a file with several procurements", count=str(len(numbers)))
    return sorted(found, key=_moment)


def merged(releases: list[Release]) -> Release:
    """The procurement's present state: one release, with the newest one's id, date and tag."""
    if len(releases) == 1:
        return releases[0]
    state: dict[str, Any] = {}
    for release in releases:
        _merge(state, {name: value for name, value in release.items() if name not in NOT_MERGED})
    return state | {name: releases[-1][name] for name in NOT_MERGED & releases[-1].keys()}


def _unwrapped(document: Any) -> list[Release]:
    if isinstance(document, list):
        return [release for part in document for release in _unwrapped_object(part)]
    return _unwrapped_object(document)


def _unwrapped_object(part: Any) -> list[Release]:
    if not isinstance(part, dict):
        return []
    compiled = part.get("compiledRelease")
    if isinstance(compiled, dict):
        return [{"ocid": part.get("ocid"), **compiled}]
    for name in ("records", "releases"):
        if isinstance(part.get(name), list):
            return [release for each in part[name] for release in _unwrapped_object(each)]
    return [part] if _is_release(part) else []


def _is_release(part: Mapping[str, Any]) -> bool:
    """Not merely a link to one (`url`, as records may have), nor an envelope of something else."""
    if not {"tender", "awards", "contracts", "planning", "parties", "buyer"} & part.keys():
        return False
    return isinstance(part.get("ocid"), str) or isinstance(part.get("tag"), list)


def _number_of(release: Release, place: int) -> str:
    number = release.get("ocid")
    return number.strip() if isinstance(number, str) and number.strip() else f"? {place}"


def _moment(release: Release) -> datetime:
    try:
        moment = datetime.fromisoformat(str(release.get("date")).strip())
    except ValueError:
        return BEGINNING
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


class _ById(list[dict[str, Any]]):
    """A list of objects of which each can be found by its id at once."""

    def __init__(self) -> None:
        super().__init__()
        self.known: dict[str, dict[str, Any]] = {}

    def of(self, newer: Mapping[str, Any]) -> dict[str, Any]:
        """The object with the id of *newer*, made where there is none."""
        key = newer.get("id")
        named = isinstance(key, (str, int)) and not isinstance(key, bool)
        if named and str(key) in self.known:
            return self.known[str(key)]
        self.append({})
        if named:
            self.known[str(key)] = self[-1]
        return self[-1]


def _merge(state: dict[str, Any], newer: Mapping[str, Any]) -> None:
    """*state* owns every object in it that is merged into, so that nothing read is ever changed."""
    for name, value in newer.items():
        before = state.get(name)
        if value is None:
            state.pop(name, None)
        elif isinstance(value, dict):
            state[name] = before if isinstance(before, dict) else {}
            _merge(state[name], value)
        elif isinstance(value, list) and _has_ids(name, value):
            state[name] = before if isinstance(before, _ById) else _ById()
            for each in value:
                _merge(state[name].of(each), each)
        else:
            state[name] = value


def _has_ids(name: str, values: list[Any]) -> bool:
    return name not in WHOLE_LISTS and all(isinstance(value, dict) for value in values)
