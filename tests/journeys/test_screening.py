"""The list, the checklist and a correction in a browser: on a phone, by keyboard alone, without JavaScript."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from app.rehearsal.play import Year
from app.rehearsal.stage import SECRETARY
from tests.journeys.conftest import PHONE, OpenPage, assert_accessible, assert_fits
from tests.journeys.walk import english_leftovers

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]


@pytest.fixture(scope="module")
def nominated(year: Year) -> Year:
    """A year with four nominations to read."""
    year.nominations = year.nominations[:4]
    year.set_up()
    year.create_edition()
    year.nominate()
    return year


def at_desk(open_page: OpenPage, year: Year, **options: object) -> Page:
    """A phone on which the secretary is signed in."""
    page = open_page(viewport=PHONE, **options)
    jar = year.staff[SECRETARY[1]].client.cookies.jar
    page.context.add_cookies(
        [{"name": one.name, "value": one.value or "", "url": year.service.base_url} for one in jar]
    )
    return page


def tab_to(page: Page, script: str) -> None:
    """By the Tab key alone, to where *script* is true of the focused element."""
    for _ in range(120):
        page.keyboard.press("Tab")
        if page.evaluate(f"(one => {script})(document.activeElement)"):
            return
    raise AssertionError(f"the Tab key does not reach {script}")


def good(page: Page) -> None:
    assert_fits(page)
    assert english_leftovers(page) == []
    assert_accessible(page)


def test_the_list_is_narrowed_without_javascript(open_page: OpenPage, nominated: Year) -> None:
    page = at_desk(open_page, nominated, java_script_enabled=False)
    page.goto(nominated.service.base_url + nominated.at("/nomineringar"))
    rows = page.locator("ul.rows > li")
    expect(rows).to_have_count(4)
    page.fill("#q", "TRAFIKVERKET getingmidjan")
    page.locator("form[role=search] button").first.click()
    expect(rows).to_have_count(1)
    page.locator("summary").click()
    page.select_option("#notice", "no")
    page.locator("form[role=search] details button").click()
    expect(rows).to_have_count(0)
    expect(page.locator(".empty")).to_contain_text("med de här filtren")
    assert re.search(r"q=TRAFIKVERKET\+getingmidjan.*notice=no", page.url)
    page.go_back()
    rows.first.locator("a").first.click()
    expect(page.locator("h1")).to_contain_text("Getingmidjan")
    page.locator("nav a", has_text="Till listan").click()
    expect(rows).to_have_count(1)


def test_a_rule_is_answered_and_a_fact_corrected_by_keyboard(open_page: OpenPage, nominated: Year) -> None:
    page = at_desk(open_page, nominated)
    page.goto(nominated.service.base_url + nominated.at("/nomineringar?q=getingmidjan"))
    good(page)
    tab_to(page, "one.matches('ul.rows a')")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_contain_text("Getingmidjan")
    good(page)
    tab_to(page, "one.matches('.rulelist summary')")
    page.keyboard.press("Enter")
    tab_to(page, "one.matches('.rulelist textarea')")
    page.keyboard.type("Jag har läst avtalet.")
    tab_to(page, "one.matches('.rulelist button[value=no]')")
    page.keyboard.press("Enter")
    expect(page.locator(".rulelist")).to_contain_text("Jag har läst avtalet.")
    expect(page.locator(".marks").first).to_contain_text("Uppfyller inte reglerna")
    good(page)
    tab_to(page, "one.pathname?.endsWith('/ratta')")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("Rätta uppgifterna")
    good(page)
    tab_to(page, "one.name === 'reference'")
    page.keyboard.type("TRV 2016/12345")
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_contain_text("TRV 2016/12345")
    expect(page.locator("main")).to_contain_text("Rättat av sekretariatet.")
    page.locator("details", has_text="versioner").locator("summary").click()
    expect(page.locator("ins", has_text="TRV 2016/12345")).to_be_visible()
    good(page)


def test_rules_are_set_by_keyboard_and_read_by_everyone(open_page: OpenPage, nominated: Year) -> None:
    page = at_desk(open_page, nominated)
    page.goto(nominated.service.base_url + nominated.at("/nomineringsregler"))
    good(page)
    tab_to(page, "one.pathname?.endsWith('/ny')")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("Ny regel")
    good(page)
    tab_to(page, "one.name === 'text_sv'")
    page.keyboard.type("Dialogen ska gå att läsa om.")
    tab_to(page, "one.name === 'text_en'")
    page.keyboard.type("One must be able to read about the dialogue.")
    tab_to(page, "one.name === 'action'")
    page.keyboard.press("Enter")
    expect(page.locator("ol.nominees")).to_contain_text("Dialogen ska gå att läsa om.")
    good(page)
    for path, said in (
        ("", "Dialogen ska gå att läsa om."),
        ("/en", "One must be able to read about the dialogue."),
    ):
        page.goto(f"{nominated.service.base_url}{path}/arg/{nominated.slug}")
        expect(page.locator("main")).to_contain_text(said)
    page.goto(f"{nominated.service.base_url}/nominera/{nominated.slug}")
    expect(page.locator("main")).to_contain_text("Dialogen ska gå att läsa om.")
