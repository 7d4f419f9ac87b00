"""Choosing, reviewing and casting: by mouse, by keyboard, by typed code; double clicks; what is kept meanwhile."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.journeys.booth.conftest import Vote, Voter
from tests.journeys.conftest import PHONE, assert_accessible, assert_fits

pytestmark = pytest.mark.browser


def test_a_voter_on_a_phone_chooses_reviews_casts_and_has_a_receipt(
    vote: Vote, voter: Callable[..., Voter]
) -> None:
    someone = voter(viewport=PHONE)
    someone.opens(vote.link())
    assert_accessible(someone.page)
    assert_fits(someone.page)
    someone.reviews()
    expect(someone.page.locator("#picks")).to_contain_text("Måltider till äldre")
    assert_accessible(someone.page)
    assert_fits(someone.page)
    tracker = someone.casts()
    assert_accessible(someone.page)
    assert_fits(someone.page)
    assert vote.trackers() == [tracker]


def test_the_choice_is_kept_nowhere_and_the_ballot_only_until_its_receipt(
    vote: Vote, voter: Callable[..., Voter]
) -> None:
    someone = voter()
    someone.opens(vote.link())
    someone.reviews()
    kept = json.loads(someone.remembered())
    assert kept == [
        {f"rosta:{vote.year.slug}": json.dumps({"code": vote.code()}, separators=(",", ":"))},
        {},
        "",
        {"step": "review"},
    ]
    tracker = someone.casts()
    store, local, cookies, state = json.loads(someone.remembered())
    assert set(json.loads(store[f"rosta:{vote.year.slug}"])) == {"receipt"}
    assert tracker in store[f"rosta:{vote.year.slug}"]
    assert (local, cookies, state) == ({}, "", None)


def test_the_whole_vote_by_keyboard_alone(vote: Vote, voter: Callable[..., Voter]) -> None:
    someone = voter()
    page = someone.page
    someone.opens(vote.link())

    def tab_to(selector: str) -> None:
        for _ in range(40):
            page.keyboard.press("Tab")
            if page.evaluate("selector => document.activeElement.matches(selector)", selector):
                return
        raise AssertionError(f"Tab never reaches {selector}")

    tab_to("[name=q0]")
    page.keyboard.press("Space")
    page.keyboard.press("ArrowDown")
    expect(page.locator("#q0-1")).to_be_checked()
    tab_to("#q1-2")
    page.keyboard.press("Space")
    tab_to("#paper button")
    page.keyboard.press("Enter")
    someone.sees("review")
    expect(page.locator("#heading")).to_be_focused()
    tab_to("#cast")
    page.keyboard.press("Enter")
    someone.sees("receipt")
    expect(page.locator("#heading")).to_be_focused()


def test_a_voter_types_the_code_in_any_shape(vote: Vote, voter: Callable[..., Voter]) -> None:
    someone = voter()
    page = someone.page
    someone.opens(vote.address(), "code")
    assert_accessible(page)
    page.fill("#code", "kort kod")
    page.keyboard.press("Enter")
    expect(page.locator("#code-error")).to_contain_text("22")
    expect(page.locator("#code")).to_be_focused()
    assert_accessible(page)
    page.fill("#code", " ".join(vote.code().replace("-", "").replace("o", "0")))
    page.keyboard.press("Enter")
    someone.sees("choose")
    expect(page.locator("#heading")).to_be_focused()
    someone.reviews()
    someone.casts()


def test_every_category_needs_an_answer_and_the_list_leads_to_it(
    vote: Vote, voter: Callable[..., Voter]
) -> None:
    someone = voter()
    page = someone.page
    someone.opens(vote.link())
    page.click("#paper button")
    expect(page.locator("#problems")).to_be_focused()
    expect(page.locator("#problem-list li")).to_have_count(2)
    assert_accessible(page)
    page.click("#problem-list a >> nth=1")
    expect(page.locator("#q1-0")).to_be_focused()
    assert "#" not in page.url
    page.check("#q1-0")
    expect(page.locator("#problem-list li")).to_have_count(1)
    page.check("#q0-0")
    expect(page.locator("#problems")).to_be_hidden()
    page.click("#paper button")
    someone.sees("review")


@pytest.mark.slow
def test_a_choice_too_many_is_taken_back_with_a_word_about_why(
    vote: Vote, voter: Callable[..., Voter]
) -> None:
    someone = voter()
    page = someone.page
    someone.opens(vote.link())
    page.check("#q1-0")
    page.check("#q1-1")
    page.click("#q1-2")
    expect(page.locator("#q1-2")).not_to_be_checked()
    expect(page.locator("#q1-error")).to_be_visible()
    expect(page.locator("#live")).to_have_text(page.locator("#q1-error").text_content() or "-")
    expect(page.locator("#q1 [data-count]")).to_contain_text("2")
    assert_accessible(page)


@pytest.mark.slow
def test_blank_and_a_choice_exclude_each_other(vote: Vote, voter: Callable[..., Voter]) -> None:
    someone = voter()
    page = someone.page
    someone.opens(vote.link())
    page.check("#q1-0")
    page.check("#q1-blank")
    expect(page.locator("#q1-0")).not_to_be_checked()
    page.check("#q1-1")
    expect(page.locator("#q1-blank")).not_to_be_checked()
    someone.reviews("blank", ("blank",))
    expect(page.locator("#picks dd")).to_have_text(["Blank röst", "Blank röst"])
    someone.casts()


def test_double_clicks_cast_once_and_never_by_accident(vote: Vote, voter: Callable[..., Voter]) -> None:
    someone = voter()
    page = someone.page
    sent = someone.loses()
    someone.opens(vote.link())
    someone.chooses()
    page.dblclick("#paper button")
    someone.sees("review")
    assert sent == []
    page.dblclick("#cast")
    someone.sees("receipt")
    assert len(sent) == 1
    assert vote.trackers() == [someone.tracker()]


def test_back_from_the_review_keeps_the_choice_and_forward_returns(
    vote: Vote, voter: Callable[..., Voter]
) -> None:
    someone = voter()
    page = someone.page
    someone.opens(vote.link())
    someone.reviews()
    page.go_back()
    someone.sees("choose")
    expect(page.locator("#q0-1")).to_be_checked()
    page.go_forward()
    someone.sees("review")
    page.click("#change")
    someone.sees("choose")
    page.check("#q0-0")
    page.click("#paper button")
    expect(page.locator("#picks")).to_contain_text("Drift av väg")
    someone.casts()
    page.go_back()
    someone.sees("receipt")


@pytest.mark.slow
def test_a_reload_before_casting_asks_for_the_choice_again(vote: Vote, voter: Callable[..., Voter]) -> None:
    someone = voter()
    someone.opens(vote.link())
    someone.reviews()
    someone.page.reload()
    someone.sees("choose")
    expect(someone.page.locator("#paper input:checked")).to_have_count(0)
