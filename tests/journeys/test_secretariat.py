"""The secretariat's whole year at real browsers, from the set-up link to the published result.

Suppliers and voters are played over HTTP; the two secretaries and the jurors each have a browser of their own.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import pytest
from playwright.sync_api import Locator, Page, expect

from app.rehearsal import sample
from app.rehearsal.play import Year
from app.rehearsal.stage import JURORS, SECOND_SECRETARY, SECRETARY
from app.web import STOCKHOLM
from tests.journeys.conftest import PHONE, OpenPage, assert_accessible, assert_fits

pytestmark = [pytest.mark.browser, pytest.mark.slow]

TWO_EACH = tuple(
    replace(one, title=f"{one.title} {place}", fate="declined" if place == 4 else "accepted")
    for place, one in enumerate([*sample.NOMINATIONS[:2], *sample.NOMINATIONS[4:7]])
)
WORKER_MS = 60_000


@dataclass
class Person:
    """One of the staff at their browser."""

    page: Page
    year: Year
    email: str

    def opens(self, path: str) -> None:
        self.page.goto(self.year.service.base_url + path)

    def home(self) -> None:
        self.opens(self.year.at(""))

    def at_phase(self, phase: str) -> None:
        """Waits until the home page shows the phase."""
        expect(self.page.locator("[data-phase]")).to_have_attribute("data-phase", phase)

    def signs_in(self) -> None:
        """With the six-digit code, in the browser that asked."""
        before = len(self.year.mailbox.find(self.email, "/logga-in/"))
        self.opens("/logga-in")
        self.page.fill("[name=email]", self.email)
        self.page.click("form .button")
        letter = self.year.mailbox.wait(
            self.email, "/logga-in/", count=before + 1, check=self.year.service.check
        )
        code = re.search(r"^\s*(\d{3} \d{3})\s*$", letter.text, re.MULTILINE)
        assert code, letter.text
        self.page.fill("[name=code]", code[1])
        self.page.click("form .button")
        self.page.wait_for_url(lambda address: "/logga-in" not in address)

    def accepts_invitation(self) -> None:
        letter = self.year.mailbox.wait(self.email, "/inbjudan/", check=self.year.service.check)
        self.page.goto(letter.links("/inbjudan/")[0])
        self.page.click("form .button")
        self.page.wait_for_url(lambda address: "/inbjudan/" not in address)

    def moves(self, to: str) -> None:
        """By the filled button of the home page, to the page of that move, which looks as it should."""
        self.home()
        self.page.locator(f"main a.button:not(.quiet)[href$='/flytta/{to}']").first.click()
        self.page.wait_for_url(f"**/flytta/{to}")
        assert_accessible(self.page)

    def presses(self, action: str) -> None:
        self.page.click(f"button[name=action][value={action}]")

    def tabs_to(self, target: Locator) -> None:
        """By the Tab key alone; the focus can be seen."""
        for _ in range(60):
            self.page.keyboard.press("Tab")
            if target.evaluate("one => one === document.activeElement"):
                outline = target.evaluate("one => getComputedStyle(one).outlineStyle")
                assert outline != "none"
                return
        raise AssertionError(f"the Tab key does not reach {target}")


def swedish(moment: datetime) -> str:
    """As a datetime-local field takes it."""
    return moment.astimezone(STOCKHOLM).strftime("%Y-%m-%dT%H:%M")


@pytest.mark.timeout(400)
def test_a_whole_year_from_the_setup_link_to_the_published_result(open_page: OpenPage, year: Year) -> None:
    year.nominations = TWO_EACH
    sara = Person(open_page(), year, SECRETARY[1])
    sven = Person(open_page(viewport=PHONE), year, SECOND_SECRETARY[1])
    jurors = [Person(open_page(), year, email) for _, email in JURORS[:2]]
    the_staff_moves_in(sara, sven, jurors)
    the_edition_is_made(sara)
    nominations_become_a_shortlist(sara)
    the_roll_is_read_in(sara)
    ballots_are_prepared(sara)
    two_people_open_the_vote(sara, sven)
    year.vote()
    the_box_is_counted(sara)
    the_jury_signs(jurors)
    the_result_is_published(sara)


def the_staff_moves_in(sara: Person, sven: Person, jurors: list[Person]) -> None:
    sara.page.goto(sara.year.service.command("setup-link").strip())
    assert_accessible(sara.page)
    sara.page.fill("[name=name]", SECRETARY[0])
    sara.page.fill("[name=email]", SECRETARY[1])
    sara.page.click("form .button")
    expect(sara.page.locator("main a[href='/sekretariat/ny']")).to_be_visible()
    for (name, email), role in [
        (SECOND_SECRETARY, "secretariat"),
        (JURORS[0], "juror"),
        (JURORS[1], "juror"),
    ]:
        sara.opens("/sekretariat/personer")
        sara.page.fill("[name=name]", name)
        sara.page.fill("[name=email]", email)
        sara.page.check(f"[name=role][value={role}]")
        sara.presses("invite")
        expect(sara.page.locator("main")).to_contain_text(email)
    for someone in (sven, *jurors):
        someone.accepts_invitation()


def the_edition_is_made(sara: Person) -> None:
    page, year = sara.page, sara.year
    sara.opens("/sekretariat/")
    page.click("main a.button")
    page.wait_for_url("**/sekretariat/ny")
    page.fill("[name=slug]", year.slug)
    page.fill("[name=year]", str(year.year))
    for lang in ("sv", "en"):
        page.fill(f"[name=name_{lang}]", f"Anbudspriset {year.year}")
    dates = year.dates
    page.fill("[name=nominations_close_at]", swedish(dates.voting_opens + timedelta(days=1)))
    page.fill("[name=voting_opens_at]", swedish(dates.voting_opens))
    page.fill("[name=voting_closes_at]", swedish(dates.voting_closes))
    page.fill("[name=result_at]", swedish(dates.voting_closes + timedelta(days=3)))
    page.fill("[name=signoffs_needed]", "2")
    page.fill("[name=intro_sv]", "Det här får inte försvinna.")
    sara.presses("save")
    expect(page.locator(".summary")).to_be_visible()  # the nominations would end after the vote's beginning
    expect(page.locator("[name=intro_sv]")).to_have_value("Det här får inte försvinna.")
    assert_accessible(page)
    page.fill("[name=nominations_close_at]", swedish(dates.nominations_close))
    sara.presses("save")
    page.wait_for_url("**/installningar")
    sara.moves("nominating")
    sara.presses("move")
    sara.at_phase("nominating")


def nominations_become_a_shortlist(sara: Person) -> None:
    page, year = sara.page, sara.year
    year.nominate()
    year.clock.move_to(year.dates.nominations_close + timedelta(days=1))
    sara.signs_in()
    sara.moves("shortlisting")
    sara.presses("move")
    sara.at_phase("shortlisting")
    for one in TWO_EACH:
        sara.opens(year.at("/nomineringar"))
        page.get_by_role("link", name=one.title, exact=True).click()
        expect(page.locator("h1")).to_have_text(one.title)
        if one.fate == "declined":
            page.locator("main a[href$='/avsla']").click()
            sara.presses("decline")
            expect(page.locator(".summary")).to_be_visible()
            assert_accessible(page)
            page.fill("[name=reason]", "Upphandlingen avbröts.")
            sara.presses("decline")
        else:
            page.locator("main a[href$='/acceptera']").click()
            page.fill("[name=despite]", "Avtalet är från förr, men vi övar.")
            sara.presses("accept")
        expect(
            page.locator(f"main button[value={'decline' if one.fate == 'declined' else 'accept'}]")
        ).to_have_count(0)
    sara.opens(year.at("/urval"))
    waiting = page.locator("form[action*='/lagg-till/'] button")
    for left in range(4, 0, -1):
        expect(waiting).to_have_count(left)
        waiting.first.click()
    expect(waiting).to_have_count(0)
    assert_accessible(page)


def the_roll_is_read_in(sara: Person) -> None:
    page, year = sara.page, sara.year
    good = sample.roll(year.voters).decode("cp1252")
    sara.opens(year.at("/rostlangd/las-in"))
    page.fill("[name=text]", good + "Utan nummer AB;;saknas@example.com;;sv\r\n")
    page.click("form .button")
    page.wait_for_url("**/las-in/*")
    assert_accessible(page)
    expect(page.locator("main")).to_contain_text("Utan nummer AB")
    sara.opens(year.at("/rostlangd/las-in"))
    page.set_input_files(
        "[name=file]", {"name": "längd.csv", "mimeType": "text/csv", "buffer": good.encode("cp1252")}
    )
    page.click("form .button")
    page.click("form[action$='/bekrafta'] .button")
    expect(page.locator("[data-figure=voters]")).to_have_attribute("data-value", str(year.voters))


def ballots_are_prepared(sara: Person) -> None:
    page, year = sara.page, sara.year
    year.clock.move_to(year.dates.voting_opens - timedelta(days=2))
    sara.signs_in()
    sara.moves("prepared")
    sara.presses("move")
    page.wait_for_url("**/framsteg")
    expect(page.locator("[data-phase=prepared]")).to_be_visible(timeout=WORKER_MS)  # it leads there by itself
    sara.opens(year.at("/brev"))
    sara.presses("test")
    year.mailbox.wait(SECRETARY[1], f"/rosta/{year.slug}#", check=year.service.check)


def two_people_open_the_vote(sara: Person, sven: Person) -> None:
    year = sara.year
    year.clock.move_to(year.dates.voting_opens)
    sara.signs_in()
    sara.moves("voting")
    sara.page.fill("[name=reason]", "Första året: juryn har ännu inga nycklar.")
    sara.presses("ask")
    expect(sara.page.locator("main a.button[href$='/flytta/voting']").first).to_be_visible()

    page = sven.page
    sven.signs_in()
    sven.moves("voting")
    expect(page.locator("main")).to_contain_text("juryn har ännu inga nycklar")
    assert_fits(page)
    for count, errors in (("5", 1), (str(year.voters), 0)):
        sven.tabs_to(page.locator("[name=count]"))
        page.keyboard.press("Control+A")
        page.keyboard.type(count)
        sven.tabs_to(page.locator("button[value=approve]"))
        page.keyboard.press("Enter")
        expect(page.locator(".summary")).to_have_count(errors)
    page.wait_for_url("**/brev")
    expect(page.locator("[data-progress]")).to_have_count(0, timeout=WORKER_MS)
    assert_accessible(page)
    assert len(year.codes()) == year.voters
    sven.home()
    sven.at_phase("voting")


def the_box_is_counted(sara: Person) -> None:
    year = sara.year
    year.clock.move_to(year.dates.voting_closes + timedelta(minutes=2))
    sara.signs_in()
    sara.opens(year.at("/rakning"))
    expect(sara.page.locator("a.button[href$='/granskning']")).to_be_visible(timeout=WORKER_MS)
    assert_accessible(sara.page)
    for path in ("", "/granskning", "/rakning"):
        sara.opens(year.at(path))
        for one in TWO_EACH:
            expect(sara.page.locator("main")).not_to_contain_text(one.title)


def the_jury_signs(jurors: list[Person]) -> None:
    first, second = jurors
    slug = first.year.slug
    for juror in jurors:
        juror.signs_in()
        juror.opens(f"/jury/{slug}/granskning")
    first.page.locator("a[href*='/juryns-ord/']").first.click()
    first.page.fill("[name=sv]", "Upphandlaren såg längre än den egna myndigheten.")
    first.page.fill("[name=en]", "The buyer looked beyond its own walls.")
    first.page.click("main form .button:not(.quiet)")
    first.opens(f"/jury/{slug}/granskning")
    expect(first.page.locator("main")).to_contain_text("Upphandlaren såg längre")
    first.page.click("form[action$='/skriv-under'] .button")
    expect(first.page.locator("form[action$='/skriv-under']")).to_have_count(0)
    assert_accessible(first.page)

    second.opens(f"/jury/{slug}/granskning")
    second.tabs_to(second.page.locator("form[action$='/skriv-under'] .button"))
    second.page.keyboard.press("Space")
    expect(second.page.locator("form[action$='/skriv-under']")).to_have_count(0)


def the_result_is_published(sara: Person) -> None:
    page, year = sara.page, sara.year
    sara.moves("published")
    page.fill("[name=name]", "Anbudspriset")
    sara.presses("move")
    expect(page.locator(".summary")).to_be_visible()
    page.fill("[name=name]", f"Anbudspriset {year.year}")
    sara.presses("move")
    sara.at_phase("published")
    page.locator("main a.button:not(.quiet)").first.click()
    page.wait_for_url(f"**/resultat/{year.slug}")
    expect(page.locator("main")).to_contain_text("Upphandlaren såg längre")
