"""The published result: page, table, downloads, the other language, paper, and a dark room."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
from playwright.sync_api import expect

from app.core.verify import verify_archive
from app.rehearsal.play import Year
from tests.journeys.conftest import PHONE, OpenPage, PlayedYear, assert_accessible, assert_fits

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.timeout(400),
]


@pytest.fixture(scope="module")
def published(shared_year: PlayedYear) -> Year:
    """A year that is played to its end."""
    shared_year.play("publish")
    return shared_year.year


def address(published: Year, lang: str = "sv") -> str:
    return f"{published.service.base_url}{'/en' if lang == 'en' else ''}/resultat/{published.slug}"


def test_the_page_the_table_and_the_files_say_the_same(
    open_page: OpenPage, published: Year, shared_year: PlayedYear, tmp_path: Path
) -> None:
    page = open_page()
    page.goto(address(published))
    page.locator("summary", has_text="Som tabell").first.click()
    table = page.locator("table.outcome").first
    expect(table).to_be_visible()
    assert_accessible(page)
    shown = [
        (
            row.locator("th").inner_text().replace("Vinnare", "").strip(),
            int(row.locator("td").first.inner_text()),
        )
        for row in table.locator("tbody tr").all()
    ]
    chart = page.locator(".chart").first
    drawn = [int(line.locator(".value").inner_text().split("·")[0]) for line in chart.locator(".line").all()]
    assert drawn == [votes for _, votes in shown]

    with page.expect_download() as csv_file:
        page.get_by_role("link", name="resultat.csv").click()
    rows = list(csv.DictReader(io.StringIO(csv_file.value.path().read_text(encoding="utf-8-sig"))))
    counted = {
        f"{row['title']}, {row['authority']}" if row["nominee"] else "Blankt": int(row["votes"])
        for row in rows[: len(shown)]
    }
    assert counted == dict(shown)
    data = json.loads(published.sara.fetch(f"/resultat/{published.slug}/resultat.json"))
    assert data["turnout"]["cast"] == len(published.votes) + shared_year.cast_by_hand

    with page.expect_download() as archive:
        page.get_by_role("link", name="Hämta arkivet").click()
    with page.expect_download() as ledger:
        page.get_by_role("link", name="Hämta liggaren").click()
    box, steps = tmp_path / "box.bel", tmp_path / "steps.ledger"
    archive.value.save_as(box)
    ledger.value.save_as(steps)
    assert verify_archive(box, steps.read_bytes()).valid


def test_the_other_language_and_back(open_page: OpenPage, published: Year) -> None:
    page = open_page(viewport=PHONE)
    page.goto(address(published))
    page.get_by_role("link", name="In English").click()
    page.wait_for_url(address(published, "en"))
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.get_by_role("heading", name="Check it yourself")).to_be_visible()
    expect(page.locator("main")).to_contain_text("The buyer looked beyond its own walls")
    assert_fits(page)
    page.get_by_role("link", name="På svenska").click()
    page.wait_for_url(address(published))


def test_printed_it_is_a_clean_sheet(open_page: OpenPage, published: Year) -> None:
    page = open_page()
    page.goto(address(published))
    page.emulate_media(media="print")
    for hidden in ("header nav", "footer", "main .actions"):
        expect(page.locator(hidden).first).to_be_hidden()
    expect(page.locator("h1")).to_be_visible()
    assert page.evaluate("getComputedStyle(document.documentElement).backgroundColor") == "rgb(255, 255, 255)"
    assert page.pdf(format="A4").startswith(b"%PDF")


def test_dark_rooms_forced_colours_and_little_motion(open_page: OpenPage, published: Year) -> None:
    page = open_page(color_scheme="dark", reduced_motion="reduce")
    page.goto(address(published))
    paper = page.evaluate("getComputedStyle(document.documentElement).backgroundColor")
    assert max(map(int, paper.removeprefix("rgb(").removesuffix(")").split(","))) < 60
    assert_accessible(page)
    page.emulate_media(forced_colors="active")
    assert_fits(page)
    won, track = (
        page.locator(one).first.evaluate("one => getComputedStyle(one).fill")
        for one in (".won .fill", ".track")
    )
    assert won != track


def test_without_scripts_everything_is_there(open_page: OpenPage, published: Year) -> None:
    page = open_page(java_script_enabled=False)
    page.goto(address(published))
    expect(page.locator(".chart")).to_have_count(2)
    page.locator("summary", has_text="Som tabell").first.click()
    expect(page.locator("table.outcome").first).to_be_visible()
