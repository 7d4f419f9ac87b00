"""Reads a list of companies as people really keep them: CSV from a spreadsheet, or text pasted from one.

`read(data)` takes the bytes and gives the rows, each with what is wrong with it. Separators `,` `;` tab and `|`; UTF-8
with or without mark, UTF-16, Windows-1252; headings in Swedish or English, in any order, under a title or none at all.
Pure: nothing here knows the database. A personal number is dropped as soon as it is recognised.
"""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterator, Sequence

from app.roll.columns import by_content, find_headings
from app.roll.rows import Row, make_row

MOST_BYTES = 3 * 1024 * 1024
MOST_ROWS = 20_000
MOST_LINES_IN_A_CELL = 5
SEPARATORS = (";", "\t", ",", "|")
ZIP, OLD_EXCEL, PDF = b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"%PDF"


class UnreadableList(Exception):
    """A file that no rows can be read from; `code` says why, `line` where (1 is the first), when there is a place."""

    def __init__(self, code: str, line: int = 0) -> None:
        self.code, self.line = code, line
        super().__init__(code)


def read(data: bytes) -> list[Row]:
    """The rows of a list, in its order, blank ones left out.

    Raises `UnreadableList` with code "empty", "too-large", "too-many-rows", "spreadsheet", "pdf", "encoding",
    "open-quote", "no-headings" or "no-rows".
    """
    if len(data) > MOST_BYTES:
        raise UnreadableList("too-large")
    text = _without_separator_hint(decode(data))
    if not text.strip(' \t\r\n"\u00a0' + "".join(SEPARATORS)):
        raise UnreadableList("empty")
    lines = _cells(text)
    if not lines:
        raise UnreadableList("empty")
    start, columns = find_headings([cells for _, cells in lines])
    if columns is None:
        start, columns = 0, by_content([cells for _, cells in lines])
    if columns is None:
        raise UnreadableList("no-headings")
    if len(lines) == start:
        raise UnreadableList("no-rows")
    if len(lines) - start > MOST_ROWS:
        raise UnreadableList("too-many-rows")
    return [make_row(line, cells, columns) for line, cells in lines[start:]]


def decode(data: bytes) -> str:
    """The text of a file in UTF-8, UTF-16 or Windows-1252."""
    if data.startswith((ZIP, OLD_EXCEL)):
        raise UnreadableList("spreadsheet")
    if data.startswith(PDF):
        raise UnreadableList("pdf")
    for encoding in _encodings(data):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text.removeprefix("\ufeff")
    raise UnreadableList("encoding")


def _encodings(data: bytes) -> Sequence[str]:
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return ["utf-16"]
    head = data[:400]
    if len(head) >= 4 and head[1::2].count(0) > len(head) // 4:
        return ["utf-16-le"]
    if len(head) >= 4 and head[::2].count(0) > len(head) // 4:
        return ["utf-16-be"]
    return ["utf-8-sig", "cp1252", "latin-1"]


def _without_separator_hint(text: str) -> str:
    """The first line `sep=;`, which some spreadsheets want, says nothing of its own: keep it as an empty line."""
    first, newline, rest = text.partition("\n")
    return newline + rest if first.strip().casefold().startswith("sep=") else text


def _cells(text: str) -> list[tuple[int, list[str]]]:
    """Each row that is not blank, with the line it begins on."""
    separator = max(SEPARATORS, key=lambda sign: _fit(text, sign))
    return list(_rows(text, separator))


def _fit(text: str, separator: str) -> tuple[int, int, int]:
    """How well a separator explains the first lines: headings recognised, columns in common, its own rank."""
    sample = [cells for _, cells in _rows("\n".join(text.splitlines()[:12]), separator, lenient=True)]
    _, columns = find_headings(sample)
    widths = sorted(len(cells) for cells in sample)
    return len(columns or {}), widths[len(widths) // 2] if widths else 0, -SEPARATORS.index(separator)


def _rows(text: str, separator: str, *, lenient: bool = False) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(
        io.StringIO(text, newline=""), delimiter=separator, skipinitialspace=separator != "\t"
    )
    begins = 1
    try:
        for cells in reader:
            if not lenient and any(cell.count("\n") > MOST_LINES_IN_A_CELL for cell in cells):
                raise UnreadableList("open-quote", begins)
            if any(cell.strip() for cell in cells):
                yield begins, cells
            begins = reader.line_num + 1
    except csv.Error as error:
        if not lenient:
            raise UnreadableList("open-quote", begins) from error
