"""Voting without JavaScript, where the edition allows it: the same paper, and a receipt from the same box."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import expect
from sqlalchemy import update

from app.awards.models import Edition
from app.extensions import db, transaction
from tests.journeys.booth.conftest import Vote, Voter
from tests.journeys.conftest import PHONE, assert_fits

pytestmark = pytest.mark.browser


def allow(vote: Vote, plain: bool) -> None:
    with transaction():
        db.session.execute(
            update(Edition).where(Edition.id == vote.year.edition_id).values(plain_voting=plain)
        )
    db.session.remove()


def test_a_vote_without_script(vote: Vote, voter: Callable[..., Voter]) -> None:
    page = voter(java_script_enabled=False, viewport=PHONE).page
    allow(vote, True)
    page.goto(f"{vote.address()}/utan-javascript")
    page.check("#q0-1")
    page.fill("#code", "kort")
    page.click("button[value=review]")
    expect(page.locator("#problems li")).to_have_count(2)
    expect(page.locator("#q0-1")).to_be_checked()
    assert_fits(page)
    page.fill("#code", vote.code().replace("-", " "))
    page.check("#q1-0")
    page.check("#q1-2")
    page.click("button[value=review]")
    expect(page.locator(".picks dd")).to_have_count(3)
    assert_fits(page)
    page.click("button[value=change]")
    expect(page.locator("#q1-2")).to_be_checked()
    page.click("button[value=review]")
    page.click("button[value=cast]")
    shown = page.locator('[data-receipt="tracker"]')
    expect(shown).to_be_visible()
    assert vote.trackers() == [shown.text_content()]
    assert vote.code() not in page.content()


def test_it_is_off_by_default(vote: Vote, voter: Callable[..., Voter]) -> None:
    page = voter(java_script_enabled=False).page
    allow(vote, False)
    answer = page.goto(f"{vote.address()}/utan-javascript")
    assert answer is not None
    assert answer.status == 404
