"""Two secretaries replace a lost ballot, each at a browser: asked, approved, the old link says it is void, the new one votes."""

from __future__ import annotations

import pytest
from flask import current_app
from playwright.sync_api import Page, expect
from sqlalchemy import select

from app.accounts import service as accounts
from app.accounts import sessions
from app.ballots.models import Credential, State
from app.extensions import clock, db, transaction
from app.mail.models import Letter
from app.mail.rendering import written
from app.roll.models import Voter
from app.web import cookie_name
from tests.ballots.voting import CODE
from tests.journeys.booth.conftest import Vote
from tests.journeys.conftest import DESK, PHONE, OpenPage, assert_accessible, assert_fits

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]


def signed_in(page: Page, vote: Vote, who: int) -> Page:
    """Somebody of the secretariat at a browser of their own."""
    with transaction():
        token = sessions.begin(account_id=accounts.secretaries()[who].id, browser="test", now=clock.now())
    name = cookie_name(current_app.extensions["settings"], "session")
    value = sessions.seal(token, clock.now())
    db.session.remove()
    page.context.add_cookies([{"name": name, "value": value, "url": vote.base}])
    return page


def looks(page: Page) -> None:
    """The page as it stands, on a phone and at a desk."""
    for size in (PHONE, DESK):
        page.set_viewport_size(size)
        assert_accessible(page)
        assert_fits(page)


def test_a_lost_ballot_is_replaced_by_two(vote: Vote, open_page: OpenPage) -> None:
    first, second = (signed_in(open_page(), vote, who) for who in (0, 1))
    staff = f"{vote.base}/sekretariat/{vote.year.slug}"
    credential = db.session.scalar(select(Credential).where(Credential.public == vote.public()))
    voter = db.session.get(Voter, credential.voter_id)
    company, voter_id = voter.company, voter.id
    db.session.remove()

    first.goto(f"{staff}/rostsedlar")
    first.fill("#q", company.upper())
    first.keyboard.press("Enter")
    first.wait_for_url("**/rostsedlar?q=*")
    looks(first)
    first.get_by_role("link", name=company, exact=True).click()
    first.wait_for_url(f"**/rostsedlar/{voter_id}")
    looks(first)
    first.check("[name='why-reason'][value='lost']")
    first.fill("[name='why-note']", "Ringde i dag.")
    first.click("button[value=replace]")
    expect(first.locator("article")).to_contain_text(company)
    expect(first.locator("article form")).to_have_count(1)  # who asked can take it back, and no more
    looks(first)

    second.goto(f"{staff}/tva-personer")
    looks(second)
    second.goto(f"{vote.base}/en/sekretariat/{vote.year.slug}/tva-personer")
    looks(second)
    second.get_by_role("button", name="Approve").click()
    expect(second.locator("article")).to_have_count(0)
    looks(second)
    first.goto(f"{staff}/rostsedlar/ny")
    looks(first)
    first.goto(f"{vote.base}/en/sekretariat/{vote.year.slug}/rostsedlar/{voter_id}")
    looks(first)

    new = db.session.scalar(
        select(Credential).where(Credential.voter_id == voter_id, Credential.state == State.ISSUED)
    )
    letter = db.session.scalar(select(Letter).where(Letter.name == "ballot", Letter.subject_id == new.id))
    (code,) = set(CODE.findall(written("ballot", letter.subject_id, "sv", vote.clock.now()).text))
    db.session.remove()
    assert code != vote.code()

    page = open_page(PHONE)
    page.goto(vote.link())
    expect(page.locator('[data-view="void"]')).to_be_visible()
    page = open_page(PHONE)
    page.goto(f"{vote.address()}#{code}")
    expect(page.locator('[data-view="choose"]')).to_be_visible()
    for place in range(2):
        page.check(f"#q{place}-0")
    page.click("#paper button")
    page.click("#cast")
    expect(page.locator('[data-view="receipt"]')).to_be_visible()
