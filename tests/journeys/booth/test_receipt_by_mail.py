"""Asking for the receipt by mail, and which of several letters a ballot came with."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from app.ballots.models import Credential
from app.core.ballot_labels import ballot_label
from app.extensions import db
from app.mail.models import Letter
from tests.journeys.booth.conftest import ARRIVED, Vote, Voter
from tests.journeys.conftest import PHONE, assert_accessible, assert_fits

pytestmark = pytest.mark.browser
Voters = Callable[..., Voter]


def letters(vote: Vote, voter: int = 0) -> int:
    """How many receipts are on their way to a voter."""
    query = select(Letter.id).join(Credential, Credential.id == Letter.subject_id)
    found = db.session.scalars(
        query.where(Letter.name == "receipt", Credential.public == vote.public(voter))
    ).all()
    db.session.remove()
    return len(found)


def test_the_tick_is_off_and_the_whole_vote_sends_no_letter(vote: Vote, voter: Voters) -> None:
    someone = voter()
    someone.opens(vote.link())
    someone.reviews()
    expect(someone.page.locator("#by-mail")).not_to_be_checked()
    someone.casts()
    expect(someone.page.locator("#mailed")).to_be_hidden()
    assert letters(vote) == 0


def test_a_receipt_by_mail_asked_for_by_keyboard_and_sent_once_though_the_answer_is_lost(
    vote: Vote, voter: Voters
) -> None:
    someone = voter(viewport=PHONE)
    someone.opens(vote.link())
    sent = someone.loses(ARRIVED)
    someone.reviews()
    someone.page.focus("#by-mail")
    someone.page.keyboard.press("Space")
    expect(someone.page.locator("#by-mail")).to_be_checked()
    assert_accessible(someone.page)
    assert_fits(someone.page)
    someone.page.keyboard.press("Tab")
    expect(someone.page.locator("#cast")).to_be_focused()
    someone.page.keyboard.press("Enter")
    expect(someone.page.locator("#sending-away")).to_be_visible()
    someone.page.reload()
    someone.sees("receipt")
    expect(someone.page.locator("#mailed")).to_be_visible()
    assert_accessible(someone.page)
    assert_fits(someone.page)
    assert [set(json.loads(each)) for each in sent] == [{"ballot", "receipt"}] * 2
    assert sent[0] == sent[1]
    assert letters(vote) == 1
    someone.page.reload()
    someone.sees("receipt")
    expect(someone.page.locator("#mailed")).to_be_visible()


def test_the_letters_link_shows_the_receipt_and_leaves_the_address(vote: Vote, voter: Voters) -> None:
    someone = voter()
    someone.opens(vote.link())
    someone.reviews()
    tracker = someone.casts()
    page = voter().page
    page.goto(f"{vote.address()}/kvitto#{tracker.replace('+', '%2B').replace('/', '%2F')}")
    expect(page.locator('[data-answer="found"] [data-receipt="tracker"]')).to_have_text(tracker)
    assert page.url == f"{vote.address()}/kvitto"
    assert_accessible(page)


def test_the_page_names_the_ballot_by_its_label_alone(vote: Vote, voter: Voters) -> None:
    someone = voter()
    for number, lang in ((0, "sv"), (1, "en")):
        someone.opens(vote.link(number, lang))
        label = ballot_label(vote.code(number))
        expect(someone.page.locator(".eyebrow [data-label]")).to_have_text(label)
        expect(someone.page.locator("[data-view=choose] [data-label]")).to_have_text(label)
    someone.page.evaluate("code => { location.hash = code }", vote.code(2))
    expect(someone.page.locator(".eyebrow [data-label]")).to_have_text(ballot_label(vote.code(2)))


def test_without_script_the_tick_asks_too(vote: Vote, voter: Voters) -> None:
    from tests.journeys.booth.test_plain import allow

    page = voter(java_script_enabled=False, viewport=PHONE).page
    allow(vote, True)
    page.goto(f"{vote.address()}/utan-javascript")
    page.fill("#code", vote.code())
    page.check("#q0-1")
    page.check("#q1-blank")
    page.click("button[value=review]")
    expect(page.locator("#by-mail")).not_to_be_checked()
    page.check("#by-mail")
    assert_fits(page)
    page.click("button[value=cast]")
    expect(page.locator('[data-receipt="tracker"]')).to_be_visible()
    assert letters(vote) == 1
    allow(vote, False)
