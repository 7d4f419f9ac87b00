"""The rows of a list that waits, in their table: put there as they are read, and judged by the columns that were said.

*batch* is what each lot of rows is written in: a transaction of its own in the worker, so that nobody waits long for the
database; nothing in a request, which is one transaction. *tell* is told how far it has come, from 0 to 1.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import Any, Protocol

from sqlalchemy import delete, func, insert, select, update

from app.extensions import db
from app.roll import keys, sought
from app.roll.columns import recognise
from app.roll.list_models import Fate, ImportState, RollImport, RollImportRow
from app.roll.reading import MOST_ROWS, Line, UnreadableList
from app.roll.rows import Row, make_row, without_personal_numbers

LOT = 1000
HEAD = 30
SAMPLE = 10

Batch = Callable[[], AbstractContextManager[Any]]
Tell = Callable[[float], object]


class PutAside(Exception):
    """Somebody put the list aside while it was being read."""


class Source(Protocol):
    """A list's rows, and how much of it is read."""

    def __iter__(self) -> Iterator[Line]: ...

    def done(self) -> float:
        """From 0 to 1."""


@dataclass(frozen=True)
class Staged:
    """What was found in a list: `columns` is empty or incomplete where somebody has to say which is what."""

    columns: Mapping[str, int]
    complete: bool
    first_line: int
    width: int
    rows: int


def stage(
    import_id: int, source: Source, *, person: bool, batch: Batch = nullcontext, tell: Tell = float
) -> Staged:
    """Keeps every row of a list, and judges them where the columns are known. Raises `UnreadableList`, `PutAside`."""
    lines = iter(source)
    head = list(itertools.islice(lines, HEAD))
    if not head:
        raise UnreadableList("empty")
    layout = recognise([cells for _, cells in head], person=person)
    complete = layout.complete(person=person)
    if not complete and max(len(cells) for _, cells in head) < 2:
        raise UnreadableList("no-headings")
    if layout.begins >= len(head):
        raise UnreadableList("no-rows")
    first_line = head[layout.begins][0]
    columns = layout.columns if complete else None
    width = count = 0
    for lot in lots(itertools.chain(head, lines)):
        rows = []
        for line, raw in lot:
            cells = without_personal_numbers(raw)
            width = max(width, len(cells))
            count += line >= first_line
            rows.append(
                {
                    "import_id": import_id,
                    "line": line,
                    "cells": cells,
                    **_values(line, cells, first_line, columns, person=person),
                }
            )
        if count > MOST_ROWS:
            raise UnreadableList("too-many-rows")
        with batch():
            refuse_put_aside(import_id, ImportState.READING)
            db.session.execute(insert(RollImportRow), rows)
        tell(source.done())
    return Staged(layout.columns, complete, first_line, width, count)


def judge(
    import_id: int,
    columns: Mapping[str, int],
    *,
    first_line: int,
    person: bool,
    state: str,
    batch: Batch = nullcontext,
    tell: Tell = float,
) -> int:
    """Judges the rows that are there by these columns, and gives how many rows the list has. Raises `PutAside`."""
    last, done, count, total = 0, 0, 0, max(1, _staged(import_id))
    while True:
        with batch():
            refuse_put_aside(import_id, state)
            lot = db.session.execute(
                select(RollImportRow.id, RollImportRow.line, RollImportRow.cells)
                .where(RollImportRow.import_id == import_id, RollImportRow.id > last)
                .order_by(RollImportRow.id)
                .limit(LOT)
            ).all()
            if not lot:
                return count
            db.session.execute(
                update(RollImportRow).execution_options(synchronize_session=False),
                [
                    {"id": row_id, **BEFORE, **_values(line, cells, first_line, columns, person=person)}
                    for row_id, line, cells in lot
                ],
            )
        last, done = lot[-1].id, done + len(lot)
        count += sum(each.line >= first_line for each in lot)
        tell(done / total)


BEFORE: dict[str, Any] = {
    "first_line": 0, "differs": False, "shared": False, "voter_id": None, "before_company": "", "before_email": "",
    "before_contact_name": "", "before_language": "",
}  # fmt: skip
"""What a row is before it is compared with the others and with the roll."""


def _values(
    line: int, cells: Sequence[str], first_line: int, columns: Mapping[str, int] | None, *, person: bool
) -> dict[str, Any]:
    if line < first_line or columns is None:
        return staged(Row(line), Fate.ABOVE if line < first_line else Fate.UNKNOWN)
    row = make_row(line, cells, columns, person=person)
    return staged(row, Fate.WRONG if row.problems else Fate.NEW)


def staged(row: Row, fate: Fate) -> dict[str, Any]:
    """A judged row as it is kept."""
    values: dict[str, Any] = {
        "company": row.company, "orgnr": row.orgnr, "sole_trader": row.sole_trader, "email": row.email,
        "foreign_country": row.foreign_country, "foreign_number": row.foreign_number, "contact_name": row.contact_name,
        "language": row.language,
    }  # fmt: skip
    usable = fate is Fate.NEW
    return {
        **values,
        "fate": str(fate),
        "problems": " ".join(row.problems),
        "key": row.key if usable else "",
        "address": keys.same_address(row.email) if usable else "",
        "sought": sought.sought(values) if usable else "",
        "sorts_as": sought.sorts_as(row.company) if usable else "",
    }


def refuse_put_aside(import_id: int, state: str) -> None:
    """Raises `PutAside` when the list does not wait for this any more."""
    now = db.session.scalar(select(RollImport.state).where(RollImport.id == import_id))
    if now != state:
        raise PutAside


def sample(import_id: int, *, rows: int = SAMPLE) -> list[Line]:
    """The first lines of a list, titles and headings included."""
    query = (
        select(RollImportRow.line, RollImportRow.cells)
        .where(RollImportRow.import_id == import_id)
        .order_by(RollImportRow.id)
        .limit(rows)
    )
    return [(line, cells) for line, cells in db.session.execute(query)]


def forget(import_id: int) -> None:
    """Deletes what is kept of a list's rows."""
    db.session.execute(delete(RollImportRow).where(RollImportRow.import_id == import_id))


def lots(lines: Iterable[Line]) -> Iterator[list[Line]]:
    """The lines, LOT at a time."""
    iterator = iter(lines)
    while lot := list(itertools.islice(iterator, LOT)):
        yield lot


def _staged(import_id: int) -> int:
    query = select(func.count()).select_from(RollImportRow).where(RollImportRow.import_id == import_id)
    return db.session.scalar(query) or 0
