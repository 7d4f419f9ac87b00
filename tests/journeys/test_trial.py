"""A secretary, alone and on the first day, holds a trial vote: from the button to the verified count, and away with it."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from app.rehearsal.play import Year
from app.rehearsal.stage import SECRETARY
from tests.journeys.conftest import DESK, PHONE, OpenPage, assert_accessible, assert_fits

pytestmark = [pytest.mark.browser, pytest.mark.long, pytest.mark.timeout(400)]

PATIENCE_MS = 90_000
Look = Callable[[Page, str], None]


def looked_at(page: Page, _name: str) -> None:
    """A phone and a desk, in both languages where the page has them: axe finds nothing, nothing scrolls sideways."""
    for size in (PHONE, DESK):
        page.set_viewport_size(size)
        assert_accessible(page)
        assert_fits(page)
    expect(page.locator(".band")).to_have_count(1 if "-prov" in page.url else 0)


def test_a_whole_trial_vote_by_one_person(open_page: OpenPage, year: Year) -> None:
    play(open_page, year, looked_at)


def play(open_page: OpenPage, year: Year, look: Look) -> None:
    """The journey; *look* is shown each page."""
    desk = open_page()
    an_edition_is_set_up(desk, year)
    a_trial_is_begun(desk, look)
    trial = desk.url
    assert "-prov/provomrostning" in trial
    the_secretary_votes_on_a_phone(open_page(viewport=PHONE), year, look)
    the_trial_is_closed_and_counted(desk, year, trial, look)
    it_is_removed(desk, year, trial, look)


def an_edition_is_set_up(desk: Page, year: Year) -> None:
    """The first account, and an edition with the defaults: no nominee, no roll, nobody else."""
    desk.goto(year.service.command("setup-link").strip())
    desk.fill("[name=name]", SECRETARY[0])
    desk.fill("[name=email]", SECRETARY[1])
    desk.click("form .button")
    desk.goto(f"{year.service.base_url}/sekretariat/ny")
    desk.locator("main form .button").last.click()
    desk.wait_for_url("**/installningar")


def a_trial_is_begun(desk: Page, look: Look) -> None:
    """From the home page's list of what else can be done."""
    slug = desk.url.split("/")[-2]
    desk.goto(desk.url.rpartition("/")[0])
    desk.locator("details summary").last.click()
    desk.click(f"a[href='/sekretariat/{slug}/prov']")
    look(desk, "begin")
    desk.locator("input[name=people]").uncheck()
    desk.click("main form .button")
    expect(desk.locator(".summary")).to_contain_text("Välj minst en person.")
    look(desk, "nobody")
    desk.check("input[name=people]")
    desk.check("input[name=minutes][value='60']")
    desk.click("main form .button")
    desk.wait_for_url("**/provomrostning")
    expect(desk.locator("[data-state=open]")).to_be_visible(timeout=PATIENCE_MS)
    look(desk, "open")


def the_secretary_votes_on_a_phone(phone: Page, year: Year, look: Look) -> None:
    """From the letter, which says what it is, to the receipt, which does too."""
    letter = year.mailbox.wait(SECRETARY[1], "-prov#", seconds=90, check=year.service.check)
    assert letter.subject.startswith("PROV: ")
    assert "provomröstning" in letter.text[:300]
    phone.goto(letter.links("-prov#")[0])
    expect(phone.locator("#paper")).to_be_visible()
    look(phone, "booth")
    for question in phone.locator("fieldset.question").all():
        question.locator("input").first.check()
    phone.click("#paper button")
    expect(phone.locator("#cast")).to_be_visible()
    phone.click("#cast")
    expect(phone.locator('[data-view="receipt"]')).to_be_visible(timeout=30_000)
    look(phone, "receipt")
    expect(phone.locator('[data-view="receipt"]')).not_to_have_text(re.compile("^$"))


def the_trial_is_closed_and_counted(desk: Page, year: Year, trial: str, look: Look) -> None:
    """By hand, at once; the box is sealed a minute later, as always."""
    desk.goto(trial)
    expect(desk.locator("main")).to_contain_text("1 röst är lagd")
    desk.click("form[action$='/stang'] button")
    look(desk, "closing")
    year.clock.move_to(year.clock.now() + timedelta(minutes=2))
    desk.goto(trial)
    expect(desk.locator("h1")).to_have_text("Det här är prövat", timeout=PATIENCE_MS)
    expect(desk.locator("main")).to_contain_text("1 av 1 brev har kommit fram.")
    expect(desk.locator("main")).to_contain_text("Räkningen är kontrollerad med vårt eget kontrollprogram.")
    look(desk, "counted")
    desk.goto(trial.replace("/sekretariat/", "/en/sekretariat/"))
    expect(desk.locator("h1")).to_have_text("This was tried")
    look(desk, "counted-en")


def it_is_removed(desk: Page, year: Year, trial: str, look: Look) -> None:
    """With a button; what it showed stays, nothing else does."""
    desk.goto(trial)
    desk.click("form[action$='/ta-bort'] button")
    desk.wait_for_url("**/prov")
    year.wait_until(lambda: desk.request.get(trial).status == 404, "the trial removed")
    desk.reload()
    expect(desk.locator("main")).to_contain_text("Borttagen.")
    expect(desk.locator("main")).to_contain_text("Räkningen är kontrollerad.")
    look(desk, "removed")
    slug = trial.split("/")[-2]
    assert desk.request.get(f"{year.service.base_url}/rosta/{slug}").status == 404
    assert desk.request.get(f"{year.service.base_url}/liggare/{slug}").status == 404
