"""Workbooks as people keep them, and as nobody should."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from app.roll.reading import UnreadableList
from app.roll.workbooks import SeveralSheets, Workbook

ONE = 5560360793
HEAD = ["Företag", "Orgnr", "E-post"]


def written(folder: Path, fill: Callable[[Any], None]) -> Path:
    place = folder / "lista.xlsx"
    book = xlsxwriter.Workbook(str(place))
    fill(book)
    book.close()
    return place


def rows(place: Path, sheet: int | None = None, seconds: float = 30) -> list[tuple[int, list[str]]]:
    with Workbook(place, sheet=sheet, seconds=seconds) as workbook:
        return list(workbook)


def test_titles_numbers_dates_formulas_and_merged_cells(tmp_path: Path) -> None:
    def fill(book: Any) -> None:
        sheet = book.add_worksheet("Medlemmar")
        sheet.merge_range("B2:D2", "Lista")
        sheet.write_row("B4", [*HEAD, "Sedan", "Aktiv"])
        sheet.merge_range("B5:B6", "Acme")
        sheet.write_row("C5", [ONE, "a@b.se"])
        sheet.write_datetime("E5", date(2026, 12, 13), book.add_format({"num_format": "yyyy-mm-dd"}))
        sheet.write_boolean("F5", True)
        sheet.write_row("C6", [f"{ONE}", "c@b.se", 12.5])
        sheet.write_formula("B8", '="Be"&"ta"', None, "Beta")

    assert rows(written(tmp_path, fill)) == [
        (2, ["Lista"]),
        (4, [*HEAD, "Sedan", "Aktiv"]),
        (5, ["Acme", "5560360793", "a@b.se", "2026-12-13", "ja"]),
        (6, ["Acme", "5560360793", "c@b.se", "12.5"]),
        (8, ["Beta"]),
    ]


def test_the_sheet_with_rows_is_read_and_several_are_asked_about(tmp_path: Path) -> None:
    def one(book: Any) -> None:
        book.add_worksheet("Tomt")
        book.add_worksheet("Lista").write_row(0, 0, HEAD)
        hidden = book.add_worksheet("Dolt")
        hidden.write_row(0, 0, HEAD)
        hidden.hide()

    assert rows(written(tmp_path, one)) == [(1, HEAD)]

    def two(book: Any) -> None:
        for name in ("Ett", "Två"):
            book.add_worksheet(name).write_row(0, 0, [name])

    place = written(tmp_path, two)
    with pytest.raises(SeveralSheets) as error:
        rows(place)
    assert error.value.sheets == [["Ett", 1, 0], ["Två", 1, 1]]
    assert rows(place, sheet=1) == [(1, ["Två"])]
    with pytest.raises(UnreadableList, match="no-sheet"):
        rows(place, sheet=7)


def changed(place: Path, *, parts: dict[str, bytes]) -> Path:
    """The workbook with some of its parts exchanged or added."""
    whole = io.BytesIO(place.read_bytes())
    with zipfile.ZipFile(whole) as old, zipfile.ZipFile(place, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            if name not in parts:
                new.writestr(name, old.read(name))
        for name, data in parts.items():
            new.writestr(name, data)
    return place


SHEET = b'<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">%s<sheetData>%s</sheetData></worksheet>'
CORNERS = b'<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'


def plain(folder: Path) -> Path:
    return written(folder, lambda book: book.add_worksheet().write_row(0, 0, HEAD))


@pytest.mark.parametrize(
    ("parts", "code"),
    [
        ({"xl/worksheets/sheet1.xml": SHEET % (b"", CORNERS)}, "huge-workbook"),
        ({"xl/worksheets/sheet1.xml": b" " * 270_000_000}, "huge-workbook"),
        ({"xl/worksheets/sheet1.xml": b"<worksheet"}, "broken-workbook"),
        ({"xl/vbaProject.bin": b"macro"}, "macro-workbook"),
    ],
)
def test_hostile_and_macro_workbooks_are_named_and_cost_little(
    tmp_path: Path, parts: dict[str, bytes], code: str
) -> None:
    with pytest.raises(UnreadableList) as error:
        rows(changed(plain(tmp_path), parts=parts))
    assert error.value.code == code


def test_a_claimed_size_costs_nothing(tmp_path: Path) -> None:
    claims = b'<dimension ref="A1:XFD1048576"/>'
    cells = b'<row r="1"><c r="A1" t="inlineStr"><is><t>Acme</t></is></c></row>'
    place = changed(plain(tmp_path), parts={"xl/worksheets/sheet1.xml": SHEET % (claims, cells)})
    assert rows(place) == [(1, ["Acme"])]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "old-workbook"),
        (b"\xd0\xcf\x11\xe0" + "EncryptedPackage".encode("utf-16-le") + b"\0" * 600, "encrypted-workbook"),
        (b"PK\x03\x04 the rest is missing", "broken-workbook"),
    ],
)
def test_old_locked_and_damaged_workbooks_are_named(tmp_path: Path, data: bytes, code: str) -> None:
    place = tmp_path / "lista.xlsx"
    place.write_bytes(data)
    with pytest.raises(UnreadableList) as error:
        rows(place)
    assert error.value.code == code


def test_another_document_is_named(tmp_path: Path) -> None:
    place = tmp_path / "brev.docx"
    with zipfile.ZipFile(place, "w") as made:
        made.writestr("word/document.xml", "<document/>")
    with pytest.raises(UnreadableList, match="other-document"):
        rows(place)


def test_a_workbook_that_takes_too_long_is_ended(tmp_path: Path) -> None:
    with pytest.raises(UnreadableList, match="huge-workbook"):
        rows(plain(tmp_path), seconds=0.0)
