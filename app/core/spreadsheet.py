"""CSV that a spreadsheet opens as text: a cell that it would run as a formula gets an apostrophe in front.

Source of the signs: OWASP, "CSV Injection". Whoever reads such a file back drops the apostrophe (`app.roll.rows.tidy`).
"""

from __future__ import annotations

import csv
import io
import itertools
from collections.abc import Iterable, Iterator, Sequence

FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
UTF8_MARK = "\ufeff"


def cell(value: object) -> str:
    """One value as text that no spreadsheet runs; whole numbers stay numbers."""
    if value is None:
        return ""
    if isinstance(value, int):
        return str(value)
    text = str(value)
    return f"'{text}" if text.lstrip(" ").startswith(FORMULA_SIGNS) else text


def write(headings: Sequence[str], rows: Iterable[Sequence[object]], *, separator: str = ";") -> bytes:
    """The file, in UTF-8 with a mark (or Excel takes it for Windows-1252), lines ended as RFC 4180 says."""
    return b"".join(chunks(headings, rows, separator=separator))


def chunks(
    headings: Sequence[str], rows: Iterable[Sequence[object]], *, separator: str = ";"
) -> Iterator[bytes]:
    """The same, a line at a time: for as many rows as there are."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=separator, lineterminator="\r\n")
    out.write(UTF8_MARK)
    for row in itertools.chain([headings], rows):
        writer.writerow([cell(value) for value in row])
        yield out.getvalue().encode("utf-8")
        out.seek(0)
        out.truncate()
