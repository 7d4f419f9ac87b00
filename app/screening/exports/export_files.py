"""The rows as files: CSV, line by line, and an Excel workbook in which nothing is a formula or a link.

What a spreadsheet would run when somebody types it (OWASP, "CSV Injection") gets an apostrophe in CSV and the cell
property "quote prefix" in Excel, which keeps it a text when the cell is edited too.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import Any, BinaryIO

import xlsxwriter
from flask_babel import gettext

from app.core import spreadsheet
from app.screening.exports.exports import Column, Line, Shape, Value, local

LONGEST_CELL = 32_767
WIDTHS = {
    Shape.SHORT: 16, Shape.NAME: 32, Shape.LONG: 60, Shape.NUMBER: 10, Shape.MONEY: 16, Shape.DAY: 12, Shape.MOMENT: 17,
}  # fmt: skip
NUMBERS = {Shape.MONEY: "#,##0", Shape.DAY: "yyyy-mm-dd", Shape.MOMENT: "yyyy-mm-dd hh:mm"}
NOT_XML = re.compile("[^\\t\\n -\\ud7ff\\ue000-\\ufffd\\U00010000-\\U0010ffff]")
"""What no XML 1.0 document may hold (section 2.2, production 2)."""


def csv(columns: list[Column], lines: Iterable[Line]) -> Iterator[bytes]:
    """A CSV file, a line at a time."""
    rows = ([_written(column.read(line)) for column in columns] for line in lines)
    return spreadsheet.chunks([column.heading for column in columns], rows)


def workbook(columns: list[Column], lines: Iterable[Line], out: BinaryIO, *, now: datetime) -> None:
    """Writes a workbook with one sheet into *out*; each row is written and forgotten."""
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(out, options) as book:
        book.set_properties({"created": now.replace(tzinfo=None)})
        sheet = _Sheet(book, columns)
        for line in lines:
            sheet.add(line)
        sheet.finish()


class _Sheet:
    """The sheet of nominations: a heading that stays in sight, and a row for each line."""

    def __init__(self, book: xlsxwriter.Workbook, columns: list[Column]) -> None:
        self.columns = columns
        self.sheet = book.add_worksheet(gettext("All nominations"))
        self.rows = 0
        top = {"valign": "top"}
        self.texts = {
            (long, runs): book.add_format({**top, "text_wrap": long, "quote_prefix": runs})
            for long in (False, True)
            for runs in (False, True)
        }
        self.numbers = {
            shape: book.add_format({**top, "num_format": NUMBERS.get(shape, "0")}) for shape in Shape
        }
        heading = book.add_format({**top, "bold": True, "text_wrap": True, "bottom": 1})
        for place, column in enumerate(columns):
            self.sheet.set_column(place, place, WIDTHS[column.shape])
            self.sheet.write_string(0, place, _text(column.heading), heading)
        self.sheet.freeze_panes(1, 0)

    def add(self, line: Line) -> None:
        """The next row."""
        self.rows += 1
        for place, column in enumerate(self.columns):
            value = column.read(line)
            if value is not None and value != "":
                self._put(place, column.shape, value)

    def finish(self) -> None:
        """Lets every column be filtered."""
        self.sheet.autofilter(0, 0, self.rows, len(self.columns) - 1)

    def _put(self, place: int, shape: Shape, value: Value) -> None:
        if isinstance(value, datetime):
            self.sheet.write_datetime(self.rows, place, local(value), self.numbers[Shape.MOMENT])
        elif isinstance(value, date):
            self.sheet.write_datetime(self.rows, place, value, self.numbers[Shape.DAY])
        elif isinstance(value, int) and not isinstance(value, bool):
            self.sheet.write_number(self.rows, place, value, self.numbers[shape])
        else:
            text = _text(str(_written(value)))
            runs = text.lstrip(" ").startswith(spreadsheet.FORMULA_SIGNS)
            self.sheet.write_string(self.rows, place, text, self.texts[shape is Shape.LONG, runs])


def _written(value: Value) -> Any:
    """A value as CSV has it: dates as ISO 8601, times on a Swedish clock, yes and no in words."""
    if isinstance(value, bool):
        return gettext("yes") if value else gettext("no")
    if isinstance(value, datetime):
        return local(value).isoformat(" ", "minutes")
    return value.isoformat() if isinstance(value, date) else value


def _text(text: str) -> str:
    """What a cell can hold."""
    plain = NOT_XML.sub("", text.replace("\r", ""))
    return plain if len(plain) < LONGEST_CELL else f"{plain[: LONGEST_CELL - 2]}…"
