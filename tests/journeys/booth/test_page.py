"""The page itself: the same for everyone, small, quick, readable at any size, printable; receipts looked up."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import quote

import httpx
import pytest
from playwright.sync_api import expect

from tests.journeys.booth.conftest import Vote, Voter
from tests.journeys.conftest import PHONE, assert_accessible, assert_fits

pytestmark = pytest.mark.browser
Voters = Callable[..., Voter]
MOST_BYTES = 60_000
NARROW = {"width": 320, "height": 640}


def test_the_page_has_the_same_bytes_for_everyone(vote: Vote) -> None:
    for lang in ("sv", "en"):
        plain = httpx.get(vote.address(lang))
        cookie = httpx.get(
            vote.address(lang), headers={"Cookie": "session=abc; staff=1", "User-Agent": "other"}
        )
        assert plain.content == cookie.content
        assert "set-cookie" not in plain.headers
        assert "csrf" not in plain.text


def test_the_whole_vote_on_a_phone_is_small(vote: Vote, voter: Voters) -> None:
    someone = voter(viewport=PHONE)
    received: list[float] = []
    counter = someone.page.context.new_cdp_session(someone.page)
    counter.send("Network.enable")
    counter.on("Network.loadingFinished", lambda event: received.append(event["encodedDataLength"]))
    someone.opens(vote.link())
    someone.reviews()
    someone.casts()
    # The worker reads the two modules of the cryptography by itself; they are counted as the server sends them.
    for module in ("belenios.js", "ed25519.js", "booth/worker.js"):
        answer = httpx.get(f"{vote.base}/static/{module}", headers={"Accept-Encoding": "gzip"})
        received.append(float(answer.headers["content-length"]))
    assert 0 < sum(received) <= MOST_BYTES


SLOW = pytest.mark.slow


@pytest.mark.parametrize(
    ("lang", "look"),
    [
        ("sv", {}),
        pytest.param("en", {}, marks=SLOW),
        pytest.param("sv", {"color_scheme": "dark", "reduced_motion": "reduce"}, marks=SLOW),
        pytest.param("en", {"color_scheme": "dark"}, marks=SLOW),
        pytest.param("sv", {"forced_colors": "active"}, marks=SLOW),
    ],
    ids=["light", "in English", "dark with reduced motion", "in English and dark", "forced colours"],
)
def test_every_step_fits_320_pixels_in_every_look(
    vote: Vote, voter: Voters, lang: str, look: dict[str, str]
) -> None:
    someone = voter(viewport=NARROW, **look)
    someone.opens(vote.link(lang=lang))
    someone.page.click("#paper button")
    expect(someone.page.locator("#problems")).to_be_visible()
    assert_fits(someone.page)
    assert_accessible(someone.page)
    someone.reviews()
    assert_fits(someone.page)
    assert_accessible(someone.page)
    someone.casts()
    assert_fits(someone.page)
    assert_accessible(someone.page)


@pytest.mark.slow
def test_a_printed_receipt_is_the_receipt_alone(vote: Vote, voter: Voters) -> None:
    someone = voter()
    someone.opens(vote.link())
    someone.reviews()
    someone.casts()
    someone.page.emulate_media(media="print")
    expect(someone.page.locator('[data-view="receipt"] [data-receipt="tracker"]')).to_be_visible()
    expect(someone.page.locator("button:visible, .steps:visible, footer:visible, nav:visible")).to_have_count(
        0
    )


@pytest.mark.slow
def test_the_receipt_is_copied_whole(vote: Vote, voter: Voters) -> None:
    someone = voter(permissions=["clipboard-read", "clipboard-write"])
    someone.opens(vote.link())
    someone.reviews()
    tracker = someone.casts()
    button = someone.page.locator('[data-view="receipt"] [data-do="copy"]')
    button.click()
    expect(button).to_have_text(button.get_attribute("data-copied") or "-")
    copied = someone.page.evaluate("navigator.clipboard.readText()")
    assert tracker in copied
    assert f"{vote.base}/rosta/{vote.year.slug}/kvitto" in copied


def test_a_receipt_is_looked_up_without_standing_in_the_address(vote: Vote, voter: Voters) -> None:
    someone = voter()
    page = someone.page
    someone.opens(vote.link())
    someone.reviews()
    tracker = someone.casts()
    page.click('[data-view="receipt"] a[href$="/kvitto"]')
    assert_accessible(page)
    page.fill("#tracker", " ".join(tracker[i : i + 4] for i in range(0, 43, 4)))
    page.click("#lookup button")
    expect(page.locator('[data-answer="found"]')).to_be_visible()
    expect(page.locator('[data-answer="found"] [data-receipt="tracker"]')).to_have_text(tracker)
    assert tracker not in page.url
    assert_accessible(page)
    page.fill("#tracker", "A" * 43)
    page.click("#lookup button")
    expect(page.locator('[data-answer="missing"]')).to_be_visible()
    assert_accessible(page)
    page.fill("#tracker", "kort")
    page.click("#lookup button")
    expect(page.locator("#tracker-error")).to_be_visible()
    assert_accessible(page)
    assert_fits(page)


def test_without_script_the_page_says_why_and_receipts_are_still_looked_up(vote: Vote, voter: Voters) -> None:
    someone = voter()
    someone.opens(vote.link())
    someone.reviews()
    tracker = someone.casts()
    bare = voter(java_script_enabled=False).page
    bare.goto(vote.address())
    expect(bare.locator("noscript")).to_be_visible()
    expect(bare.locator("#booth")).to_be_hidden()
    bare.goto(f"{vote.address()}/kvitto?avtryck={quote(tracker, safe='')}")
    expect(bare.locator('[data-answer="found"]')).to_be_visible()
    expect(bare.locator('[data-answer="missing"]')).to_be_hidden()
