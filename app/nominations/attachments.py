"""The files of a nomination: added and removed by whoever may change it, gone from the disk when their rows are.

Rows leave in many ways (removed, deleted with their nomination, forgotten); whichever it is, the file goes once that
has committed, and stays where it is rolled back. Nobody has to remember it.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from flask import current_app
from sqlalchemy import Connection, event, select
from sqlalchemy.orm import Mapper, Session, object_session

from app.awards import deadlines
from app.awards import service as awards
from app.extensions import db
from app.nominations import service, uploads
from app.nominations.drafts import OPEN_STATES, Gone, NominationError, NotNow, TooLate, find, linked
from app.nominations.models import Attachment, Nomination, State
from app.nominations.records import happened, record_content
from app.nominations.sanitising import Clean, Kind
from app.procurement import identifiers

MOST = 5
LARGEST = 8 * 1024 * 1024
LONGEST_NAME = 120
UNCLAIMED_FOR = timedelta(hours=1)
"""So long a file may lie without a row: its transaction is still going on."""

ENDINGS = {Kind.PDF: ".pdf", Kind.PNG: ".png", Kind.JPEG: ".jpg"}
TYPES = {Kind.PDF: "application/pdf", Kind.PNG: "image/png", Kind.JPEG: "image/jpeg"}
KNOWN_ENDING = re.compile(r"\.(?:pdf|png|jpe?g|gif|webp)$", re.IGNORECASE)
UNFIT = re.compile(r'[<>:"|?*]')
ADDED, REMOVED = EVENTS = ("file-added", "file-removed")
LEAVING = "files whose rows are gone"
BATCH = 500


class TooMany(NominationError):
    """The nomination has as many files as it may have."""


def changing(edition_id: int, public_id: str, version: int | None, *, now: datetime) -> Nomination:
    """The nomination whose files may be changed now, its edition locked; *version* is that of a mailed link.

    Without a link only what is not confirmed yet. Raises `Gone`, `OldLink`, `TooLate`, `NotNow`.
    """
    edition = awards.lock(edition_id)
    found = find(edition_id, public_id) if version is None else linked(edition_id, public_id, version)
    states = OPEN_STATES if version is None else (*OPEN_STATES, *service.EDITABLE)
    if found.state not in states:
        raise NotNow(found.state)
    if not (
        service.may_change(edition, found, now)
        if found.state in service.EDITABLE
        else deadlines.in_grace(edition, now)
    ):
        raise TooLate
    return found


def add(nomination: Nomination, clean: Clean, stored: str, name: str, *, now: datetime) -> Attachment:
    """A row for a file that lies under *stored*; *name* is what its sender calls it. Raises `TooMany`."""
    if len(nomination.attachments) >= MOST:
        raise TooMany
    row = Attachment(
        public_id=stored, name=fit_name(name, clean.kind), kind=clean.kind.value, size=len(clean.data),
        digest=hashlib.sha256(clean.data).hexdigest(), at=now,
    )  # fmt: skip
    nomination.attachments.append(row)
    _changed(nomination, ADDED, row.name, now=now)
    return row


def remove(nomination: Nomination, public_id: str, *, now: datetime) -> str:
    """Takes one file off the nomination and gives its name; raises `Gone`."""
    row = attachment(nomination, public_id)
    nomination.attachments.remove(row)
    _changed(nomination, REMOVED, row.name, now=now)
    return row.name


def attachment(nomination: Nomination, public_id: str) -> Attachment:
    """One file of the nomination; raises `Gone`."""
    for row in nomination.attachments:
        if row.public_id == public_id:
            return row
    raise Gone


def forget(nomination: Nomination) -> None:
    """All its files go, without a word in its history."""
    nomination.attachments.clear()
    db.session.flush()


def sweep(folder: Path, *, now: datetime) -> int:
    """Removes files that belong to no row; gives how many."""
    swept = 0
    for names in _batches(uploads.old(folder, now - UNCLAIMED_FOR)):
        query = select(Attachment.public_id).where(Attachment.public_id.in_(names))
        for name in set(names) - set(db.session.scalars(query)):
            uploads.remove(folder, name)
            swept += 1
    return swept


def fit_name(name: str, kind: Kind) -> str:
    """A file's name as it may stand in a header and on any disk: no path, nothing invisible, the ending of its kind."""
    name = unicodedata.normalize("NFC", re.split(r"[/\\]", name)[-1])
    name = "".join(" " if sign.isspace() else sign for sign in name if _shown(sign) or sign.isspace())
    stem = KNOWN_ENDING.sub("", UNFIT.sub("_", " ".join(name.split()))).strip(". ")
    if not stem or identifiers.personal_numbers(stem):
        stem = "bilaga"
    return stem[: LONGEST_NAME - len(ENDINGS[kind])].rstrip(". ") + ENDINGS[kind]


def _shown(sign: str) -> bool:
    """No control, no format character (those that turn the writing around are among them), nothing unassigned."""
    return not unicodedata.category(sign).startswith("C")


def _changed(nomination: Nomination, what: str, name: str, *, now: datetime) -> None:
    """What was decided of a nomination was not about these files; until it counts, there is nothing to say."""
    nomination.updated_at = now
    db.session.flush()
    if nomination.state not in service.EDITABLE:
        return
    if nomination.state is State.ACCEPTED:
        nomination.state = State.CONFIRMED
    elif nomination.state is State.MERGED:
        nomination.state_before = State.CONFIRMED
    happened(nomination, what, now=now, note=name)
    record_content(nomination, "nomination-edited", now=now)


def _batches(names: Iterator[str]) -> Iterator[list[str]]:
    batch: list[str] = []
    for name in names:
        batch.append(name)
        if len(batch) == BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


# ---- the file follows its row -----------------------------------------------------------------------


@event.listens_for(Nomination, "before_delete")
def _leave_with_nomination(_mapper: Mapper[Any], connection: Connection, nomination: Nomination) -> None:
    query = select(Attachment.public_id).where(Attachment.nomination_id == nomination.id)
    _leaving(nomination).extend(connection.scalars(query))


@event.listens_for(Attachment, "before_delete")
def _leave(_mapper: Mapper[Any], _connection: Connection, row: Attachment) -> None:
    _leaving(row).append(row.public_id)


def _leaving(row: Nomination | Attachment) -> list[str]:
    session = object_session(row)
    assert session is not None
    names: list[str] = session.info.setdefault(LEAVING, [])
    return names


@event.listens_for(db.session, "after_commit")
def _remove_files(session: Session) -> None:
    if session.in_nested_transaction():  # a savepoint: all of it can still be rolled back
        return
    for name in session.info.pop(LEAVING, []):
        uploads.remove(current_app.extensions["settings"].uploads_dir, name)


@event.listens_for(db.session, "after_rollback")
def _keep_files(session: Session) -> None:
    session.info.pop(LEAVING, None)
