"""A secretary with a messy Swedish Excel file, on a phone: the sheet, a column by hand, every row's fate, and once more."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator

import pytest
import xlsxwriter
from playwright.sync_api import Page, expect

from app.rehearsal import sample
from app.rehearsal.play import Year
from app.rehearsal.stage import SECRETARY
from tests.journeys.conftest import PHONE, OpenPage, assert_accessible, assert_fits, started

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(400)]
HARD_SPACE = "\N{NO-BREAK SPACE}"
BUILDINGS = 3200
"""So many rows that the worker reads them."""


@pytest.fixture(scope="module")
def year(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Year]:
    with started(tmp_path_factory.mktemp("roll")) as fresh:
        fresh.set_up()
        fresh.create_edition()
        yield fresh


def messy_workbook() -> bytes:
    """What somebody keeps in Excel: a sheet of notes, a merged title, numbers as numbers, one company over two rows."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    notes = book.add_worksheet("Anteckningar")
    notes.write_column(0, 0, ["Ring Bosse om nya medlemmar", "Kolla adresserna före utskicket"])
    rows = book.add_worksheet("Medlemmar 2026")
    rows.merge_range("A1:E1", "Medlemsregister, utdrag")
    rows.write_row("A4", ["Medlem", "Org.nr", "Nås på", "Enskild firma", "Kontaktperson"])
    numbers = [int(sample.organisation_number(place).replace("-", "")) for place in range(8)]
    rows.write_row("A5", ["Åkes Bygg AB", numbers[0], "ake@åkes.example.se", "", "Åke Öberg"])
    rows.write_row("A6", [f"Beta{HARD_SPACE}Städ  AB", f"'{numbers[1]}", "post@beta.example.se"])
    rows.write_formula("A7", '="Gamma"&" AB"', None, "Gamma AB")
    rows.write_row("B7", [f"{numbers[2]}.0", "kontor@hotell.example.se"])
    rows.write_row("A9", ["Delta AB", f"SE{numbers[3]}01", "Kontor@Hotell.example.se"])
    rows.merge_range("A10:A11", "Epsilon AB")
    rows.write_row("B10", [numbers[4], "ett@epsilon.example.se"])
    rows.write_row("B11", [numbers[4], "tva@epsilon.example.se"])
    rows.write_row("A12", ["Evas El", "850709-9805", "eva@el.example.se", "x"])
    rows.write_row("A13", ["Fel Nummer AB", numbers[5] + 1, "fel@fel.example.se"])
    rows.write_row("A14", ["Utan Adress AB", numbers[6], ""])
    book.close()
    return out.getvalue()


def sends(page: Page, year: Year, name: str, data: bytes) -> None:
    page.goto(year.service.base_url + year.at("/rostlangd/las-in"))
    page.set_input_files(
        "[name=file]", {"name": name, "mimeType": "application/octet-stream", "buffer": data}
    )
    page.click("form .button")


def looks(page: Page) -> None:
    assert_accessible(page)
    assert_fits(page)


def signs_in(page: Page, year: Year) -> None:
    before = len(year.mailbox.find(SECRETARY[1], "/logga-in/"))
    page.goto(f"{year.service.base_url}/logga-in")
    page.fill("[name=email]", SECRETARY[1])
    page.click("form .button")
    letter = year.mailbox.wait(SECRETARY[1], "/logga-in/", count=before + 1, check=year.service.check)
    code = re.search(r"^\s*(\d{3} \d{3})\s*$", letter.text, re.MULTILINE)
    assert code, letter.text
    page.fill("[name=code]", code[1])
    page.click("form .button")
    page.wait_for_url(lambda address: "/logga-in" not in address)


def fates(page: Page) -> dict[str, str]:
    places = page.locator("dd[data-fate]").all()
    return {str(place.get_attribute("data-fate")): place.inner_text() for place in places}


def test_a_messy_workbook_becomes_the_roll_once(year: Year, open_page: OpenPage) -> None:
    page = open_page(PHONE)
    signs_in(page, year)
    sends(page, year, "medlemmar.xlsx", messy_workbook())
    expect(page.locator("[name=sheet]")).to_have_count(2)
    looks(page)
    page.get_by_label("Medlemmar 2026").check()
    page.locator("form[action$='/blad'] .button").click()

    page.wait_for_url("**/kolumner")
    looks(page)
    expect(page.locator("[name=c0]")).to_have_value("company")
    expect(page.locator("[name=c2]")).to_have_value("")
    expect(page.locator("[name=first_line]")).to_have_value("5")
    assert "9805" not in page.content()
    send = page.locator("form:has([name=first_line]) .button")
    page.select_option("[name=c4]", "language")
    send.click()
    expect(page.locator("#errors")).to_be_visible()
    expect(page.locator("[name=c4]")).to_have_value("language")
    looks(page)
    page.select_option("[name=c2]", "email")
    page.select_option("[name=c4]", "contact")
    send.click()

    page.wait_for_url(re.compile(r"/las-in/\d+$"))
    looks(page)
    assert fates(page) == {"new": "6", "change": "0", "same": "0", "duplicate": "1", "wrong": "2"}
    rows = page.locator("ul.fates > li")
    expect(rows).to_have_count(9)
    expect(rows.filter(has=page.get_by_text("Epsilon AB", exact=True)).last).to_contain_text("rad 10")
    expect(rows.filter(has=page.get_by_text("Delta AB", exact=True))).to_contain_text("Gamma AB (rad 7)")
    assert "9805" not in page.content()
    page.locator("ul.states a", has_text="Går inte att använda").click()
    expect(rows).to_have_count(2)
    looks(page)
    page.locator("form[action$='/bekrafta'] .button").click()
    expect(page.locator("[data-figure=voters]")).to_have_attribute("data-value", "6")
    looks(page)

    sends(page, year, "medlemmar.xlsx", messy_workbook())
    page.get_by_label("Medlemmar 2026").check()
    page.locator("form[action$='/blad'] .button").click()
    page.select_option("[name=c2]", "email")
    send.click()
    page.wait_for_url(re.compile(r"/las-in/\d+$"))
    assert fates(page) == {"new": "0", "change": "0", "same": "6", "duplicate": "1", "wrong": "2"}
    expect(page.locator("form[action$='/bekrafta']")).to_have_count(0)
    looks(page)


def test_a_long_list_is_followed_as_the_worker_reads_and_writes_it(year: Year, open_page: OpenPage) -> None:
    page = open_page(PHONE)
    signs_in(page, year)
    page.goto(year.service.base_url + year.at("/rostlangd"))
    before = int(page.locator("[data-figure=voters]").get_attribute("data-value") or 0)
    lines = "".join(
        f"Bostadsbolaget nummer {place} i den långa raden av bolag;NO{place};post{place}@lang.example.se;NO;Kontakt {place}\r\n"
        for place in range(BUILDINGS)
    )
    text = "Företag;Org.nr;E-post;Land;Kontakt\r\n" + lines
    sends(page, year, "lång.csv", text.encode("cp1252"))
    expect(page.locator("[data-progress], ul.fates").first).to_be_visible()
    looks(page)
    expect(page.locator("ul.fates > li")).to_have_count(100, timeout=60_000)  # it leads there by itself
    assert fates(page)["new"].replace(HARD_SPACE, "") == str(BUILDINGS)
    page.locator("a[rel=next]").click()
    expect(page.locator("ul.fates > li").first).to_contain_text("nummer 100 ")
    page.locator("form[action$='/bekrafta'] .button").click()
    expect(page.locator("h1")).to_have_text("Listan är inläst", timeout=60_000)
    looks(page)
    page.goto(year.service.base_url + year.at("/rostlangd"))
    expect(page.locator("[data-figure=voters]")).to_have_attribute("data-value", str(before + BUILDINGS))
