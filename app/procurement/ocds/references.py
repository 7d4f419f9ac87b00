"""Which notices on TED a release speaks of: its own, and earlier ones."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from app.procurement.identifiers import IdentifierError, ted
from app.procurement.notice import Kind
from app.procurement.ocds.values import an_object, objects, text, word

MOST_NUMBERS = 100
NOTICE_DOCUMENTS = {
    Kind.AWARD: {"awardnotice", "contractnotice"},
    Kind.CONTRACT: {"tendernotice"},
    Kind.CHANGE: {"tendernotice"},
    Kind.PLANNING: {"plannedprocurementnotice"},
}


def ted_numbers(release: Mapping[str, Any], what: Kind) -> tuple[str | None, tuple[str, ...]]:
    """(the notice's own number on TED, where one document alone says so; those of earlier notices that it names)."""
    own: dict[str, None] = {}
    others: dict[str, None] = {}
    for document in _documents(release):
        if number := _ted_number(document.get("url"), "address"):
            is_own = word(document.get("documentType")) in NOTICE_DOCUMENTS.get(what, set())
            (own if is_own else others)[number] = None
    for process in objects(release.get("relatedProcesses")):
        scheme = word(process.get("scheme"))
        if number := _ted_number(process.get("identifier"), scheme) or _ted_number(
            process.get("uri"), "address"
        ):
            others[number] = None
    publication = next(iter(own)) if len(own) == 1 else None
    return publication, tuple(number for number in others if number != publication)[:MOST_NUMBERS]


def _documents(release: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    for part in ("planning", "tender"):
        yield from objects(an_object(release.get(part)).get("documents"))
    for part in ("awards", "contracts"):
        for each in objects(release.get(part)):
            yield from objects(each.get("documents"))


def _ted_number(value: Any, scheme: str) -> str | None:
    """TED's number in an address of TED's, or in a number that its scheme ("eu-oj", "eu-ojs-notice-id") says is TED's."""
    stated = text(value) or ""
    if not scheme.startswith("eu-oj") and "ted.europa.eu" not in stated.lower():
        return None
    try:
        return ted(stated, said=True)
    except IdentifierError:
        return None
