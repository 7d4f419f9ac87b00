"""CSV that a spreadsheet opens as text: a cell that it would run as a formula gets an apostrophe in front.

Source of the signs: OWASP, "CSV Injection". Whoever reads such a file back drops the apostrophe (`app.roll.rows.tidy`).
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

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
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=separator, lineterminator="\r\n")
    writer.writerow([cell(heading) for heading in headings])
    writer.writerows([cell(value) for value in row] for row in rows)
    return (UTF8_MARK + out.getvalue()).encode("utf-8")
