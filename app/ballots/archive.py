"""The archive as a file: derived from the rows, byte for byte the same each time.

It is read in short pieces, each in a transaction of its own, so that a slow download never stands in the way of a
vote. The box only grows, so the pieces fit.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import select

from app.ballots import box
from app.ballots.models import BoxData, BoxEvent
from app.core.belenios.archive import Record, render_header, render_record
from app.extensions import db

PIECE = 100


class NotPublic(LookupError):
    """The archive is public from the opening of the vote."""


@dataclass(frozen=True)
class Extent:
    """What an archive's bytes depend on: its timestamp, and the event that it ends with."""

    edition_id: int
    timestamp: int
    height: int
    head: str

    @property
    def tag(self) -> str:
        """Different for different bytes."""
        return hashlib.sha256(f"{self.timestamp} {self.height} {self.head}".encode()).hexdigest()[:24]


def extent(edition_id: int, *, upto_public: bool) -> Extent:
    """How far the archive goes now: with `upto_public` not beyond EncryptedTally. Raises `NoBox`, `NotPublic`."""
    found = box.prepared(edition_id)
    if found.opened_at is None:
        raise NotPublic(edition_id)
    height, head = found.height, found.head
    if upto_public and found.public_height is not None and found.public_height < height:
        height = found.public_height
        query = select(BoxEvent.hash).where(BoxEvent.edition_id == edition_id, BoxEvent.height == height)
        head = db.session.scalar(query) or ""
    return Extent(edition_id, int(found.opened_at.timestamp()), height, head)


def archive_bytes(edition_id: int, *, upto_public: bool) -> Iterator[bytes]:
    """The `.bel`, piece by piece. Raises `NoBox`, `NotPublic` (when asked for, not at the first piece)."""
    return render(extent(edition_id, upto_public=upto_public))


def render(whole: Extent) -> Iterator[bytes]:
    """The bytes of an archive as far as `whole` goes."""
    yield render_header(whole.timestamp)
    for record in records(whole):
        yield render_record(whole.timestamp, record)


def records(whole: Extent) -> Iterator[Record]:
    """The records, data before the event that names it."""
    for start in range(0, whole.height + 1, PIECE):
        yield from _piece(whole.edition_id, start, min(start + PIECE, whole.height + 1))


def _piece(edition_id: int, start: int, end: int) -> list[Record]:
    data_rows = db.session.execute(
        select(BoxData.height, BoxData.content)
        .where(BoxData.edition_id == edition_id, BoxData.height >= start, BoxData.height < end)
        .order_by(BoxData.height, BoxData.position)
    ).all()
    events = db.session.execute(
        select(BoxEvent.height, BoxEvent.data, BoxEvent.content)
        .where(BoxEvent.edition_id == edition_id, BoxEvent.height >= start, BoxEvent.height < end)
        .order_by(BoxEvent.height)
    ).all()
    box.let_go()
    before: dict[int, list[Record]] = {}
    for height, content in data_rows:
        before.setdefault(height, []).append(Record("data", content))
    found: list[Record] = []
    for height, payload, content in events:
        found += before.get(height, [])
        found += [Record("data", payload)] if payload is not None else []
        found.append(Record("event", content))
    return found
