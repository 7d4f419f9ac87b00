"""Files of a nomination: sent as they are chosen, each with its progress; stopped, refused in words, removed; without scripts."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from app.rehearsal.play import Year
from tests.journeys.conftest import PHONE, OpenPage, assert_accessible, assert_fits
from tests.nominations import files

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def form(year: Year) -> str:
    """The address of the form in an edition that takes nominations."""
    year.set_up()
    year.create_edition()
    return f"{year.service.base_url}/nominera/{year.slug}"


@pytest.fixture
def chosen(tmp_path: Path) -> list[Path]:
    """A PDF, a photograph, a web page that is called a PDF, and one that is too large."""
    made = {
        "Utvärdering.pdf": files.pdf(),
        "foto.jpg": files.photograph(6),
        "fel.pdf": b"<script>alert(1)</script>",
        "stor.pdf": bytes(9 * 1024 * 1024),
    }
    for name, content in made.items():
        (tmp_path / name).write_bytes(content)
    return [tmp_path / name for name in made]


def last_step(page: Page, form: str) -> None:
    """A draft, and its last step."""
    page.goto(f"{form}/formular")
    page.get_by_label("Upphandlingens namn").fill("Måltider")
    page.get_by_role("button", name="Spara utkastet").click()
    page.goto(f"{form}/granska")


def test_files_are_sent_as_they_are_chosen(form: str, chosen: list[Path], open_page: OpenPage) -> None:
    page = open_page(viewport=PHONE)
    last_step(page, form)
    page.get_by_label("Lägg till filer").set_input_files(chosen)
    section = page.locator("#bilagor")
    expect(section.get_by_role("listitem")).to_have_count(2)
    expect(section.get_by_role("alert")).to_contain_text("fel.pdf togs inte emot")
    expect(section.get_by_role("alert")).to_contain_text(
        "stor.pdf togs inte emot: filen är större än 8\u00a0MB"
    )
    expect(section.get_by_role("status")).to_contain_text("Utvärdering.pdf är bifogad. foto.jpg är bifogad.")
    assert_fits(page)
    assert_accessible(page)
    with page.expect_download() as download:
        section.get_by_role("link", name="Utvärdering.pdf").click()
    assert download.value.suggested_filename == "Utvärdering.pdf"
    section.get_by_role("button", name="Ta bort Utvärdering.pdf").focus()
    page.keyboard.press("Enter")
    expect(section.get_by_role("listitem")).to_have_count(1)
    expect(section.get_by_role("status")).to_have_text("Utvärdering.pdf är borttagen.")
    expect(section.get_by_role("heading")).to_be_focused()
    page.reload()
    expect(section.get_by_role("listitem")).to_have_count(1)


def test_a_file_that_takes_its_time_can_be_stopped(form: str, tmp_path: Path, open_page: OpenPage) -> None:
    noise = Image.frombytes("RGB", (1200, 900), random.Random(1).randbytes(1200 * 900 * 3))
    noise.save(tmp_path / "stor.png")
    page = open_page()
    last_step(page, form)
    network = page.context.new_cdp_session(page)
    slow = {"offline": False, "latency": 0, "downloadThroughput": -1, "uploadThroughput": 200_000}
    network.send("Network.emulateNetworkConditions", slow)
    page.get_by_label("Lägg till filer").set_input_files(tmp_path / "stor.png")
    section = page.locator("#bilagor")
    expect(section.get_by_role("progressbar")).to_be_visible()
    expect(section.get_by_role("status")).to_contain_text("Skickar stor.png")
    section.get_by_role("button", name="Avbryt").click()
    expect(section.get_by_role("alert")).to_have_text("stor.png skickades inte.")
    expect(page.get_by_label("Lägg till filer")).to_be_enabled()


def test_without_scripts_all_chosen_files_go_at_once(
    form: str, chosen: list[Path], open_page: OpenPage
) -> None:
    page = open_page(viewport=PHONE, java_script_enabled=False)
    last_step(page, form)
    page.get_by_label("Lägg till filer").set_input_files(chosen)
    page.get_by_role("button", name="Skicka filerna").click()
    expect(page.locator("ul.files li")).to_have_count(2)
    expect(page.get_by_text("fel.pdf togs inte emot")).to_be_visible()
    assert page.url == f"{form}/granska#bilagor"
    page.get_by_role("button", name="Ta bort foto.jpg").click()
    expect(page.locator("ul.files li")).to_have_count(1)
