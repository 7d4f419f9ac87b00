"""Deciding in a browser: the letter is seen, changed and sent; the authority answers; two secretaries cross each other."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from app.rehearsal.play import Year
from app.rehearsal.stage import SECRETARY
from tests.journeys.conftest import DESK, PHONE, OpenPage, assert_accessible, assert_fits

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(300)]

REGISTRAR = "registrator@example.com"


def at_desk(open_page: OpenPage, year: Year, **options: object) -> Page:
    """A browser in which the secretary is signed in."""
    page = open_page(**options)
    jar = year.staff[SECRETARY[1]].client.cookies.jar
    page.context.add_cookies(
        [{"name": one.name, "value": one.value or "", "url": year.service.base_url} for one in jar]
    )
    return page


def looked_at(page: Page) -> None:
    """The page as it is now, narrow and wide."""
    for size in (PHONE, DESK):
        page.set_viewport_size(size)
        assert_fits(page)
        assert_accessible(page)


def tab_to(page: Page, name: str) -> None:
    """By the Tab key alone, to a field or button of that name."""
    for _ in range(80):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.name") == name:
            return
    raise AssertionError(f"the Tab key does not reach {name}")


@pytest.fixture(scope="module")
def nominated(year: Year) -> Year:
    """A year with three nominations to decide on."""
    year.nominations = year.nominations[:3]
    year.set_up()
    year.create_edition()
    year.nominate()
    return year


def opens(page: Page, year: Year, number: int, rest: str = "") -> None:
    page.goto(year.service.base_url + year.at(f"/nomineringar/{number}{rest}"))


def test_the_letter_is_seen_as_it_will_leave_without_javascript(open_page: OpenPage, nominated: Year) -> None:
    page = at_desk(open_page, nominated, java_script_enabled=False)
    opens(page, nominated, 1, "/komplettera")
    page.fill("[name=reason]", "När tilldelades den?")
    page.fill("[name=words_sv]", "Helt andra ord.")
    page.click("button[name=letter]")
    letter = page.frame_locator("iframe[name=letter-sv]")
    expect(letter.locator("body")).to_contain_text("Helt andra ord.")
    expect(letter.locator("body")).to_contain_text("När tilldelades den?")
    expect(page.locator("[name=words_sv]")).to_have_value("Helt andra ord.")


def test_declining_by_keyboard_alone(open_page: OpenPage, nominated: Year) -> None:
    page = at_desk(open_page, nominated)
    opens(page, nominated, 2, "/avsla")
    looked_at(page)
    tab_to(page, "action")
    page.keyboard.press("Enter")
    expect(page.locator(".summary")).to_be_visible()
    looked_at(page)
    tab_to(page, "reason")
    page.keyboard.type("Den är från 2019.")
    tab_to(page, "action")
    page.keyboard.press("Enter")
    page.wait_for_url("**/nomineringar?state=confirmed")
    letter = nominated.mailbox.wait(
        f"nominerar2-{nominated.year}@example.com", "", count=3, check=nominated.service.check
    )
    assert "Den är från 2019." in letter.text


def test_the_authority_is_told_answers_and_is_read(open_page: OpenPage, nominated: Year) -> None:
    page = at_desk(open_page, nominated)
    opens(page, nominated, 1, "/acceptera")
    page.fill("input[name$='-email']", REGISTRAR)
    page.check("input[name$='-tell']")
    looked_at(page)
    page.click("button[name=action]")
    page.wait_for_url("**/nomineringar?state=confirmed")
    opens(page, nominated, 1)
    expect(page.locator("main")).to_contain_text(REGISTRAR)
    looked_at(page)

    letter = nominated.mailbox.wait(REGISTRAR, "/svar/", check=nominated.service.check)
    theirs = open_page(viewport=PHONE)
    theirs.goto(letter.links("/svar/")[0])
    looked_at(theirs)
    theirs.set_viewport_size(PHONE)
    theirs.locator("details > summary").first.click()
    theirs.fill("[name=title]", "Ett bättre namn")
    theirs.fill("[name=reply]", "Tack!")
    theirs.click("main form .button")
    expect(theirs.locator(".notice").first).to_be_visible()
    looked_at(theirs)

    opens(page, nominated, 1, "/svar")
    looked_at(page)
    page.click("main form .button")
    page.wait_for_url("**/nomineringar/1")
    expect(page.locator("h1")).to_have_text("Ett bättre namn")
    opens(page, nominated, 1, "/beratta/myndigheten")
    looked_at(page)


def test_two_secretaries_cross_each_other(open_page: OpenPage, nominated: Year) -> None:
    first, second = at_desk(open_page, nominated), at_desk(open_page, nominated)
    for page, step in ((first, "/avsla"), (second, "/acceptera")):
        opens(page, nominated, 3, step)
    second.click("button[name=action]")
    second.wait_for_url("**/nomineringar?state=confirmed")
    first.fill("[name=reason]", "Mitt skäl.")
    first.fill("[name=words_sv]", "Mina ord.")
    first.click("button[name=action]")
    expect(first.locator("[role=alert]")).to_be_visible()
    expect(first.locator("[name=reason]")).to_have_value("Mitt skäl.")
    expect(first.locator("[name=words_sv]")).to_have_value("Mina ord.")
    looked_at(first)
    opens(second, nominated, 3, "/ta-tillbaka")
    looked_at(second)
