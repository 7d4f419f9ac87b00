"""Two secretaries and twelve ballots: the plan opens the vote, a reminder leaves, three letters come back, another leaves.

The reports about what came back are laid into the maildir that the worker reads, as a mail server would.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from email import message_from_bytes
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from app.rehearsal import sample
from app.rehearsal.play import Year
from app.rehearsal.stage import SECOND_SECRETARY, SECRETARY
from app.rehearsal.voters import cast_all
from app.web import STOCKHOLM
from tests.journeys.conftest import (
    DESK,
    PHONE,
    OpenPage,
    assert_accessible,
    assert_fits,
    follow_letter,
    started,
)
from tests.journeys.walk import Walk

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(400)]

VOTERS = 12
WORKER_MS = 60_000
REPORTS = Path(__file__).parent.parent / "mail" / "bounces"
VOTED, NO_MORE, CORRECTED, RESENT, REPLACED = (f"rost{number}@example.com" for number in range(1, 6))
RIGHT = "ratt@example.com"
CAME_BACK = {
    CORRECTED: ("postfix-unknown-user", "550 5.1.1 <[…]>: Recipient address rejected: User unknown"),
    RESENT: ("microsoft365-unknown-user", "550 5.1.10 RESOLVER.ADR.RecipientNotFound"),
    REPLACED: ("exim-unknown-user", "550 5.1.1 No such user"),
}
NOMINATIONS = tuple(
    replace(one, title=f"{one.title} {place}", file=None, fate="accepted")
    for place, one in enumerate(sample.NOMINATIONS[each] for each in (0, 1, 4, 6))
)


@pytest.fixture(scope="module")
def maildir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the mail server lays what comes back."""
    folder = tmp_path_factory.mktemp("studsar")
    for name in ("new", "cur", "tmp"):
        (folder / name).mkdir()
    return folder


@pytest.fixture(scope="module")
def year(tmp_path_factory: pytest.TempPathFactory, maildir: Path) -> Iterator[Year]:
    """A year with two nominees in each category, whose ballots are made."""
    folder = tmp_path_factory.mktemp("outbox")
    settings = {"BOUNCE_ADDRESS": "studs@localhost", "BOUNCE_MAILDIR": str(maildir)}
    with started(folder, voters=VOTERS, **settings) as fresh:
        fresh.nominations = NOMINATIONS
        fresh.play("prepare")
        yield fresh


@dataclass
class Desk:
    """One of the secretariat at a browser."""

    page: Page
    year: Year
    email: str

    def signs_in(self) -> None:
        Walk(self.page, self.year.service.base_url, "secretary").sign_in(self.year.sign_in(self.email))

    def opens(self, path: str) -> None:
        self.page.goto(self.year.service.base_url + self.year.at(path))

    def follows(self, end: str) -> None:
        """A link of the page, by the end of its address; the page it leads to looks as it should."""
        self.page.locator(f"main a[href$='{end}']").first.click()
        self.page.wait_for_url(f"**{end}")
        looks(self.page)

    def finds(self, email: str) -> None:
        """By the helpdesk's search."""
        self.opens("/rostsedlar")
        self.page.fill("#q", email)
        self.page.keyboard.press("Enter")
        self.page.locator("tbody a").click()
        expect(self.page.locator("main")).to_contain_text(email)


def looks(page: Page) -> None:
    """The page as it stands, on a phone and at a desk."""
    for size in (PHONE, DESK):
        page.set_viewport_size(size)
        assert_accessible(page)
        assert_fits(page)


def swedish(moment: datetime) -> str:
    """As a datetime-local field takes it."""
    return moment.astimezone(STOCKHOLM).strftime("%Y-%m-%dT%H:%M")


def test_planned_opened_reminded_come_back_and_reminded_again(
    year: Year, maildir: Path, open_page: OpenPage
) -> None:
    sara, sven = (Desk(open_page(), year, email) for email in (SECRETARY[1], SECOND_SECRETARY[1]))
    the_plan_opens_the_vote(sara, sven)
    codes = year.codes()
    votes(year, codes[VOTED])
    for colleague in (sara, sven):
        later(colleague, year.dates.voting_opens + timedelta(days=1))
    reminded = sends_a_reminder(sara, 11, wrong=12)
    assert reminded == set(codes) - {VOTED}
    says_no_to_more(open_page(viewport=PHONE), year)
    three_letters_come_back(sara, maildir)
    what_came_back_is_put_right(sara, sven, codes)

    for colleague in (sara, sven):
        later(colleague, year.dates.voting_opens + timedelta(days=5))
    again = sends_a_reminder(sara, 10, wrong=11)
    assert again == reminded - {NO_MORE, CORRECTED} | {RIGHT}
    votes(year, codes[NO_MORE])


def later(desk: Desk, moment: datetime) -> None:
    """The days go by, and the session with them."""
    desk.year.clock.move_to(moment)
    desk.signs_in()


def votes(year: Year, code: str) -> None:
    cast_all(year.service.base_url, year.slug, [code], seed=1, progress=abs)


def the_plan_opens_the_vote(sara: Desk, sven: Desk) -> None:
    page, year = sara.page, sara.year
    sara.signs_in()
    sven.signs_in()
    sara.opens("/brev")
    page.click("form[action$='/brev/prov'] button")
    year.mailbox.wait(SECRETARY[1], f"/rosta/{year.slug}#", check=year.service.check)
    sara.opens("/plan")
    looks(page)
    sara.follows("/plan/ny")
    page.select_option("[name=what]", "open-vote 1")
    page.fill("[name=at]", swedish(year.dates.begin))
    page.click("button[value=save]")
    expect(page.locator("#errors")).to_be_visible()  # that time has passed
    looks(page)
    page.fill("[name=at]", swedish(year.dates.voting_opens))
    page.click("button[value=save]")
    page.wait_for_url("**/plan")
    looks(page)
    page.locator("main li", has_text="Öppna omröstningen").get_by_role("link", name="Ändra").click()
    looks(page)
    at = year.dates.voting_opens + timedelta(minutes=30)
    page.fill("[name=at]", swedish(at))
    page.click("button[value=save]")
    page.wait_for_url("**/plan")

    sara.follows("/bekrafta")
    page.fill("[name=count]", str(VOTERS))
    page.click("button[value=confirm]")
    expect(page.locator("#errors")).to_be_visible()  # without a reason
    looks(page)
    page.fill("[name=reason]", "Första året: juryn har ännu inga nycklar.")
    page.click("button[value=confirm]")
    page.wait_for_url("**/plan")
    sara.follows("/bekrafta")
    expect(page.locator("button[value=approve]")).to_have_count(0)

    letter = year.mailbox.wait(SECOND_SECRETARY[1], "/bekrafta", check=year.service.check)
    sven.page.goto(letter.links("/bekrafta")[-1])
    looks(sven.page)
    sven.page.fill("[name=count]", str(VOTERS))
    sven.page.click("button[value=approve]")
    sven.page.wait_for_url("**/plan")
    looks(sven.page)
    sven.page.goto(letter.links("/bekrafta")[-1])
    expect(sven.page.locator(".notice.good")).to_contain_text(str(VOTERS))
    looks(sven.page)

    year.clock.move_to(at - timedelta(minutes=5))
    assert year.codes() == {}
    year.clock.move_to(at + timedelta(seconds=5))
    year.wait_until(lambda: len(year.codes()) == VOTERS, "the plan opens the vote, and its ballots leave")
    sara.signs_in()
    sara.opens("")
    expect(page.locator("[data-phase]")).to_have_attribute("data-phase", "voting")
    sara.opens("/plan")
    expect(page.locator("main li.done", has_text="av planen")).to_be_visible()
    looks(page)


def sends_a_reminder(desk: Desk, number: int, *, wrong: int) -> set[str]:
    """From the outbox, after one look at the list and one wrong number; gives whom it came to."""
    page, year = desk.page, desk.year
    before = reminders(year)
    desk.opens("/utskick")
    looks(page)
    desk.follows("/utskick/paminnelse")
    expect(page.locator("#whom")).to_have_text(f"Till {number} mottagare")
    if number > 10:
        desk.follows("/utskick/paminnelse/mottagare")
        expect(page.locator("ol.recipients li")).to_have_count(number)
        expect(page.locator("ol.recipients")).not_to_contain_text(VOTED)
        page.go_back()
    page.fill("[name=count]", str(wrong))
    page.click("button[value=send]")
    expect(page.locator("#errors")).to_be_visible()
    looks(page)
    page.fill("[name=count]", str(number))
    page.click("button[value=send]")
    page.wait_for_url("**/utskick")
    expect(page.locator("[data-progress]")).to_have_count(0, timeout=WORKER_MS)
    looks(page)
    year.wait_until(lambda: len(reminders(year)) == len(before) + number, f"{number} reminders")
    return set(reminders(year)[len(before) :])


def reminders(year: Year) -> list[str]:
    """Whom reminders came to, in the order in which they came."""
    return [letter.to for letter in year.mailbox.letters() if letter.links("/paminnelser/")]


def says_no_to_more(page: Page, year: Year) -> None:
    follow_letter(page, year, NO_MORE, "/paminnelser/")
    page = page.context.pages[-1]
    no, yes = page.locator("form[action$='/inga'] button"), page.locator("form[action$='/igen'] button")
    page.wait_for_url("**/paminnelser/*")
    for _ in range(2):  # to open it says nothing, however often
        expect(no).to_be_visible()
        expect(yes).to_have_count(0)
        page.reload()
    looks(page)
    address = page.url
    page.goto(address[:-4])
    looks(page)
    expect(no).to_have_count(0)
    page.goto(address)
    no.click()
    expect(yes).to_be_visible()
    looks(page)


def three_letters_come_back(sara: Desk, maildir: Path) -> None:
    page, year = sara.page, sara.year
    for to, (report, _words) in CAME_BACK.items():
        fresh = maildir / "tmp" / f"{report}.relay"
        fresh.write_bytes(report_about(year, to, report))
        fresh.rename(maildir / "new" / fresh.name)
    year.clock.move_to(year.clock.now() + timedelta(minutes=2))
    year.wait_until(lambda: not list((maildir / "new").iterdir()), "the worker reads what came back")
    sara.opens("")
    looks(page)
    sara.opens("/rostsedlar?state=lost")
    expect(page.locator("tbody tr")).to_have_count(len(CAME_BACK))
    looks(page)
    for to, (_report, words) in CAME_BACK.items():
        sara.finds(to)
        expect(page.locator("#letters + dl")).to_contain_text("kom tillbaka")
        expect(page.locator("details")).to_contain_text(words)
        looks(page)


def report_about(year: Year, to: str, report: str) -> bytes:
    """What a relay writes about the ballot that was sent to *to*."""
    files = sorted(Path(year.service.env["INBOX_DIR"]).glob("*.eml"))
    letters = [message_from_bytes(file.read_bytes()) for file in files]
    letter = next(each for each in letters if each["Delivered-To"] == to)
    text = (REPORTS / f"{report}.eml").read_text(encoding="utf-8").replace("anna@foretag.example", to)
    text = text.replace("@@RETURN-PATH@@", letter["Return-Path"].strip("<>"))
    return text.replace("@@MESSAGE-ID@@", letter["Message-ID"]).encode()


def what_came_back_is_put_right(sara: Desk, sven: Desk, codes: dict[str, str]) -> None:
    """One address corrected and one ballot replaced by two people, one ballot sent again by one."""
    page, year = sara.page, sara.year
    sara.finds(RESENT)
    page.click("button[value=resend]")
    expect(page.locator("main")).to_contain_text("Samma röstsedel är på väg igen")
    looks(page)

    sara.finds(CORRECTED)
    page.fill("[name='address-email']", "fel")
    page.click("button[value=correct]")
    expect(page.locator("#errors")).to_be_visible()
    looks(page)
    page.fill("[name='address-email']", RIGHT)
    page.check("[name='address-reason'][value=bounced]")
    page.click("button[value=correct]")
    expect(page.locator("article")).to_have_count(1)
    sara.finds(REPLACED)
    page.check("[name='why-reason'][value=lost]")
    page.click("button[value=replace]")
    expect(page.locator("article")).to_have_count(2)
    looks(page)
    assert year.mailbox.find(RIGHT, f"/rosta/{year.slug}#") == []

    sven.opens("/tva-personer")
    looks(sven.page)
    for left in (1, 0):
        sven.page.get_by_role("button", name="Godkänn").first.click()
        expect(sven.page.locator("article")).to_have_count(left)
    looks(sven.page)

    wanted: dict[str, Callable[[str], bool]] = {
        RIGHT: codes[CORRECTED].__eq__,
        RESENT: codes[RESENT].__eq__,
        REPLACED: codes[REPLACED].__ne__,
    }
    known = {RIGHT: 0, RESENT: 2, REPLACED: 2}  # the ballot and its reminder
    for to, is_right in wanted.items():
        letter = year.mailbox.wait(to, f"/rosta/{year.slug}#", count=known[to] + 1, check=year.service.check)
        assert is_right(letter.links("#")[0].rpartition("#")[2])
    sara.opens("/rostsedlar?state=lost")
    expect(page.locator("tbody tr")).to_have_count(0)
    looks(page)
