"""A really started service and a real Chromium, for journeys as people make them."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, expect, sync_playwright

from app.rehearsal.play import Year
from app.rehearsal.stage import start_service
from tests import needs

WCAG = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "resultTypes": ["violations"],
}
PHONE = {"width": 360, "height": 740}
DESK = {"width": 1280, "height": 900}
PATIENCE_MS = 20_000
"""What a page on a busy machine may take; what is there at once does not wait for it."""
OpenPage = Callable[..., Page]


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Debian's Chromium, headless."""
    path = needs.chromium()
    arguments = [
        "--disable-gpu",
        "--disable-quic",
        "--disable-background-networking",
        "--disable-component-update",
    ]
    if os.geteuid() == 0:
        arguments.append("--no-sandbox")
    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=arguments)
        yield browser
        browser.close()


def watched_page(
    chromium: Browser, problems: list[str], viewport: dict[str, int] = DESK, **options: Any
) -> Page:
    """A page in a context of its own; what its console says, and requests to anywhere but loopback, go to *problems*."""
    context = chromium.new_context(
        viewport=viewport, locale="sv-SE", timezone_id="Europe/Stockholm", **options
    )
    page = context.new_page()
    page.set_default_timeout(PATIENCE_MS)

    def said(message: ConsoleMessage) -> None:
        if message.type == "error" and "Failed to load resource" not in message.text:
            problems.append(f"{page.url}: console: {message.text}")

    def asked(request: Request) -> None:
        if (
            urlsplit(request.url).scheme in {"http", "https"}
            and urlsplit(request.url).hostname != "127.0.0.1"
        ):
            problems.append(f"{page.url}: request to {request.url}")

    page.on("pageerror", lambda error: problems.append(f"{page.url}: script error: {error}"))
    page.on("console", said)
    page.on("request", asked)
    return page


@pytest.fixture
def open_page(chromium: Browser) -> Iterator[OpenPage]:
    """Gives pages whose console stays silent and that talk to loopback alone; both are checked at the end."""
    pages: list[Page] = []
    problems: list[str] = []

    def opener(viewport: dict[str, int] = DESK, **options: Any) -> Page:
        pages.append(watched_page(chromium, problems, viewport, **options))
        return pages[-1]

    yield opener
    for page in pages:
        page.context.close()
    assert problems == []


def assert_accessible(page: Page) -> None:
    """axe finds nothing on this page, in this state."""
    page.wait_for_load_state()
    found = Axe().run(page, options=WCAG).response["violations"]
    told = [(one["id"], [node["target"] for node in one["nodes"]], one["help"]) for one in found]
    assert told == [], f"{page.url}: {told}"


def assert_fits(page: Page) -> None:
    """Nothing is wider than the screen, there is one h1, and no text came out untranslated."""
    page.wait_for_load_state()
    assert page.evaluate(
        "document.documentElement.scrollWidth <= document.documentElement.clientWidth + 1"
    ), f"{page.url} scrolls sideways"
    assert page.locator("h1").count() == 1


@dataclass
class PlayedYear:
    """A year, how far it has been played, and how many ballots a test has cast in a browser."""

    year: Year
    played: int = 0
    cast_by_hand: int = 0

    def play(self, until: str) -> None:
        """The acts that remain, to *until* and including it."""
        wanted = Year.ACTS.index(until) + 1
        while self.played < wanted:
            getattr(self.year, Year.ACTS[self.played])()
            self.played += 1


@contextlib.contextmanager
def started(folder: Path, *, voters: int = 6, **settings: str) -> Iterator[Year]:
    """An award year on a service of its own (web, worker and inbox on free ports, a movable clock) in *folder*."""
    needs.chromium()
    service = start_service(folder, os.environ | settings)
    try:
        yield Year(service, voters=voters)
    finally:
        service.stop()


def follow_letter(page: Page, year: Year, to: str, link: str) -> None:
    """Finds the newest letter with such a link in the inbox, as whoever tries the service does, and follows it."""
    year.mailbox.wait(to, link, check=year.service.check)
    page.goto(f"{year.service.base_url}/inkorg?till={to}")
    page.locator("ul.letters a").first.click()
    page.frame_locator("iframe.letter").locator(f"a[href*='{link}']").first.click()


@pytest.fixture(scope="module")
def year(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Year]:
    """A year that one module has to itself, with nothing played."""
    with started(tmp_path_factory.mktemp("journey")) as fresh:
        yield fresh


@pytest.fixture(scope="session")
def shared_year(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PlayedYear]:
    """A year that modules share (under xdist those of one worker): it only goes forward."""
    with started(tmp_path_factory.mktemp("shared")) as fresh:
        yield PlayedYear(fresh)
