"""A list as it is shown before it is confirmed: every row with its fate, a page at a time; and the wrong ones as a file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import func, select

from app.extensions import db
from app.roll import comparing, rows
from app.roll.list_models import Fate, RollImport, RollImportRow
from app.roll.models import Voter

PAGE = 100
SHARED = "shared"
TABS = (Fate.NEW, Fate.CHANGE, Fate.SAME, Fate.DUPLICATE, Fate.WRONG, SHARED)
NAMED = 3
"""So many of those who share an address are named."""


@dataclass(frozen=True)
class Sharer:
    """Somebody else with the same address: in the list on `line`, or on the roll (0)."""

    name: str
    line: int


@dataclass(frozen=True)
class Page:
    """Some of a list's rows: page `number` of `pages`, of the `found` that have this fate ("" is any)."""

    rows: Sequence[RollImportRow]
    fate: str
    number: int
    pages: int
    found: int
    sharers: Mapping[int, Sequence[Sharer]] = field(default_factory=dict)
    more: Mapping[int, int] = field(default_factory=dict)


def page(made: RollImport, *, fate: str = "", number: int = 1) -> Page:
    """The page *number* (the nearest there is) of the rows with this fate, in the list's order."""
    if fate not in TABS:
        fate = ""
    found = made.counts.get(fate, 0) if fate else made.row_count
    pages = max(1, -(-found // PAGE))
    number = min(max(1, number), pages)
    chosen = select(RollImportRow).where(RollImportRow.import_id == made.id)
    if fate == SHARED:
        chosen = chosen.where(RollImportRow.shared, RollImportRow.fate.in_(comparing.USABLE))
    else:
        chosen = chosen.where(RollImportRow.fate == fate if fate else RollImportRow.fate != Fate.ABOVE)
    by = (RollImportRow.address, RollImportRow.id) if fate == SHARED else (RollImportRow.id,)
    shown = list(db.session.scalars(chosen.order_by(*by).offset((number - 1) * PAGE).limit(PAGE)))
    everyone = _at_addresses(made, {row.address for row in shown if row.shared})
    sharers, more = {}, {}
    for row in shown:
        if row.shared:
            others = [sharer for row_id, sharer in everyone.get(row.address, ()) if row_id != row.id]
            sharers[row.id], more[row.id] = others[:NAMED], max(0, len(others) - NAMED)
    return Page(shown, fate, number, pages, found, sharers, more)


def _at_addresses(made: RollImport, addresses: set[str]) -> dict[str, list[tuple[int, Sharer]]]:
    """Address → those in the list who have it, with their rows' numbers, and those on the roll alone (0)."""
    found: dict[str, list[tuple[int, Sharer]]] = {}
    if not addresses:
        return found
    usable = RollImportRow.fate.in_(comparing.USABLE)
    listed = select(RollImportRow).where(
        RollImportRow.import_id == made.id, usable, RollImportRow.address.in_(addresses)
    )
    for row in db.session.scalars(listed.order_by(RollImportRow.id).limit(10 * PAGE)):
        name = row.contact_name if made.person else row.company
        found.setdefault(row.address, []).append((row.id, Sharer(name, row.line)))
    named = select(RollImportRow.voter_id).where(
        RollImportRow.import_id == made.id, RollImportRow.voter_id.is_not(None)
    )
    on_roll = select(Voter).where(
        Voter.edition_id == made.edition_id, func.lower(Voter.email).in_(addresses), Voter.id.not_in(named)
    )
    for voter in db.session.scalars(on_roll.order_by(Voter.id).limit(10 * PAGE)):
        found.setdefault(voter.email.lower(), []).append((0, Sharer(voter.name, 0)))
    return found


def headings(made: RollImport) -> list[str]:
    """What stands above the list's columns; letters where nothing does."""
    above = db.session.scalar(
        select(RollImportRow.cells)
        .where(RollImportRow.import_id == made.id, RollImportRow.fate == Fate.ABOVE)
        .order_by(RollImportRow.id.desc())
        .limit(1)
    )
    given = [rows.tidy(cell) for cell in above or ()]
    return [
        given[place] if place < len(given) and given[place] else letter(place) for place in range(made.width)
    ]


def wrong_rows(made: RollImport) -> Iterator[tuple[int, list[str], list[str]]]:
    """(line, cells, codes of what is wrong) of every row that cannot be used."""
    query = (
        select(RollImportRow.line, RollImportRow.cells, RollImportRow.problems)
        .where(RollImportRow.import_id == made.id, RollImportRow.fate == Fate.WRONG)
        .order_by(RollImportRow.id)
    )
    for line, cells, problems in db.session.execute(query.execution_options(yield_per=500)):
        yield line, [*cells, *[""] * (made.width - len(cells))], problems.split()


def letter(place: int) -> str:
    """A column's name in a spreadsheet: A, B, … AA."""
    return (letter(place // 26 - 1) if place >= 26 else "") + chr(ord("A") + place % 26)
