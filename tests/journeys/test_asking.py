"""A company that is missing on the roll asks for a ballot on a phone, by keyboard alone; the secretariat approves it."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from app.rehearsal.play import Year
from app.rehearsal.stage import SECRETARY
from tests.journeys.conftest import DESK, PHONE, OpenPage, assert_accessible, assert_fits, follow_letter
from tests.journeys.walk import Walk

pytestmark = [pytest.mark.browser, pytest.mark.long, pytest.mark.timeout(300)]
ADDRESS = "asa@storkok.example"


@pytest.fixture(scope="module")
def asking(year: Year) -> str:
    """The edition's public page, in an edition where ballots can be asked for and nominators vote."""
    year.set_up()
    year.create_edition(self_registration=True, nominators_vote=True)
    return f"{year.service.base_url}/arg/{year.slug}"


def good(page: Page) -> None:
    assert_fits(page)
    assert_accessible(page)


def tab_to(page: Page, label: str) -> None:
    """Presses Tab until the control with this label or text has the focus."""
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate(
            "(label) => (document.activeElement.labels?.[0] ?? document.activeElement).innerText.trim() === label",
            label,
        ):
            return
    raise AssertionError(f"the keyboard does not reach {label!r}")


def test_asked_for_by_keyboard_confirmed_from_the_letter_and_approved(
    year: Year, asking: str, open_page: OpenPage
) -> None:
    page = open_page(viewport=PHONE)
    page.goto(asking)
    good(page)
    tab_to(page, "Begär en röstsedel")
    page.keyboard.press("Enter")
    page.wait_for_url("**/begar-rostsedel/*")
    good(page)
    tab_to(page, "Skicka begäran")
    page.keyboard.press("Enter")
    expect(page.locator("#errors")).to_be_visible()
    good(page)
    for label, typed in (
        ("Företag", "Storkök & Söner AB"), ("Organisationsnummer", "556036-0793"), ("Ditt namn", "Åsa Ödman"),
        ("Din e-postadress", ADDRESS),
    ):  # fmt: skip
        tab_to(page, label)
        page.keyboard.type(typed)
    tab_to(page, "Skicka begäran")
    page.keyboard.press("Enter")
    page.wait_for_url("**/skickad")
    good(page)

    follow_letter(page, year, ADDRESS, "/bekrafta/")
    page = page.context.pages[-1]
    page.wait_for_url("**/bekrafta/**")
    good(page)
    tab_to(page, "Bekräfta begäran")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Din begäran är bekräftad")
    good(page)

    desk = open_page(viewport=DESK)
    Walk(desk, year.service.base_url, "secretary").sign_in(year.sign_in(SECRETARY[1]))
    desk.goto(f"{year.service.base_url}{year.at('')}")
    desk.get_by_role("link", name="Svara på dem").click()
    good(desk)
    desk.get_by_role("link", name="Storkök & Söner AB").click()
    good(desk)
    desk.get_by_role("button", name="Godkänn och för in i röstlängden").click()
    expect(desk.get_by_text("står i röstlängden och får veta det")).to_be_visible()
    year.mailbox.wait(ADDRESS, f"/{year.slug}", check=year.service.check)
    desk.goto(f"{year.service.base_url}{year.at('/rostlangd')}")
    expect(desk.get_by_text("begärde röstsedel", exact=True)).to_be_visible()
    good(desk)
    desk.get_by_role("link", name="Nominerande i röstlängden").click()
    good(desk)
