"""Every page of the award's year, phase by phase: for the public, the secretariat and the jury.

Each is looked at in Swedish on light paper and in English on dark, 320, 360 and 1280 pixels wide (1280 pixels at 400 %
zoom are 320): axe finds nothing, nothing scrolls sideways, one h1, a title, the language, the headers, no English
left on Swedish pages, a silent console, no request to anywhere else.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, expect

from app.rehearsal import sample
from app.rehearsal.browser import Browser as PlainBrowser
from app.rehearsal.play import Year
from app.rehearsal.stage import JURORS, SECRETARY
from tests.journeys.conftest import OpenPage, PlayedYear, assert_accessible, follow_letter, watched_page
from tests.journeys.walk import Walk, page_endpoints

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.timeout(400),
]

LOOKED_AT_ELSEWHERE = {
    "asking.ask",  # off, as it is by default; test_asking
    "asking.confirm",  # test_asking
    "asking.sent",  # test_asking
    "ballots.plain",  # off, as it is by default; tests/journeys/booth
    "ballots.reminders",  # by a mailed link alone; test_outbox
    "metrics.metrics",  # figures for a machine; tests/metrics
    "nominations.correct",  # test_nominate
    "nominations.review",  # test_nominate
    "nominations.sent",  # test_nominate
    "roll.nominators",  # off, as it is by default; test_asking
    "roll.request",  # test_asking
    "roll.requests",  # test_asking
    "screening.undo_merge",  # test_merge
    "trials.show",  # test_trial
    "secretariat.plan_confirm",  # nothing is planned in this year; test_outbox
    "secretariat.plan_item",  # test_outbox
    "secretariat.progress",  # for seconds only; test_secretariat
}


@dataclass
class Walks:
    """The walks of everyone through one year, and how far the year has come."""

    shared: PlayedYear
    public: Walk
    secretary: Walk
    juror: Walk
    problems: list[str]
    phases: int = 0

    @property
    def year(self) -> Year:
        return self.shared.year

    def play(self, until: str) -> None:
        """The acts that remain, to *until*; then the secretary signs in again."""
        self.shared.play(until)
        self.secretary.sign_in(self.year.sign_in(SECRETARY[1]))

    def all_around(self, when: str) -> None:
        """Everyone looks at every page there is for them now."""
        self.phases += 1
        slug = self.year.slug
        starts = ("arg", "nominera", "nominera/{}/upphandlingen", "nominera/{}/nomineringen", "resultat")
        paths = [f"/{page.format(slug)}" if "{}" in page else f"/{page}/{slug}" for page in starts]
        self.public.around(["/", *paths, "/cpv"], when)
        self.secretary.around(["/sekretariat/", self.year.at("/fel"), self.year.at("/kategorier/ny")], when)
        self.juror.sign_in(self.year.sign_in(JURORS[0][1]))
        self.juror.around(["/jury"], when)
        assert self.problems == []


@pytest.fixture(scope="module")
def walks(chromium: Browser, shared_year: PlayedYear) -> Iterator[Walks]:
    problems: list[str] = []
    open_page = partial(watched_page, chromium, problems)
    people = [
        Walk(open_page(), shared_year.year.service.base_url, who) for who in ("public", "secretary", "juror")
    ]
    yield Walks(shared_year, *people, problems)
    for walk in people:
        walk.page.context.close()


def test_before_the_first_edition(walks: Walks) -> None:
    link = walks.year.service.command("setup-link").strip()
    walks.public.look(link.removeprefix(walks.public.base), "empty")
    walks.play("set_up")
    used = walks.year.mailbox.find(JURORS[0][1], "/inbjudan/")[0].links("/inbjudan/")[0]
    walks.public.look(used.removeprefix(walks.public.base), "used", status=410)
    asking = PlainBrowser(walks.public.base)
    asking.open("/logga-in").form(having="email").fill(email=JURORS[2][1]).submit()
    fresh = walks.year.mailbox.wait(JURORS[2][1], "/logga-in/").links("/logga-in/")[0]
    walks.public.look(fresh.removeprefix(walks.public.base), "fresh")
    walks.public.around(["/", "/logga-in", "/logga-in/kod", "/inkorg"], "empty")
    walks.secretary.around(["/sekretariat/", "/sekretariat/ny"], "empty")


def test_nominating(walks: Walks) -> None:
    walks.play("nominate")
    walks.all_around("nominating")
    waiting = walks.year.sara.open(walks.year.at("/nomineringar"), params={"state": "confirmed"})
    page = urlsplit(waiting.numbered("/nomineringar/")).path
    for verb in ("acceptera", "komplettera", "avsla", "flytta"):
        walks.secretary.look(f"{page}/{verb}", "nominating")
    for place, kind in ((1, "andra"), (len(sample.NOMINATIONS), "bekrafta")):
        letter = walks.year.mailbox.find(f"nominerar{place}-{walks.year.year}@example.com", f"/{kind}/")[-1]
        walks.public.look(letter.links(f"/{kind}/")[0].removeprefix(walks.public.base), kind)


def test_shortlisting(walks: Walks) -> None:
    walks.play("shortlist")
    told = next(link for letter in walks.year.mailbox.letters() for link in letter.links("/svar/"))
    walks.public.look(told.removeprefix(walks.public.base), "svar")
    walks.public.look(told.removeprefix(walks.public.base)[:-4], "svar", status=404)
    accepted = walks.year.sara.open(walks.year.at("/nomineringar"), params={"state": "accepted"})
    page = urlsplit(accepted.numbered("/nomineringar/")).path
    for rest, status in (
        ("/beratta/myndigheten", 200),
        ("/svar", 200),
        ("/avsla", 409),
    ):  # it is on the shortlist
        walks.secretary.look(page + rest, "shortlisting", status=status)
    upload = walks.year.sara.open(walks.year.at("/rostlangd/las-in")).form(having="text")
    rows = sample.roll(3).decode("cp1252")
    preview = upload.fill(
        text=rows + rows.splitlines()[1] + "\nUtan nummer AB;;saknas@example.com;;sv\n"
    ).submit()
    walks.secretary.look(preview.url.removeprefix(walks.secretary.base), "rows")
    one = walks.year.sara.open(walks.year.at("/rostlangd/ny")).form(having="number")
    one.fill(company="Åström AB", number=sample.organisation_number(700), email="a@example.com").submit()
    walks.all_around("shortlisting")


def test_prepared(walks: Walks) -> None:
    walks.play("prepare")
    walks.all_around("prepared")


def test_voting(walks: Walks) -> None:
    walks.play("open_vote")
    walks.all_around("voting")
    walks.public.look(f"/rosta/{walks.year.slug}", "voting")
    walks.public.look(f"/rosta/{walks.year.slug}/kvitto", "voting")


def test_a_letter_in_the_inbox_leads_to_a_cast_ballot(walks: Walks, open_page: OpenPage) -> None:
    walks.play("open_vote")
    page = open_page()
    follow_letter(page, walks.year, list(walks.year.codes())[-1], f"/rosta/{walks.year.slug}#")
    expect(page.locator('[data-view="choose"]')).to_be_visible()
    assert "#" not in page.url
    for place in range(2):
        page.check(f"#q{place}-0")
    page.click("#paper button")
    page.click("#cast")
    expect(page.locator('[data-view="receipt"]')).to_be_visible()
    assert_accessible(page)
    walks.shared.cast_by_hand += 1


def test_review(walks: Walks) -> None:
    walks.play("close")
    walks.all_around("review")


def test_published(walks: Walks) -> None:
    walks.play("publish")
    walks.all_around("published")
    walks.public.look(f"/rosta/{walks.year.slug}", "closed")


def test_error_pages(walks: Walks) -> None:
    walks.play("publish")
    walks.public.look("/finns-inte", "error", status=404)
    walks.juror.sign_in(walks.year.sign_in(JURORS[0][1]))
    walks.juror.look("/sekretariat/", "error", status=403)
    page = walks.public.page
    page.goto(f"{walks.public.base}/logga-in")
    page.locator("[name=csrf_token]").evaluate("one => { one.value = 'from another day'; }")
    page.fill("[name=email]", "sara@example.se")
    with page.expect_response(lambda answer: answer.status == 400):
        page.click("main form .button")
    expect(page.locator("main")).to_contain_text("Allt du skrev")
    walks.public.examine_now("sv", "error-400")


def test_no_page_was_missed(walks: Walks) -> None:
    if walks.phases < 6:
        pytest.skip("only after the whole walk")
    seen = walks.public.visited | walks.secretary.visited | walks.juror.visited
    assert page_endpoints() - seen == LOOKED_AT_ELSEWHERE
    assert walks.problems == []
