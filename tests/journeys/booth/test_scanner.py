"""A mail scanner at voters' links (bench/scanning.py; at full size: `python -m bench.scanner`): it spends nothing."""

from __future__ import annotations

from collections.abc import Callable

import httpx
import pytest
from playwright.sync_api import Browser, expect

from app.extensions import db
from bench import scanner, scanning
from tests.journeys.booth.conftest import Vote, Voter

pytestmark = pytest.mark.browser


def rows() -> dict[str, str]:
    """A fingerprint of every table."""
    found = scanner.digests(db.engine.url.render_as_string(hide_password=False))
    db.session.remove()
    return found


@pytest.mark.timeout(240)
def test_a_scanner_spends_nothing_and_the_voter_comes_after_it(
    vote: Vote, voter: Callable[..., Voter], chromium: Browser
) -> None:
    before = rows()
    with httpx.Client(timeout=30) as client:
        answers = scanning.over_http(client, vote.link())
    assert answers.total() == 17
    assert max(answers) < 500
    machine = scanning.Scanner(chromium)
    machine.hurried(vote.link())
    assert machine.thorough(vote.link(), tabs=4) > 8
    assert {place.rpartition("/")[2] for place in machine.posted} <= {"lage", "kvitto", "logga-in"}
    assert machine.posted[f"POST /rosta/{vote.year.slug}/lage"] > 2
    machine.close()
    assert rows() == before
    assert vote.trackers() == []
    someone = voter()
    someone.opens(vote.link())
    someone.reviews()
    assert vote.trackers() == []
    assert [someone.casts()] == vote.trackers()


def test_casting_without_a_choice_leads_back_to_the_question(vote: Vote, voter: Callable[..., Voter]) -> None:
    """A blank vote is a choice like any other: nobody gets past the ballot by pressing on."""
    someone = voter()
    someone.opens(vote.link())
    for _ in range(3):
        someone.page.click("#paper button")
        someone.page.evaluate("document.getElementById('cast').click()")
    someone.sees("choose")
    expect(someone.page.locator("#problem-list li")).to_have_count(2)
    someone.page.evaluate("history.pushState({ step: 'review' }, ''); history.back(); history.forward()")
    someone.page.evaluate("document.getElementById('cast').click()")
    someone.sees("choose")
    assert vote.trackers() == []
    someone.chooses("blank", ("blank",))
    someone.page.click("#paper button")
    someone.sees("review")
    assert [someone.casts()] == vote.trackers()
