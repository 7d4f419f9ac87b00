"""Used, void, unknown, early and late: each its own page, with what to do; in both languages."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import expect
from sqlalchemy import update

from app.awards.models import Edition
from app.ballots.models import Credential
from app.core.phases import Phase
from app.extensions import db, transaction
from tests.journeys.booth.conftest import Vote, Voter
from tests.journeys.conftest import assert_accessible, assert_fits
from tests.tally import year as tally_year

pytestmark = [
    pytest.mark.browser,
    pytest.mark.parametrize("lang", ["sv", pytest.param("en", marks=pytest.mark.slow)]),
]
Voters = Callable[..., Voter]


def check(someone: Voter) -> None:
    """Each of these pages can be read by everyone and names whom to ask or what to do."""
    assert_accessible(someone.page)
    assert_fits(someone.page)
    expect(someone.page.locator("#heading")).not_to_be_empty()
    assert someone.page.locator("[data-view]:visible :is(a, button)").count() >= 1


def set_phase(vote: Vote, phase: Phase) -> None:
    with transaction():
        db.session.execute(update(Edition).where(Edition.id == vote.year.edition_id).values(phase=phase))
    db.session.remove()


@pytest.mark.slow
def test_used(vote: Vote, voter: Voters, lang: str) -> None:
    first = voter()
    first.opens(vote.link())
    first.reviews()
    tracker = first.casts()
    someone = voter()
    someone.opens(vote.link(lang=lang), "used")
    assert someone.tracker("used") == tracker
    check(someone)


def test_void(vote: Vote, voter: Voters, lang: str) -> None:
    with transaction():
        db.session.execute(update(Credential).where(Credential.public == vote.public()).values(state="void"))
    db.session.remove()
    someone = voter()
    someone.opens(vote.link(lang=lang), "void")
    check(someone)
    someone.page.click("[data-view=void] [data-other-code]")
    someone.sees("code")
    assert vote.code() not in someone.remembered()


def test_unknown(vote: Vote, voter: Voters, lang: str) -> None:
    someone = voter()
    someone.opens(f"{vote.address(lang)}#zzzzz-zzzzzz-zzzzz-zzzzzz", "code")
    expect(someone.page.locator("#code-error")).to_be_visible()
    expect(someone.page.locator("#code")).to_have_value("zzzzz-zzzzzz-zzzzz-zzzzzz")
    check(someone)


def test_early(vote: Vote, voter: Voters, lang: str) -> None:
    set_phase(vote, Phase.PREPARED)
    someone = voter()
    someone.opens(vote.link(lang=lang), "early")
    check(someone)
    set_phase(vote, Phase.VOTING)
    someone.page.click("[data-view=early] [data-again]")
    someone.sees("choose")


def test_late_for_who_comes_after_the_deadline(vote: Vote, voter: Voters, lang: str) -> None:
    vote.clock.set(tally_year.CLOSES + timedelta(seconds=1))
    someone = voter()
    someone.opens(vote.link(lang=lang), "closed")
    check(someone)


def test_late_for_who_casts_after_the_deadline(vote: Vote, voter: Voters, lang: str) -> None:
    someone = voter()
    someone.opens(vote.link(lang=lang))
    someone.reviews()
    vote.clock.set(tally_year.CLOSES + timedelta(seconds=1))
    someone.page.click("#cast")
    someone.sees("late")
    check(someone)
    assert "election_hash" not in someone.remembered()
