"""The secretariat finds on a phone that a procurement is nominated twice, puts the two together, and takes them apart."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from app.rehearsal import sample
from app.rehearsal.browser import Browser
from app.rehearsal.play import Year
from app.rehearsal.stage import SECRETARY
from tests.journeys.conftest import PHONE, OpenPage, assert_accessible, assert_fits
from tests.journeys.test_secretariat import Person
from tests.journeys.walk import english_leftovers

pytestmark = pytest.mark.browser

FIRST = sample.NOMINATIONS[0]
TWICE = replace(
    FIRST, title=f"Upphandling av {FIRST.title[:1].lower()}{FIRST.title[1:]}", value="", why="Vi förlorade."
)
OTHER = replace(FIRST, title="Tolktjänster på distans", notice="", why="Ingenting likt de andra.")


@pytest.fixture(scope="module")
def nominated(year: Year) -> Year:
    """A year in which three have nominated, two of them the same procurement."""
    year.nominations = (FIRST, TWICE, OTHER)
    year.set_up()
    year.create_edition()
    year.nominate()
    return year


def good(page: Page, name: str) -> None:
    """Readable and usable as it is, in both languages; leaves pictures where SHOTS says."""
    address = page.url
    assert_fits(page)
    assert_accessible(page)
    assert english_leftovers(page) == []
    shot(page, f"{name}-sv")
    page.goto(address.replace("/sekretariat/", "/en/sekretariat/"))
    assert_fits(page)
    assert_accessible(page)
    shot(page, f"{name}-en")
    page.goto(address)


def shot(page: Page, name: str) -> None:
    if folder := os.environ.get("SHOTS"):
        Path(folder).mkdir(parents=True, exist_ok=True)
        page.screenshot(path=f"{folder}/journey-{name}.png", full_page=True)


def chosen(page: Page, name: str) -> str:
    return str(page.locator(f"[name={name}]:checked").get_attribute("value"))


@pytest.mark.timeout(240)
def test_two_become_one_and_two_again(nominated: Year, open_page: OpenPage) -> None:
    sara = Person(open_page(viewport=PHONE), nominated, SECRETARY[1])
    page = sara.page
    sara.signs_in()
    the_pair_is_found(sara)
    they_are_put_together_by_keyboard(sara)
    the_number_is_seen(sara)
    they_are_taken_apart(sara)
    they_are_found_different_and_that_is_taken_back(sara)
    expect(page.locator("main")).to_contain_text(TWICE.title)


def the_pair_is_found(sara: Person) -> None:
    page = sara.page
    sara.home()
    page.locator("main a[href$='/dubbletter']").first.click()
    expect(page.locator("main")).to_contain_text(FIRST.title)
    expect(page.locator("main")).to_contain_text(TWICE.title)
    expect(page.locator("main")).not_to_contain_text(OTHER.title)
    good(page, "pairs")
    page.locator("main ol.pairs a.button").first.click()
    expect(page.locator("h1")).to_have_text("Jämför två nomineringar")
    good(page, "compare")


def they_are_put_together_by_keyboard(sara: Person) -> None:
    """Tab, arrows, Enter: the second one's name is chosen for both."""
    page = sara.page
    assert (chosen(page, "stands"), chosen(page, "take_title"), chosen(page, "take_value")) == ("first",) * 3
    sara.tabs_to(page.locator("[name=take_title][value=first]"))
    page.keyboard.press("ArrowDown")
    assert chosen(page, "take_title") == "second"
    sara.tabs_to(page.locator("button[value=merge]"))
    page.keyboard.press("Enter")
    page.wait_for_url("**/nomineringar/*")
    expect(page.locator(".notice.message")).to_contain_text("2 nomineringar")
    expect(page.locator("h1")).to_have_text(TWICE.title)


def the_number_is_seen(sara: Person) -> None:
    page = sara.page
    expect(page.locator("[data-behind]")).to_have_attribute("data-behind", "2")
    for words in (FIRST.why.split("\n")[0], TWICE.why):
        expect(page.locator("main")).to_contain_text(words)
    good(page, "together")
    sara.opens(sara.year.at("/nomineringar"))
    expect(page.locator("main li", has_text=TWICE.title)).to_contain_text("2 nomineringar")
    sara.opens(sara.year.at("/dubbletter"))
    expect(page.locator("main")).to_contain_text("Inga två nomineringar")
    good(page, "none-left")


def they_are_taken_apart(sara: Person) -> None:
    page = sara.page
    page.get_by_role("link", name="Ta isär").click()
    expect(page.locator("main")).to_contain_text("i väntan på beslut")
    expect(page.locator("main del")).to_have_text(TWICE.title)
    good(page, "undo")
    sara.tabs_to(page.locator("[name=reason]"))
    page.keyboard.type("Två avtal, trots allt.")
    sara.tabs_to(page.locator("button[value=undo]"))
    page.keyboard.press("Enter")
    page.wait_for_url("**/nomineringar/*")
    expect(page.locator("h1")).to_have_text(TWICE.title)  # the second one, which stands for itself again
    expect(page.locator("main")).to_contain_text("Två avtal, trots allt.")
    expect(page.locator("[data-behind]")).to_have_count(0)
    page.get_by_role("link", name=FIRST.title, exact=True).first.click()
    expect(page.locator("h1")).to_have_text(FIRST.title)


def they_are_found_different_and_that_is_taken_back(sara: Person) -> None:
    page = sara.page
    page.locator("main a[href*='/dubbletter/'].button").first.click()
    sara.tabs_to(page.locator("button[value=distinct]"))
    page.keyboard.press("Enter")
    page.wait_for_url("**/dubbletter")
    expect(page.locator("main")).to_contain_text("Bedömda som olika")
    good(page, "distinct")
    page.get_by_role("link", name="Titta igen").click()
    good(page, "marked")
    page.get_by_role("button", name="De kan vara samma ändå").click()
    expect(page.locator("button[value=merge]")).to_be_visible()


@pytest.mark.timeout(240)
def test_one_who_withdraws_takes_nobody_along(nominated: Year, open_page: OpenPage) -> None:
    sara = Person(open_page(viewport=PHONE), nominated, SECRETARY[1])
    page = sara.page
    sara.signs_in()
    sara.opens(nominated.at("/dubbletter"))
    page.locator("main ol.pairs a.button").first.click()
    sara.presses("merge")
    page.wait_for_url("**/nomineringar/*")
    supplier = Browser(nominated.service.base_url)
    link = nominated.mailbox.find(f"nominerar1-{nominated.year}@example.com", "/andra/")[-1].links("/andra/")[
        0
    ]
    supplier.open(link).form(action="/ta-tillbaka/").submit()
    supplier.close()
    sara.opens(nominated.at("/nomineringar"))
    expect(page.locator("main")).to_contain_text(TWICE.title)
    page.get_by_role("link", name=TWICE.title, exact=True).click()
    expect(page.locator("main")).to_contain_text("Uttagen ur en sammanslagning")
