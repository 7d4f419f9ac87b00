"""A supplier nominates on a phone: interrupted, mistaken, reminded, confirmed from the letter, changed, withdrawn."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from app.rehearsal.play import Year
from tests.journeys.conftest import PHONE, OpenPage, assert_accessible, assert_fits, follow_letter
from tests.needs import sample_data

pytestmark = pytest.mark.browser
WHY = "De frågade oss innan kraven skrevs, och svarade på allt inom en dag."


@pytest.fixture(scope="module")
def form(year: Year) -> str:
    """The form's address in an edition that takes nominations."""
    year.set_up()
    year.create_edition()
    return f"{year.service.base_url}/nominera/{year.slug}"


def good(page: Page) -> None:
    """The page can be read and used as it is."""
    assert_fits(page)
    assert_accessible(page)


def fill(page: Page, email: str) -> None:
    page.get_by_label("Årets upphandling", exact=True).check()
    page.get_by_label("Myndighet", exact=True).fill("Växjö kommun")
    page.get_by_label("Upphandlingens namn").fill("Måltider till äldreboenden")
    page.get_by_label("Varför ska den vinna?").fill(WHY)
    page.get_by_label("Vi lämnade anbud men vann inte").check()
    page.get_by_label("Ditt företag").fill("Storkök & Söner AB")
    page.get_by_label("Organisationsnummer", exact=True).fill("556036-0793")
    page.get_by_label("Ditt namn").fill("Åsa Ödman")
    page.get_by_label("Din e-postadress").fill(email)


class Counted:
    """A person's interactions with a page, counted: each field filled in, each choice, each press of a button."""

    def __init__(self, page: Page) -> None:
        self.page, self.number = page, 0

    def act(self, what: Callable[[], object]) -> None:
        what()
        self.number += 1


def test_from_a_notice_file_to_confirmed_in_one_sitting(year: Year, form: str, open_page: OpenPage) -> None:
    """A loser of the procurement, so that company and number are typed too: what the notice has, is not."""
    file = sample_data() / "notices" / "ted-F06-143160-2017-SE-Trafikverket.xml"
    page = open_page(viewport=PHONE)
    page.goto(form)
    good(page)
    person = Counted(page)
    person.act(lambda: page.set_input_files("#file", file))
    page.wait_for_url("**/nomineringen")
    good(page)
    expect(page.get_by_text("Getingmidjan")).to_be_visible()
    person.act(lambda: page.get_by_label("Årets upphandling", exact=True).check())
    person.act(lambda: page.get_by_label("Varför ska den vinna?").fill(WHY))
    person.act(lambda: page.get_by_label("Vi lämnade anbud men vann inte").check())
    person.act(lambda: page.get_by_label("Ditt företag").fill("Storkök & Söner AB"))
    person.act(lambda: page.get_by_label("Organisationsnummer", exact=True).fill("556036-0793"))
    person.act(lambda: page.get_by_label("Ditt namn").fill("Åsa Ödman"))
    person.act(lambda: page.get_by_label("Din e-postadress").fill("raknad@storkok.example"))
    person.act(lambda: page.get_by_role("button", name="Fortsätt").click())
    page.wait_for_url("**/granska")
    good(page)
    person.act(lambda: page.get_by_role("button", name="Skicka nomineringen").click())
    expect(page.get_by_role("heading", level=1)).to_contain_text("Ett steg kvar")
    letter = year.mailbox.wait("raknad@storkok.example", "/bekrafta/", check=year.service.check)
    person.act(lambda: page.goto(letter.links("/bekrafta/")[0]))
    person.act(lambda: page.get_by_role("button", name="Bekräfta nomineringen").click())
    expect(page.get_by_role("heading", level=1)).to_contain_text("bekräftad")
    print(f"interactions from the notice's file to confirmed: {person.number}")
    assert person.number <= 12


def test_a_winner_is_recognised_from_the_notice(form: str, open_page: OpenPage) -> None:
    page = open_page(viewport=PHONE)
    page.goto(form)
    page.set_input_files("#file", sample_data() / "notices" / "ted-F06-143160-2017-SE-Trafikverket.xml")
    page.wait_for_url("**/nomineringen")
    page.get_by_label("Vi vann ett avtal i den").check()
    expect(page.get_by_label("Ditt företag")).to_have_value("Implenia Construction GmbH")
    expect(page.get_by_label("Organisationsnummer", exact=True)).to_have_value("516404-9768")


def test_interrupted_here_and_resumed_elsewhere(year: Year, form: str, open_page: OpenPage) -> None:
    """The browser is closed in the middle of a sentence; the draft comes back there, and on another device."""
    page = open_page(viewport=PHONE)
    page.goto(form)
    page.get_by_role("button", name="Fortsätt utan annons").click()
    page.get_by_label("Myndighet", exact=True).fill("Lunds kommun")
    page.get_by_label("Upphandlingens namn").fill("Skolmöbler")
    expect(page.locator("[data-saved]")).to_contain_text("Sparat kl.")
    good(page)
    page.get_by_role("link", name="Er nominering").click()
    page.get_by_label("Varför ska den vinna?").fill("De provsatt")
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    page.goto("about:blank")

    page.goto(form)
    good(page)
    page.get_by_role("link", name="Fortsätt med det").click()
    page.wait_for_url("**/nomineringen")
    expect(page.get_by_label("Varför ska den vinna?")).to_have_value("De provsatt")
    page.get_by_label("Din e-postadress").fill("resande@example.com")
    page.get_by_role("button", name="Spara, och mejla mig en länk till utkastet").click()
    expect(page.get_by_text("en länk till det är på väg")).to_be_visible()
    letter = year.mailbox.wait("resande@example.com", "/andra/", check=year.service.check)
    page.context.close()

    other = open_page(viewport=PHONE)
    other.goto(letter.links("/andra/")[0])
    good(other)
    other.get_by_role("button", name="Fortsätt här").click()
    other.wait_for_url("**/nomineringen")
    expect(other.get_by_label("Varför ska den vinna?")).to_have_value("De provsatt")
    other.goto(f"{form}/granska")
    good(other)
    gaps = other.get_by_role("region", name="Det som saknas")
    gaps.get_by_role("link", name="Ditt företag").click()
    expect(other.get_by_label("Ditt företag")).to_be_focused()


def test_from_the_first_page_to_a_nomination_that_counts(year: Year, form: str, open_page: OpenPage) -> None:
    page = open_page(viewport=PHONE)
    page.goto(year.service.base_url)
    good(page)
    page.get_by_role("link", name="Nominera en upphandling").click()
    page.get_by_role("link", name="Vill du hellre se allt på en sida?").click()
    good(page)
    fill(page, "asa@storkok.example")
    page.get_by_label("Organisationsnummer", exact=True).fill("850101-1236")
    page.get_by_role("button", name="Skicka nomineringen").click()
    good(page)
    expect(page.get_by_label("Organisationsnummer", exact=True)).to_have_value("")
    expect(page.get_by_label("Varför ska den vinna?")).to_have_value(WHY)
    page.get_by_role("alert").get_by_role("link", name="Organisationsnummer").click()
    page.keyboard.type("5560360793")
    page.get_by_role("button", name="Skicka nomineringen").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Ett steg kvar")
    good(page)

    letter = year.mailbox.wait("asa@storkok.example", "/bekrafta/", check=year.service.check)
    page.goto(letter.links("/bekrafta/")[0])
    good(page)
    page.get_by_role("button", name="Bekräfta nomineringen").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("bekräftad")
    good(page)

    copy = year.mailbox.wait("asa@storkok.example", "/andra/", check=year.service.check)
    page.goto(copy.links("/andra/")[0])
    good(page)
    page.get_by_label("Myndighet", exact=True).fill("Växjö kommun, måltidsservice")
    page.get_by_role("button", name="Spara ändringarna").click()
    expect(page.get_by_text("Ändringarna är sparade")).to_be_visible()
    page.locator("summary", has_text="Ta tillbaka").click()
    page.get_by_role("button", name="Ta tillbaka nomineringen").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("återtagen")
    good(page)


def test_the_counter_says_how_much_fits(form: str, open_page: OpenPage) -> None:
    page = open_page()
    page.goto(f"{form}/formular")
    why = page.get_by_label("Varför ska den vinna?")
    expect(page.locator("#why ~ .counter")).to_have_text("3\u00a0000 tecken kvar")
    why.fill("å" * 2990)
    expect(page.locator("#why ~ .counter")).to_have_text("10 tecken kvar")
    why.fill("😀" * 3001)
    expect(page.locator("#why ~ .counter")).to_have_text("1 tecken för mycket")
    expect(page.locator("#why ~ .counter")).to_have_class("counter over")


def test_the_whole_form_without_a_mouse_and_without_scripts(
    year: Year, form: str, open_page: OpenPage
) -> None:
    page = open_page(java_script_enabled=False)
    page.goto(f"{form}/formular")
    page.get_by_label("Årets dialog", exact=True).focus()
    page.keyboard.press("Space")
    for label, text in (
        ("Myndighet", "Lunds kommun"),
        ("Upphandlingens namn", "Skolan"),
        ("Varför ska den vinna?", WHY),
    ):
        page.get_by_label(label, exact=True).focus()
        page.keyboard.type(text)
    page.get_by_label("Vi lämnade inte anbud").focus()
    page.keyboard.press("Space")
    page.get_by_label("Ditt företag").focus()
    page.keyboard.type("Åsas Kök")
    page.get_by_label("Enskild firma").focus()
    page.keyboard.press("Space")
    page.get_by_label("Ditt namn").focus()
    page.keyboard.type("Åsa")
    page.keyboard.press("Tab")
    page.keyboard.type("kok@example.com")
    page.get_by_role("button", name="Skicka nomineringen").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Ett steg kvar")
    year.mailbox.wait("kok@example.com", "/bekrafta/", check=year.service.check)


def test_every_field_outlives_mistakes_a_lost_window_and_a_correction(
    year: Year, form: str, open_page: OpenPage
) -> None:
    typed = {
        "authority": "Älvsjö kommun",
        "title": "Måltider till äldre",
        "why": "De frågade branschen.\n“Rakt och i tid” <så är det>.",
        "remarks": "Ring gärna.",
        "company": "Ångström & Öberg AB",
        "orgnr": "556036-0794",
        "contact_name": "Åsa Öberg",
        "contact_email": "asa.oberg@exempel,se",
    }

    def shown() -> dict[str, str]:
        return {name: page.locator(f"[name={name}]").input_value() for name in typed}

    page = open_page()
    page.goto(f"{form}/formular")
    for name, text in typed.items():
        page.fill(f"[name={name}]", text)
    page.click("button[value=send]")
    expect(page.locator(".summary li")).to_have_count(
        4
    )  # no category, no relation, a wrong number, no address
    assert shown() == typed
    typed |= {"orgnr": "556036-0793", "contact_email": "asa.oberg@example.com"}
    page.fill("#orgnr", typed["orgnr"])
    page.fill("#contact_email", typed["contact_email"])
    page.click("button[value=save]")
    expect(page.locator(".notice").first).to_be_visible()
    page.close()

    page = page.context.new_page()
    page.goto(f"{form}/formular")
    assert shown() == typed
    page.locator("[name=category]").first.check()
    page.locator("[name=relation]").first.check()
    page.click("button[value=send]")
    page.wait_for_url("**/skickad")
    page.click("a[href$='/ratta']")
    assert shown() == typed
    good(page)
    follow_letter(page, year, typed["contact_email"], "/bekrafta/")
    page.wait_for_url("**/bekrafta/*")
    expect(page.locator("main")).to_contain_text(typed["title"])
    page.click("main form .button")
    expect(page.locator("h1")).to_contain_text("bekräftad")
