"""Lists of CPV codes as people have them: CSV with the columns code, sv, en, out of whatever program."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping

from app.procurement.cpv.codes import Code
from app.procurement.identifiers import IdentifierError, cpv

HEADINGS: Mapping[str, str] = {
    "code": "code", "kod": "code", "cpv": "code", "cpv-kod": "code", "cpv code": "code",
    "sv": "sv", "svenska": "sv", "swedish": "sv",
    "en": "en", "engelska": "en", "english": "en",
}  # fmt: skip
COLUMNS = ("code", "sv", "en")
DELIMITERS = (";", "\t", ",")
LONGEST_NAME = 300
LONGEST_LINE = 5_000
MOST_CODES = 20_000


class ListError(ValueError):
    """A list that is not taken in; `code` says why, `line` where, `found` what stands there.

    Codes: "encoding", "headings", "columns", "code", "name", "repeated", "too-long", "too-many", "empty".
    """

    def __init__(self, code: str, line: int, found: str = "") -> None:
        self.code, self.line, self.found = code, line, found[:80]
        super().__init__(f"line {line}: {code} {self.found}".rstrip())


def parse_list(rows: Iterable[bytes | str]) -> Iterator[Code]:
    """The codes of a CSV file, line by line (an open file in either mode will do); check digits are dropped.

    Comma, semicolon or tab, a byte order mark, columns in any order, further columns, empty lines: all are taken. Raises
    `ListError` at the first row that is wrong, so nothing should be kept before the last.
    """
    lines = _Lines(rows)
    header = next(lines, "")
    delimiter = next((each for each in DELIMITERS if each in header), ",")
    columns = _columns(next(csv.reader([header], delimiter=delimiter), []), lines.number)
    known: set[str] = set()
    for cells in _cells(lines, delimiter):
        code = _code([cells[at].strip() if at < len(cells) else "" for at in columns], lines.number)
        if code.code in known:
            raise ListError("repeated", lines.number, code.code)
        known.add(code.code)
        if len(known) > MOST_CODES:
            raise ListError("too-many", lines.number, str(MOST_CODES))
        yield code
    if not known:
        raise ListError("empty", lines.number)


class _Lines:
    """Lines as text; `number` is the one that was read last, from 1."""

    def __init__(self, rows: Iterable[bytes | str]) -> None:
        self._rows = iter(rows)
        self.number = 0

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        row = next(self._rows)
        self.number += 1
        if len(row) > LONGEST_LINE:
            raise ListError("too-long", self.number, str(LONGEST_LINE))
        try:
            text = row.decode() if isinstance(row, bytes) else row
        except UnicodeDecodeError:
            raise ListError("encoding", self.number) from None
        if "\0" in text:
            raise ListError("encoding", self.number)
        return text.removeprefix("\ufeff") if self.number == 1 else text


def _columns(headings: list[str], line: int) -> list[int]:
    places: dict[str, int] = {}
    for at, heading in enumerate(headings):
        if (column := HEADINGS.get(heading.strip().casefold())) is not None:
            places.setdefault(column, at)
    missing = [column for column in COLUMNS if column not in places]
    if missing:
        raise ListError("headings", line, ", ".join(missing))
    return [places[column] for column in COLUMNS]


def _cells(lines: _Lines, delimiter: str) -> Iterator[list[str]]:
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    try:
        yield from (cells for cells in reader if any(cell.strip() for cell in cells))
    except csv.Error as error:
        raise ListError("columns", lines.number, str(error)) from None


def _code(cells: list[str], line: int) -> Code:
    written, sv, en = cells
    try:
        code = cpv(written)[:8]
    except IdentifierError:
        raise ListError("code", line, written) from None
    for name in (sv, en):
        if not name or not name.isprintable():
            raise ListError("name", line, code)
        if len(name) > LONGEST_NAME:
            raise ListError("too-long", line, str(LONGEST_NAME))
    return Code(code, sv, en)
