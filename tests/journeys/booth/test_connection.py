"""A lost connection, a retry, a reload, two tabs: one ballot, one receipt."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.journeys.booth.conftest import ARRIVED, LOST, Vote, Voter
from tests.journeys.conftest import assert_accessible

pytestmark = pytest.mark.browser
Voters = Callable[..., Voter]


@pytest.mark.parametrize("fate", [pytest.param(LOST, marks=pytest.mark.slow), ARRIVED])
def test_a_cast_that_got_no_answer_is_sent_again_with_the_same_bytes(
    vote: Vote, voter: Voters, fate: str
) -> None:
    someone = voter()
    someone.opens(vote.link())
    sent = someone.loses(fate)
    someone.reviews()
    someone.page.click("#cast")
    expect(someone.page.locator("#sending-away")).to_be_visible()
    someone.page.locator("#retry").dispatch_event("click")
    someone.sees("receipt")
    assert len(sent) == 2
    assert sent[0] == sent[1]
    assert vote.trackers() == [someone.tracker()]


@pytest.mark.parametrize("fate", [pytest.param(LOST, marks=pytest.mark.slow), ARRIVED])
def test_a_reload_while_the_answer_is_missing_ends_in_the_same_receipt(
    vote: Vote, voter: Voters, fate: str
) -> None:
    someone = voter()
    someone.opens(vote.link())
    sent = someone.loses(fate, LOST, LOST)
    someone.reviews()
    someone.page.click("#cast")
    expect(someone.page.locator("#sending-away")).to_be_visible()
    kept = someone.remembered()
    assert "election_hash" in kept
    someone.page.reload()
    someone.sees("receipt")
    assert len(set(sent)) == 1
    assert vote.trackers() == [someone.tracker()]
    assert "election_hash" not in someone.remembered()


@pytest.mark.slow
def test_the_link_opened_again_while_the_answer_is_missing(vote: Vote, voter: Voters) -> None:
    someone = voter()
    someone.opens(vote.link())
    someone.loses(ARRIVED, LOST)
    someone.reviews()
    someone.page.click("#cast")
    expect(someone.page.locator("#sending-away")).to_be_visible()
    someone.opens(vote.link(), "receipt")
    assert vote.trackers() == [someone.tracker()]


def test_the_network_comes_back_by_itself(vote: Vote, voter: Voters) -> None:
    someone = voter()
    someone.opens(vote.link())
    someone.reviews()
    someone.page.context.set_offline(True)
    someone.page.click("#cast")
    expect(someone.page.locator("#sending-away")).to_be_visible()
    expect(someone.page.locator("#live")).not_to_be_empty()
    assert_accessible(someone.page)
    someone.page.context.set_offline(False)
    someone.sees("receipt")
    assert vote.trackers() == [someone.tracker()]


@pytest.mark.slow
def test_a_receipt_survives_reload_back_and_the_link_again(vote: Vote, voter: Voters) -> None:
    someone = voter()
    someone.opens(vote.link())
    someone.reviews()
    tracker = someone.casts()
    someone.page.reload()
    someone.sees("receipt")
    someone.opens(vote.link(), "receipt")
    assert someone.tracker() == tracker
    someone.page.go_back()
    someone.page.go_forward()
    someone.sees("receipt")


def test_two_tabs_one_vote_and_the_second_is_told_which_one_counts(vote: Vote, voter: Voters) -> None:
    someone = voter()
    someone.opens(vote.link())
    someone.reviews("0")
    other = Voter(someone.page.context.new_page())
    other.opens(vote.link())
    other.reviews("2")
    tracker = other.casts()
    someone.page.click("#cast")
    someone.sees("other")
    assert someone.tracker("other") == tracker
    assert_accessible(someone.page)
    assert vote.trackers() == [tracker]
    someone.page.reload()
    someone.sees("used")


def test_no_connection_at_the_start_keeps_the_code_and_offers_to_try_again(vote: Vote, voter: Voters) -> None:
    someone = voter()
    someone.page.route("**/lage", lambda route: route.abort("internetdisconnected"))
    someone.opens(vote.link(), "trouble")
    assert_accessible(someone.page)
    assert vote.code() in someone.remembered()
    someone.page.unroute("**/lage")
    someone.page.click('[data-view="trouble"] [data-again]')
    someone.sees("choose")
