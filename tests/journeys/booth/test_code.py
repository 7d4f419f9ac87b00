"""The voter's code: out of the address at once, never on the wire, kept for this tab through whatever happens to a page."""

from __future__ import annotations

from collections.abc import Callable

import httpx
import pytest
from playwright.sync_api import Page, expect

from tests.journeys.booth.conftest import Vote, Voter
from tests.journeys.conftest import assert_accessible

pytestmark = pytest.mark.browser
Voters = Callable[..., Voter]


def sent_by(page: Page) -> list[str]:
    """Everything that the page's requests carry, from now on."""
    seen: list[str] = []
    page.on(
        "request", lambda request: seen.append(f"{request.url} {request.headers} {request.post_data or ''}")
    )
    return seen


def test_the_code_leaves_the_address_and_is_never_sent(vote: Vote, voter: Voters) -> None:
    someone = voter()
    sent = sent_by(someone.page)
    someone.opens(vote.link())
    assert someone.page.url == vote.address()
    someone.reviews()
    someone.casts()
    whole = "\n".join(sent)
    assert whole
    for part in (vote.code(), vote.code().replace("-", ""), *(p for p in vote.code().split("-"))):
        assert part not in whole


@pytest.mark.slow
def test_the_skip_link_keeps_it(vote: Vote, voter: Voters) -> None:
    someone = voter()
    someone.opens(vote.link())
    someone.page.focus(".skip")
    someone.page.keyboard.press("Enter")
    expect(someone.page.locator("main")).to_be_focused()
    assert someone.page.url == vote.address()
    someone.page.reload()
    someone.sees("choose")


def test_the_language_switch_keeps_it(vote: Vote, voter: Voters) -> None:
    someone = voter()
    someone.opens(vote.link())
    someone.page.click("header nav a[hreflang=en]")
    someone.page.wait_for_url(vote.address("en"))
    someone.sees("choose")
    expect(someone.page.locator("html")).to_have_attribute("lang", "en")
    someone.reviews()
    someone.casts()
    someone.page.click("header nav a[hreflang=sv]")
    someone.page.wait_for_url(vote.address())
    someone.sees("receipt")


@pytest.mark.slow
def test_the_links_of_an_error_list_keep_it(vote: Vote, voter: Voters) -> None:
    someone = voter()
    someone.opens(vote.link())
    someone.page.click("#paper button")
    someone.page.click("#problem-list a >> nth=0")
    expect(someone.page.locator("#q0-0")).to_be_focused()
    assert someone.page.url == vote.address()
    someone.page.reload()
    someone.sees("choose")


def test_a_reload_keeps_it(vote: Vote, voter: Voters) -> None:
    someone = voter()
    someone.opens(vote.link())
    someone.page.reload()
    someone.sees("choose")


@pytest.mark.slow
def test_leaving_and_coming_back_keeps_it(vote: Vote, voter: Voters) -> None:
    someone = voter()
    someone.opens(vote.link())
    someone.page.goto(f"{vote.address()}/kvitto")
    someone.page.go_back()
    someone.sees("choose")


@pytest.mark.slow
def test_an_address_with_a_place_on_the_page_keeps_it(vote: Vote, voter: Voters) -> None:
    someone = voter()
    someone.opens(vote.link())
    someone.opens(f"{vote.address()}#main")


@pytest.mark.slow
def test_it_stays_in_its_tab(vote: Vote, voter: Voters) -> None:
    someone = voter()
    someone.opens(vote.link())
    other = Voter(someone.page.context.new_page())
    other.opens(vote.address(), "code")


def test_a_link_that_was_cut_off_leads_to_typing_what_is_missing(vote: Vote, voter: Voters) -> None:
    someone = voter()
    someone.opens(vote.link()[:-9], "code")
    expect(someone.page.locator("#code")).to_have_value(vote.code()[:-9])
    expect(someone.page.locator("#code-error")).to_be_visible()
    assert someone.page.url == vote.address()
    assert_accessible(someone.page)
    someone.page.fill("#code", vote.code())
    someone.page.keyboard.press("Enter")
    someone.sees("choose")


@pytest.mark.slow
def test_what_a_mail_program_leaves_at_the_end_of_a_link_does_no_harm(vote: Vote, voter: Voters) -> None:
    voter().opens(vote.link() + "%3E.")


@pytest.mark.slow
def test_another_letters_link_in_the_same_tab_begins_anew(vote: Vote, voter: Voters) -> None:
    someone = voter()
    someone.opens(vote.link(0))
    someone.chooses()
    someone.page.evaluate("code => { location.hash = code }", vote.code(1))
    expect(someone.page.locator("#paper input:checked")).to_have_count(0)
    someone.sees("choose")
    assert someone.page.url == vote.address()
    assert vote.code(1) in someone.remembered()
    assert vote.code(0) not in someone.remembered()


def test_a_scanner_that_opens_the_link_and_presses_everything_spends_nothing(
    vote: Vote, voter: Voters
) -> None:
    scanner = voter()
    for _ in range(2):
        scanner.opens(vote.link())
        scanner.page.evaluate(
            """() => {
              for (const button of document.querySelectorAll("button")) button.click();
              for (const form of document.forms) form.requestSubmit();
            }"""
        )
    for method in ("GET", "HEAD", "OPTIONS"):
        httpx.request(method, vote.address())
    assert vote.trackers() == []
    someone = voter()
    someone.opens(vote.link())
    someone.reviews()
    assert vote.trackers() == []
    assert [someone.casts()] == vote.trackers()
