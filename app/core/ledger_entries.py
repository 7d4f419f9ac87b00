"""The ledger's entries: every kind, the fields of each, and how an entry is staged and revealed.

An entry is one line of canonical JSON (`app.core.canonical`) with exactly ``at``, ``data`` and ``kind``; its height
is its place in the log, from 0. What reveals the result before publication is staged: the log then gets the entry
``staged`` with SHA-256(nonce ‖ entry) alone, the nonce being 32 random bytes, and at publication the entry
``revealed`` with the nonce and the entry itself.

Personal data stands in an entry only as `erasable`: an HMAC-SHA256 under a random nonce of its own, kept outside the
log. Once that nonce is deleted, nobody can tell whom or what the entry is about.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.core import canonical
from app.core.ledger_shapes import (
    Shape,
    b64,
    boolean,
    count,
    decimal,
    hex64,
    list_of,
    nullable,
    one_of,
    read_time,
    record,
    slug,
    text,
    time,
    write_time,
)
from app.core.phases import Phase

LONGEST_ENTRY = 1 << 20
NONCE_BYTES = 32
FORMAT = "anbud-ledger-1"
SERVICE = "service"
OPEN_WITHOUT_JURY = "open-without-jury-keys"
TWO_PERSON_ACTS = (OPEN_WITHOUT_JURY, "replace-ballot", "correct-address", "add-voter")


class EntryError(ValueError):
    """Not an entry of the ledger; the message says why."""


@dataclass(frozen=True)
class Kind:
    """One kind of entry: the shape of its data, and whether it may be staged until publication."""

    fits: Shape
    may_be_staged: bool = False


@dataclass(frozen=True)
class Entry:
    """An entry that was read: its kind, its time (UTC) and its data, whose shape is its kind's."""

    kind: str
    at: datetime
    data: Mapping[str, Any]


def _public(**fields: Shape) -> Kind:
    return Kind(record(fields))


def _staged(**fields: Shape) -> Kind:
    return Kind(record(fields), may_be_staged=True)


_ROLES = ("secretariat", "juror", "observer", "auditor", "server", "supplier", "voter", "nominee")
_party = one_of("authority", "person")
_by = record({"role": one_of(*_ROLES), "who": nullable(hex64)})
_phase = one_of(*Phase)
_deadline = one_of("nominations", "voting")
_purpose = one_of("trustee", "credentials", "spares")
_method = one_of("plurality", "approval")
_tie = one_of("shared", "jury")
_question = record(
    {
        "blank": boolean,
        "category": slug,
        "maximum": count,
        "method": _method,
        "minimum": count,
        "names": list_of(text, most=30),
        "question": count,
        "tie": _tie,
    }
)
_outcome = record(
    {
        "ballots": count,
        "blanks": count,
        "decided": one_of("votes", "shared", "jury", "open", "none"),
        "invalid": count,
        "method": _method,
        "standings": list_of(record({"nominee": count, "rank": count, "votes": count}), most=30),
        "tied": list_of(count, most=30),
        "winners": list_of(count, most=30),
    }
)


def _stageable_entry(value: object) -> bool:
    try:
        return KINDS[_from_value(value).kind].may_be_staged
    except EntryError:
        return False


KINDS: Mapping[str, Kind] = {
    # the log and the edition
    "log-opened": _public(edition=slug, format=one_of(FORMAT), key=text, origin=text),
    "edition-created": _public(by=_by, settings=hex64),
    "trial-opened": _public(by=_by, of=slug),
    "trial-removed": _public(by=_by, of=slug, trial=slug),
    "copy-released": _public(by=_by, cancelled=count, copied_at=nullable(time), entries=count, kept=count),
    "edition-changed": _public(by=_by, fields=list_of(text, most=100), settings=hex64),
    "deadlines-set": _public(
        by=_by, deadlines=record({"nominations": nullable(time), "voting": nullable(time)})
    ),
    "deadline-extended": Kind(record({"by": _by, "deadline": _deadline, "from": time, "to": time})),
    "phase-moved": Kind(record({"by": _by, "from": _phase, "reason": text, "to": _phase})),
    # people on the staff
    "staff-invited": _public(by=_by, role=one_of(*_ROLES), who=hex64),
    "staff-removed": _public(by=_by, who=hex64),
    "staff-signed-in": _public(by=_by),
    "two-person-act": _public(act=one_of(*TWO_PERSON_ACTS), first=hex64, reason=text, second=hex64),
    # nominations
    "nomination-received": _public(content=hex64, nomination=hex64),
    "nomination-confirmed": _public(nomination=hex64),
    "nomination-edited": _public(content=hex64, nomination=hex64),
    "nomination-withdrawn": _public(by=_by, nomination=hex64),
    "nomination-accepted": _public(by=_by, nomination=hex64),
    "nomination-declined": _public(by=_by, nomination=hex64, reason=hex64),
    "nomination-completion-asked": _public(by=_by, nomination=hex64, reason=hex64),
    "nomination-reopened": _public(by=_by, nomination=hex64),
    "nomination-corrected": _public(by=_by, content=hex64, nomination=hex64),
    "nomination-merged": _public(by=_by, into=hex64, nomination=hex64),
    "nomination-unmerged": _public(by=_by, into=hex64, nomination=hex64),
    "eligibility-set": _public(by=_by, rules=hex64),
    "nominee-told": _public(by=_by, nomination=hex64, party=_party),
    "nominee-answered": _public(by=_by, declines=boolean, nomination=hex64, party=_party),
    "person-erased": _public(by=_by, nominations=count),
    "shortlist-made": _public(
        by=_by, categories=list_of(record({"category": slug, "nominees": count}), most=100), shortlist=hex64
    ),
    # the roll, the keys and the ballots
    "roll-imported": _public(by=_by, added=count, changed=count, refused=count, roll=hex64, rows=count),
    "roll-frozen": _public(by=_by, roll=hex64, voters=count),
    "roll-conflicts": _public(left_out=count, may_vote=boolean, winners=count),
    "registration-decided": _public(approved=boolean, by=_by, registration=hex64),
    "voter-added": _public(by=_by, second=nullable(hex64), voter=hex64),
    "address-corrected": _public(by=_by, second=nullable(hex64), voter=hex64),
    "ballot-defined": _public(questions=list_of(_question, most=100)),
    "key-made": _public(
        fingerprint=hex64, owner=one_of("server", "juror"), purpose=_purpose, trustee=nullable(count)
    ),
    "key-copy-confirmed": _public(by=_by, fingerprint=hex64, purpose=_purpose),
    "key-destroyed": _public(fingerprint=hex64, purpose=_purpose, reason=text),
    "credentials-issued": _public(
        credentials=hex64, election=b64, setup=hex64, spares=list_of(hex64), voters=count
    ),
    "credentials-destroyed": _public(by=_by, credentials=hex64, reason=text),
    "letter-worded": _public(by=_by, language=one_of("sv", "en"), letter=slug, words=nullable(hex64)),
    "letters-queued": _public(batch=count, letter=slug, recipients=count),
    "ballot-voided": _public(box_height=count, by=_by, credential=hex64, second=nullable(hex64)),
    "ballot-activated": _public(
        box_height=count, by=_by, new=hex64, old=nullable(hex64), second=nullable(hex64)
    ),
    "ballots-without-script": _public(ballots=count),
    "box-head": _staged(ballots=count, head=hex64, height=count),
    # the count
    "encrypted-tally": _public(ballots=count, encrypted_tally=hex64, event=hex64, height=count),
    "strong-decryption": _staged(
        encrypted_tally=hex64,
        owner=count,
        partial_decryption=hex64,
        proofs=list_of(list_of(record({"challenge": decimal, "response": decimal}))),
        public_key=hex64,
    ),
    "result": _staged(event=hex64, height=count, result=hex64),
    "count-made": _staged(category=slug, outcome=_outcome, question=count, tie=_tie),
    "report-made": _staged(
        archive=hex64, report=hex64, result=hex64, tool=nullable(text), verdict=one_of("valid", "invalid")
    ),
    # the jury's review
    "tie-decided": _staged(by=_by, question=count, reason=text, winners=list_of(count, most=30)),
    "signed-off": _staged(archive=hex64, by=_by, report=hex64, result=hex64),
    "objected": _staged(archive=hex64, by=_by, reason=text, report=hex64, result=hex64),
    "recount-made": _staged(by=_by, number=count, reason=text),
    # publication
    "staged": _public(commitment=hex64),
    "revealed": _public(entry=_stageable_entry, height=count, nonce=hex64),
    "published": _public(
        archive=hex64, by=_by, objections=count, report=hex64, result=hex64, sign_offs=count
    ),
}


def entry(kind: str, at: datetime, data: Mapping[str, Any]) -> bytes:
    """The line (without its line feed) of an entry; raises `EntryError` unless `data` is what `kind` wants."""
    try:
        line = canonical.dumps({"at": write_time(at), "data": data, "kind": kind})
    except ValueError as error:
        raise EntryError(str(error)) from error
    read(line)
    return line


def read(line: bytes) -> Entry:
    """The entry in a line; raises `EntryError` unless it is canonical, of a known kind, and of that kind's shape."""
    if len(line) > LONGEST_ENTRY:
        raise EntryError(f"an entry of {len(line)} bytes")
    try:
        return _from_value(canonical.loads(line))
    except canonical.CanonicalError as error:
        raise EntryError(str(error)) from error


def _from_value(value: object) -> Entry:
    if not isinstance(value, dict) or value.keys() != {"at", "data", "kind"}:
        raise EntryError("an entry has exactly at, data and kind")
    if not time(value["at"]):
        raise EntryError("an entry's time is UTC to the second")
    kind = KINDS.get(value["kind"]) if isinstance(value["kind"], str) else None
    if kind is None:
        raise EntryError(f"there is no kind of entry {value['kind']!r}")
    if not kind.fits(value["data"]):
        raise EntryError(f"the data is not that of an entry {value['kind']}")
    return Entry(value["kind"], read_time(value["at"]), value["data"])


def commitment(nonce: bytes, line: bytes) -> str:
    """What stands for a staged entry until publication: SHA-256(nonce ‖ entry), in hexadecimal."""
    if len(nonce) != NONCE_BYTES:
        raise EntryError(f"a nonce has {NONCE_BYTES} bytes")
    return hashlib.sha256(nonce + line).hexdigest()


def staged(nonce: bytes, line: bytes) -> bytes:
    """The line that stands for the entry `line` in the log; raises `EntryError` if its kind is public at once."""
    inner = read(line)
    if not KINDS[inner.kind].may_be_staged:
        raise EntryError(f"an entry {inner.kind} is public at once")
    return entry("staged", inner.at, {"commitment": commitment(nonce, line)})


def revealed(at: datetime, height: int, nonce: bytes, line: bytes) -> bytes:
    """The line that opens the staged entry at `height`."""
    if len(nonce) != NONCE_BYTES:
        raise EntryError(f"a nonce has {NONCE_BYTES} bytes")
    value = canonical.loads(line)
    return entry("revealed", at, {"entry": value, "height": height, "nonce": nonce.hex()})


def erasable(nonce: bytes, content: str) -> str:
    """`content` as it may stand in the log: HMAC-SHA256 under a nonce of its own, in hexadecimal."""
    if len(nonce) != NONCE_BYTES:
        raise EntryError(f"a nonce has {NONCE_BYTES} bytes")
    return hmac.new(nonce, content.encode("utf-8"), hashlib.sha256).hexdigest()


def key_fingerprint(public: str) -> str:
    """What ``key-made`` says of a trustee's public key, given as it is written in the archive (64 digits): its SHA-256."""
    return hashlib.sha256(public.encode("ascii")).hexdigest()
