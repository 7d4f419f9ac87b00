"""The secretariat puts the ballot letter into its own words, sees it with a voter, sends it to itself, and goes back."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from app.rehearsal.play import Year
from app.rehearsal.stage import SECRETARY
from tests.journeys.conftest import DESK, PHONE, OpenPage, assert_accessible, assert_fits
from tests.journeys.walk import Walk

pytestmark = [pytest.mark.browser, pytest.mark.long, pytest.mark.timeout(400)]

COMPANY, CONTACT = "Ängelholms Plåt & Bygg AB", "Åsa Ek"


@pytest.fixture(scope="module")
def edition(year: Year) -> Year:
    """An edition whose roll is empty so far."""
    year.set_up()
    year.create_edition()
    return year


def good(page: Page) -> None:
    assert_fits(page)
    assert_accessible(page)


def add_voter(desk: Page, year: Year) -> None:
    desk.goto(f"{year.service.base_url}{year.at('/rostlangd/ny')}")
    desk.fill("[name=company]", COMPANY)
    desk.fill("[name=number]", "556036-0793")
    desk.fill("[name=email]", "asa@angelholm.example")
    desk.fill("[name=contact]", CONTACT)
    desk.locator("main form .button").first.click()
    expect(desk.get_by_text(COMPANY).first).to_be_visible()


def test_the_ballot_letter_in_words_of_ones_own(edition: Year, open_page: OpenPage) -> None:
    base = edition.service.base_url
    desk = open_page(viewport=DESK)
    Walk(desk, base, "secretary").sign_in(edition.sign_in(SECRETARY[1]))
    add_voter(desk, edition)

    desk.goto(base + edition.at("/brev"))
    desk.get_by_role("link", name="Vad breven säger").first.click()
    good(desk)
    desk.locator("main a[href$='/ballot/sv']").click()
    good(desk)
    letter = desk.frame_locator("iframe.letter")
    expect(letter.locator("body")).to_contain_text(f"Hej {CONTACT}!")
    address = desk.url

    body = desk.locator("[name=body]")
    usual = body.input_value()
    desk.fill("[name=subject]", "Nu är det dags att rösta")
    body.fill(usual.replace("{link}", "{lnk}") + "\n\nSe https://bilder.example/pixel.gif")
    desk.get_by_role("button", name="Spara orden").click()
    good(desk)
    problems = desk.locator("#body-error")
    for said in ("Menade du {link}?", "{link} saknas", "bilder.example"):
        expect(problems).to_contain_text(said)
    expect(body).to_have_value(usual.replace("{link}", "{lnk}") + "\n\nSe https://bilder.example/pixel.gif")

    body.fill(usual + "\n\n# Varför rösta?\n- Det tar en minut\n- {company} har en röst")
    desk.get_by_role("button", name="Visa hur det ser ut").click()
    expect(letter.locator("h1")).to_have_text("Nu är det dags att rösta")
    expect(letter.locator("li").last).to_have_text(f"{COMPANY} har en röst")
    desk.get_by_role("button", name="Visa som ren text").click()
    expect(letter.locator("pre")).to_contain_text("VARFÖR RÖSTA?")

    desk.get_by_role("button", name="Skicka det till mig själv som prov").click()
    expect(desk.locator(".notice.good")).to_contain_text(SECRETARY[1])
    arrived = edition.mailbox.wait(SECRETARY[1], "/rosta/", check=edition.service.check)
    assert arrived.subject == "[Prov] Nu är det dags att rösta"
    assert "#11111-111111-11111-111111" in arrived.text

    desk.get_by_role("button", name="Spara orden").click()
    expect(desk.locator("[name=subject]")).to_have_value("Nu är det dags att rösta")
    good(desk)
    phone = open_page(viewport=PHONE, storage_state=desk.context.storage_state())
    phone.goto(address)
    good(phone)

    desk.get_by_text("Tillbaka till de vanliga orden").click()
    desk.get_by_role("button", name="Ta de vanliga orden").click()
    expect(body).to_have_value(usual)
