"""What the OCDS 1.1 release schema requires of a release package, written down from its reference for the fields we use."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

REQUIRED = {
    "package": ("uri", "publisher", "publishedDate", "releases", "version"),
    "publisher": ("name",),
    "release": ("ocid", "id", "date", "tag", "initiationType"),
    "tender": ("id",),
    "awards": ("id",),
    "items": ("id",),
    "documents": ("id",),
}
CLOSED = {
    "tag": {
        "planning", "planningUpdate", "tender", "tenderAmendment", "tenderUpdate", "tenderCancellation", "award",
        "awardUpdate", "awardCancellation", "contract", "contractUpdate", "contractAmendment", "implementation",
        "implementationUpdate", "contractTermination", "compiled",
    },
    "initiationType": {"tender"},
    "tender.status": {"planning", "planned", "active", "cancelled", "unsuccessful", "complete", "withdrawn"},
    "awards.status": {"pending", "active", "cancelled", "unsuccessful"},
    "procurementMethod": {"open", "selective", "limited", "direct"},
}  # fmt: skip
OPEN = {
    "roles": {"buyer", "supplier", "procuringEntity"},
    "scheme": {"CPV", "SE-ON"},
    "documentType": {"awardNotice"},
}
FIELDS = {
    "package": {"uri", "version", "publishedDate", "publisher", "releases"},
    "release": {"ocid", "id", "date", "tag", "initiationType", "language", "buyer", "tender", "awards", "parties"},
    "tender": {
        "id", "title", "status", "procuringEntity", "procurementMethod", "procurementMethodDetails", "numberOfTenderers",
        "items",
    },
    "awards": {"id", "status", "date", "value", "suppliers", "documents"},
    "parties": {"id", "name", "identifier", "address", "roles"},
    "items": {"id", "classification", "additionalClassifications"},
    "documents": {"id", "documentType", "title", "url"},
}  # fmt: skip


def check(package: dict[str, Any]) -> None:
    """Fails where the package is not what the schema asks for."""
    _fields("package", package)
    assert package["version"] == "1.1"
    _moment(package["publishedDate"])
    _address(package["uri"])
    _required("publisher", package["publisher"])
    for release in package["releases"]:
        _release(release)
    ids = [(release["ocid"], release["id"]) for release in package["releases"]]
    assert len(ids) == len(set(ids))


def _release(release: dict[str, Any]) -> None:
    _fields("release", release)
    assert re.fullmatch(r"ocds-[A-Za-z0-9]+-.+", release["ocid"])
    assert set(release["tag"]) <= CLOSED["tag"]
    assert release["initiationType"] in CLOSED["initiationType"]
    _moment(release["date"])
    known = {party["id"]: party for party in release["parties"]}
    assert len(known) == len(release["parties"])
    for party in release["parties"]:
        assert party.keys() <= FIELDS["parties"]
        assert set(party["roles"]) <= OPEN["roles"]
    _refers(release["buyer"], known, "buyer")
    _tender(release["tender"], known)
    for award in release["awards"]:
        _award(award, known)
    assert not _empty(release)


def _tender(tender: dict[str, Any], known: dict[str, Any]) -> None:
    _fields("tender", tender)
    assert tender["status"] in CLOSED["tender.status"]
    assert tender.get("procurementMethod", "open") in CLOSED["procurementMethod"]
    assert isinstance(tender.get("numberOfTenderers", 0), int)
    assert tender["procuringEntity"]["id"] in known
    for item in tender.get("items", []):
        _fields("items", item)
        for each in (item["classification"], *item.get("additionalClassifications", [])):
            assert each["scheme"] in OPEN["scheme"]
            assert re.fullmatch(r"\d{8}", each["id"])


def _award(award: dict[str, Any], known: dict[str, Any]) -> None:
    _fields("awards", award)
    assert award["status"] in CLOSED["awards.status"]
    if "date" in award:
        _moment(award["date"])
    if "value" in award:
        assert award["value"].keys() == {"amount", "currency"}
        assert isinstance(award["value"]["amount"], (int, float))
        assert re.fullmatch("[A-Z]{3}", award["value"]["currency"])
    for supplier in award.get("suppliers", []):
        _refers(supplier, known, "supplier")
    for document in award.get("documents", []):
        _fields("documents", document)
        assert document["documentType"] in OPEN["documentType"]
        _address(document["url"])


def _refers(reference: dict[str, Any], known: dict[str, Any], role: str) -> None:
    assert reference.keys() == {"id", "name"}
    assert role in known[reference["id"]]["roles"]


def _fields(what: str, value: dict[str, Any]) -> None:
    assert value.keys() <= FIELDS[what], value.keys() - FIELDS[what]
    _required(what, value)


def _required(what: str, value: dict[str, Any]) -> None:
    assert set(REQUIRED.get(what, ())) <= value.keys(), what
    assert all(value[name] not in ("", None, []) for name in REQUIRED.get(what, ()) if name != "releases")


def _moment(text: str) -> None:
    assert datetime.fromisoformat(text).tzinfo is not None


def _address(text: str) -> None:
    assert urlsplit(text).scheme in {"http", "https"}


def _empty(value: Any) -> bool:
    if isinstance(value, dict):
        return not value or any(map(_empty, value.values()))
    if isinstance(value, list):
        return not value or any(map(_empty, value))
    return value is None or value == ""
