"""The process of its own that reads a workbook: `python -m app.roll.workbook_reader FILE [SHEET]`.

A workbook of a few kilobytes can claim a sheet of seventeen milliards of cells. What that takes, it takes from here: this
process has bounded memory and time, and whoever started it goes on. On standard output a line of JSON says what was found
({"sheets": [[name, rows, number], …], "read": number or null, "rows": count} or {"refused": code}); when a sheet was read, a line
[number, [cell, …]] for each of its rows follows. SHEET is the number of the sheet; without it, it is the only one with
rows.
"""

from __future__ import annotations

import datetime
import json
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from app.core.confinement import confine

MEMORY = 1024 * 1024 * 1024
SECONDS = 60
MOST_UNPACKED = 250 * 1024 * 1024
MOST_PARTS = 2_000
MOST_SHEETS = 40
MOST_ROWS = 200_000
LONGEST_CELL = 500
MOST_COLUMNS = 60
OLD_OFFICE = b"\xd0\xcf\x11\xe0"
ENCRYPTED = "EncryptedPackage".encode("utf-16-le")


def main() -> None:
    """Reads what it was given."""
    confine(memory=MEMORY, seconds=SECONDS)
    sheet = int(sys.argv[2]) if len(sys.argv) > 2 else None
    out = sys.stdout
    try:
        for said in _read(sys.argv[1], sheet):
            out.write(json.dumps(said, ensure_ascii=False, separators=(",", ":")) + "\n")
    except Refused as refusal:
        out.write(json.dumps({"refused": str(refusal)}) + "\n")


class Refused(Exception):
    """Why the workbook is not read: a code."""


def _read(path: str, sheet: Any) -> Iterator[Any]:
    _look_inside(path)
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        workbook = CalamineWorkbook.from_path(path)
        shown = _shown(workbook)
        if sheet is None:
            sheets = [[workbook.sheet_names[each], _rows_of(workbook, each), each] for each in shown]
            sheets = [each for each in sheets if each[1]]
            sheet = sheets[0][2] if len(sheets) == 1 else None
        else:
            sheets = []
        if sheet is not None and sheet not in shown:
            raise Refused("no-sheet")
        rows = 0 if sheet is None else _rows_of(workbook, sheet)
        yield {"sheets": sheets, "read": sheet, "rows": rows}
        if sheet is not None:
            yield from _rows(workbook.get_sheet_by_index(sheet))
    except CalamineError as error:
        raise Refused("broken-workbook") from error


def _look_inside(path: str) -> None:
    """What is not a workbook with cells alone is refused by its name, before anything is unpacked."""
    with Path(path).open("rb") as file:
        if file.read(4) == OLD_OFFICE:
            file.seek(0)
            raise Refused("encrypted-workbook" if ENCRYPTED in file.read() else "old-workbook")
    try:
        with zipfile.ZipFile(path) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError) as error:
        raise Refused("broken-workbook") from error
    names = {part.filename.lower() for part in parts}
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED:
        raise Refused("huge-workbook")
    if any(name.endswith(("vbaproject.bin", "vbadata.xml")) for name in names):
        raise Refused("macro-workbook")
    if "xl/workbook.xml" not in names:
        raise Refused("other-document")


def _shown(workbook: Any) -> list[int]:
    """The numbers of the sheets that a person sees, or of all where none is shown."""
    every = [
        (index, str(meta.visible).rsplit(".", 1)[-1] == "Visible")
        for index, meta in enumerate(workbook.sheets_metadata)
        if str(meta.typ).rsplit(".", 1)[-1] == "WorkSheet"
    ][:MOST_SHEETS]
    return [index for index, visible in every if visible] or [index for index, _ in every]


def _rows_of(workbook: Any, index: int) -> int:
    sheet = workbook.get_sheet_by_index(index)
    return 0 if sheet.start is None else int(sheet.height)


def _rows(sheet: Any) -> Iterator[Any]:
    if sheet.start is None:
        return
    if sheet.height > MOST_ROWS + 100:
        raise Refused("too-many-rows")
    merged = _Merged(sheet)
    for row, values in enumerate(
        sheet.iter_rows()
    ):  # from the sheet's first row, from its first filled column
        cells = [_text(value) for value in values[:MOST_COLUMNS]]
        merged.fill(row, cells, left=sheet.start[1])
        while cells and not cells[-1].strip():
            cells.pop()
        if cells:
            yield [row + 1, cells]


class _Merged:
    """What stands in a cell that spans rows counts for each of them."""

    def __init__(self, sheet: Any) -> None:
        self.begins: dict[tuple[int, int], int] = {}
        for (top, left), (bottom, _right) in sheet.merged_cell_ranges or ():
            if bottom > top:
                self.begins[top, left] = bottom
        self.open: dict[int, tuple[int, str]] = {}

    def fill(self, row: int, cells: list[str], *, left: int) -> None:
        """Fills the cells of *row* (0 is the sheet's first) that a cell above goes on in."""
        if not self.begins:
            return
        for place in range(len(cells)):
            column = place + left
            if (row, column) in self.begins:
                self.open[column] = (self.begins[row, column], cells[place])
            elif column in self.open:
                bottom, text = self.open[column]
                if row <= bottom:
                    cells[place] = cells[place] or text
                else:
                    del self.open[column]


def _text(value: Any) -> str:
    """A cell as a person reads it: whole numbers without decimals, dates as 2026-12-13."""
    if isinstance(value, str):
        return value[:LONGEST_CELL]
    if isinstance(value, bool):
        return "ja" if value else "nej"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else str(value)
    if isinstance(value, datetime.datetime) and value.time() == datetime.time():
        return value.date().isoformat()
    return "" if value is None else str(value)[:LONGEST_CELL]


if __name__ == "__main__":
    main()
