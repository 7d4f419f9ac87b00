"""Reads a list as people really keep them: a CSV from a spreadsheet, text pasted from one, or a workbook.

`Table(file)` gives the rows one at a time, each with the line that it begins on, so that a list of any length takes the
same memory. Separators `,` `;` tab and `|`; UTF-8 with or without mark, UTF-16, Windows-1252, and Mac Roman where it
cannot be anything else. Pure: nothing here knows the database.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Iterator, Sequence
from typing import BinaryIO

from app.roll.columns import recognise

MOST_BYTES = 25 * 1024 * 1024
MOST_ROWS = 200_000
MOST_COLUMNS = 60
MOST_LINES_IN_A_CELL = 5
MOST_LINES_IN_A_ROW = 400
LONGEST_CELL = 500
LONGEST_LINE = 100_000
SEPARATORS = (";", "\t", ",", "|")
SNIFFED = 64 * 1024
BLOCK = 128 * 1024
ZIP, OLD_OFFICE, PDF = b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"%PDF"

Line = tuple[int, list[str]]


class UnreadableList(Exception):
    """A file that no rows can be read from; `code` says why, `line` where (1 is the first), when there is a place."""

    def __init__(self, code: str, line: int = 0) -> None:
        self.code, self.line = code, line
        super().__init__(code)


def is_workbook(file: BinaryIO) -> bool:
    """Whether the file is one of Office's, new or old: another reader's business."""
    head = file.read(4)
    file.seek(0)
    return head in {ZIP, OLD_OFFICE}


class Table:
    """The rows of a file of text. Raises `UnreadableList` "empty", "pdf", "encoding" or, on the way, "open-quote"."""

    def __init__(self, file: BinaryIO) -> None:
        self.file = file
        self.size = max(1, file.seek(0, io.SEEK_END))
        self.encoding = _encoding(file)
        file.seek(0)
        sample = codecs.getincrementaldecoder(self.encoding)().decode(file.read(SNIFFED))
        sample = sample.removeprefix("\ufeff")
        if not sample.strip(' \t\r\n"\u00a0' + "".join(SEPARATORS)) and self.size <= SNIFFED:
            raise UnreadableList("empty")
        first, _, _rest = sample.partition("\n")
        self.hinted = first.strip().strip('"').casefold().startswith("sep=")
        self.separator = _separator(sample, first if self.hinted else "")

    def done(self) -> float:
        """How much of the file is read, from 0 to 1."""
        return min(1.0, self._read / self.size)

    _read = 0

    def __iter__(self) -> Iterator[Line]:
        self.file.seek(0)
        text = io.TextIOWrapper(_Borrowed(self.file), self.encoding, newline="")  # type: ignore[type-var]
        begins = 1
        if self.hinted:
            text.readline()
            begins = 2
        for line, cells in _rows(text, self.separator, begins=begins):
            self._read = self.file.tell()
            yield line, cells


class _Borrowed(io.BufferedIOBase):
    """A file that is not closed with the text that is read from it."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file

    def readable(self) -> bool:
        """It is."""
        return True

    def read1(self, size: int | None = -1, /) -> bytes:
        """A piece of the file."""
        return self._file.read(size if size and size > 0 else -1)

    def read(self, size: int | None = -1, /) -> bytes:
        """As much as is asked for."""
        return self._file.read(-1 if size is None else size)


def _encoding(file: BinaryIO) -> str:
    """The encoding that explains the whole file, by reading it once."""
    file.seek(0)
    head = file.read(400)
    if head.startswith(PDF):
        raise UnreadableList("pdf")
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return _checked(file, "utf-16")
    if len(head) >= 4 and head[1::2].count(0) > len(head) // 4:
        return _checked(file, "utf-16-le")
    if len(head) >= 4 and head[::2].count(0) > len(head) // 4:
        return _checked(file, "utf-16-be")
    if _decodes(file, "utf-8"):
        return "utf-8-sig"
    return "mac_roman" if _is_mac_roman(file) else _checked(file, "cp1252", "latin-1")


def _checked(file: BinaryIO, *encodings: str) -> str:
    for encoding in encodings:
        if _decodes(file, encoding):
            return encoding
    raise UnreadableList("encoding")


def _decodes(file: BinaryIO, encoding: str) -> bool:
    """Whether all of the file is text in *encoding*. Raises `UnreadableList` for what is no text in any."""
    decoder = codecs.getincrementaldecoder(encoding)()
    file.seek(0)
    try:
        while block := file.read(BLOCK):
            if "\0" in decoder.decode(block):
                raise UnreadableList("encoding")
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


MAC_ONLY = re.compile(rb"[a-z][\x8a\x8c]")
"""ä and å of Mac Roman after a small letter; in Windows-1252 these are Š and Œ, which do not stand there."""
WINDOWS_LETTERS = re.compile(rb"[\xe4\xe5\xf6\xc4\xc5\xd6]")


def _is_mac_roman(file: BinaryIO) -> bool:
    """Whether the file can be nothing but Mac Roman: it has that one's letters where only letters stand, none of ours."""
    file.seek(0)
    found = False
    while block := file.read(BLOCK):
        if WINDOWS_LETTERS.search(block):
            return False
        found = found or MAC_ONLY.search(block) is not None
    return found


def _separator(sample: str, hint: str) -> str:
    """What stands between the cells: what the first line says, or what explains the first lines best."""
    said = hint.strip().strip('"')[len("sep=") :][:1] or ("\t" if hint.rstrip("\r\n").endswith("\t") else "")
    if said in SEPARATORS and said:
        return said
    lines = sample.splitlines()
    body = "\n".join(lines[1 if hint else 0 :][:12])
    return max(SEPARATORS, key=lambda sign: _fit(body, sign))


def _fit(text: str, separator: str) -> tuple[int, int, int]:
    """How well a separator explains the first lines: headings recognised, columns in common, its own rank."""
    sample = [cells for _, cells in _rows(io.StringIO(text, newline=""), separator, lenient=True)]
    known = max((len(recognise([cells]).columns) for cells in sample), default=0)
    widths = sorted(len(cells) for cells in sample)
    return known, widths[len(widths) // 2] if widths else 0, -SEPARATORS.index(separator)


def _rows(text: io.TextIOBase, separator: str, *, begins: int = 1, lenient: bool = False) -> Iterator[Line]:
    """Each row that is not blank, with the line it begins on."""
    lines = _Lines(text, begins)
    reader = csv.reader(lines, delimiter=separator, skipinitialspace=separator != "\t")
    try:
        for cells in reader:
            if not lenient and any(cell.count("\n") > MOST_LINES_IN_A_CELL for cell in cells):
                raise UnreadableList("open-quote", lines.begins)
            if any(cell.strip() for cell in cells):
                yield lines.begins, kept_cells(cells)
            lines.begins = lines.next
    except csv.Error as error:
        if not lenient:
            raise UnreadableList("open-quote", lines.begins) from error


class _Lines:
    """The lines of a text, none without end, and not without end for one row: its memory is bounded."""

    def __init__(self, text: io.TextIOBase, begins: int) -> None:
        self.text, self.begins, self.next = text, begins, begins

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        line = self.text.readline(LONGEST_LINE)
        if not line:
            raise StopIteration
        if len(line) >= LONGEST_LINE or self.next - self.begins > MOST_LINES_IN_A_ROW:
            raise UnreadableList("open-quote", self.begins)
        self.next += 1
        return line


def kept_cells(cells: Sequence[str]) -> list[str]:
    """The cells that are kept of a row: none too long, not too many, no empty ones at its end."""
    kept = [cell[:LONGEST_CELL] for cell in cells[:MOST_COLUMNS]]
    while kept and not kept[-1].strip():
        kept.pop()
    return kept
