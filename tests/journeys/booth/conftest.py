"""An open vote behind a web server in this process, so that a test can move its clock, and a voter at a real browser."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import pytest
from playwright.sync_api import Page, Route, expect
from sqlalchemy import select
from werkzeug.serving import make_server

from app import create_app
from app.ballots import service as ballots
from app.ballots.models import Ballot, Credential
from app.core.belenios.credentials import public_credential
from app.extensions import clock as service_clock
from app.extensions import db
from config import Settings
from tests import needs
from tests.conftest import TestClock
from tests.servers import free_port
from tests.tally import year as tally_year

ARRIVED = "ballot arrived, answer lost"
LOST = "ballot lost"


OTHERS_SETTINGS = (
    "DATABASE_URL",
    "REDIS_URL",
    "SMTP_URL",
    "SECRET_KEYS",
    "KEYS_DIR",
    "KEYS_PASSPHRASE",
    "LOG_KEY_FILE",
    "INBOX_DIR",
    "CLOCK_FILE",
)
VOTERS = 160
PER_TEST = 3


@dataclass
class Vote:
    """The vote that is open, and the few voters in it that one test has to itself."""

    base: str
    year: tally_year.Year
    clock: TestClock
    first: int = 0

    def address(self, lang: str = "sv") -> str:
        """The booth's address, without a code."""
        return f"{self.base}{'/en' if lang == 'en' else ''}/rosta/{self.year.slug}"

    def code(self, voter: int = 0) -> str:
        """A voter's code, as it stands in the letter."""
        assert voter < PER_TEST
        return self.year.secrets[self.first + voter]

    def link(self, voter: int = 0, lang: str = "sv") -> str:
        """The link in a voter's letter."""
        return f"{self.address(lang)}#{self.code(voter)}"

    def public(self, voter: int = 0) -> str:
        """The public half of a voter's code."""
        return public_credential(self.code(voter), ballots.election(self.year.edition_id).uuid)

    def trackers(self) -> list[str]:
        """The trackers of this test's voters' ballots, as they lie in the box."""
        mine = [self.public(voter) for voter in range(PER_TEST)]
        found = db.session.scalars(
            select(Ballot.tracker)
            .join(Credential, Ballot.credential_id == Credential.id)
            .where(Credential.public.in_(mine))
        ).all()
        db.session.remove()  # an open read would hold SQLite's lock against the server's threads
        return list(found)


@pytest.fixture(scope="module")
def open_vote(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Vote]:
    """Two categories (choose one; approve up to two), three nominees each, behind a web server of this process."""
    needs.chromium()
    port = free_port()
    still = TestClock(tally_year.START)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(service_clock, "now", still.now)
        for name in OTHERS_SETTINGS:
            patch.delenv(name, raising=False)
        patch.setenv("INSTANCE_DIR", str(tmp_path_factory.mktemp("vote")))
        patch.setenv("BASE_URL", f"http://127.0.0.1:{port}")
        app = create_app(Settings.from_env())
        app.config["RATELIMIT_ENABLED"] = False
        with app.app_context():
            db.create_all()
            year = tally_year.open_vote(voters=VOTERS)
            db.session.remove()
            server = make_server("127.0.0.1", port, app, threaded=True)
            thread = threading.Thread(target=server.serve_forever, daemon=True)
            thread.start()
            yield Vote(f"http://127.0.0.1:{port}", year, still)
            server.shutdown()
            thread.join()
            server.server_close()
            db.session.remove()
            db.engine.dispose()


@pytest.fixture
def vote(open_vote: Vote) -> Iterator[Vote]:
    """The open vote, with voters who have not voted; its clock is put back afterwards."""
    yield replace(open_vote)
    open_vote.first += PER_TEST
    open_vote.clock.set(tally_year.START)


class Voter:
    """What a voter does in the booth, and what the booth then shows."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def sees(self, view: str) -> None:
        """Waits for one of the booth's pages; no other may be seen with it."""
        expect(self.page.locator(f'[data-view="{view}"]')).to_be_visible(timeout=20_000)
        expect(self.page.locator("[data-view]:visible")).to_have_count(1)

    def opens(self, link: str, view: str = "choose") -> None:
        """Follows a link, as from a letter."""
        self.page.goto("about:blank")
        self.page.goto(link)
        self.sees(view)

    def chooses(self, one: str = "1", several: tuple[str, ...] = ("0", "2")) -> None:
        """Marks the ballot: a nominee's number, or "blank"."""
        self.page.check(f"#q0-{one}")
        for each in several:
            self.page.check(f"#q1-{each}")

    def reviews(self, one: str = "1", several: tuple[str, ...] = ("0", "2")) -> None:
        """Marks the ballot and goes on to the review."""
        self.chooses(one, several)
        self.page.click("#paper button")
        self.sees("review")

    def casts(self) -> str:
        """Casts, and gives the tracker of the receipt."""
        self.page.click("#cast")
        self.sees("receipt")
        return self.tracker()

    def tracker(self, view: str = "receipt") -> str:
        """The tracker that is shown."""
        shown = self.page.locator(f'[data-view="{view}"] [data-receipt="tracker"]')
        expect(shown).to_be_visible()
        tracker = shown.text_content() or ""
        assert len(tracker) == 43
        return tracker

    def remembered(self) -> str:
        """Everything that the browser keeps for this site in this tab."""
        kept = self.page.evaluate(
            "JSON.stringify([{...sessionStorage}, {...localStorage}, document.cookie, history.state])"
        )
        return str(kept)

    def loses(self, *what: str) -> list[str]:
        """The next casts go wrong on the way, each as told; gives the list that every cast's bytes go into."""
        left = list(what)
        sent: list[str] = []

        def handle(route: Route) -> None:
            sent.append(route.request.post_data or "")
            fate = left.pop(0) if left else ""
            if fate == ARRIVED:
                route.fetch()
            if fate:
                route.abort("connectionreset")
            else:
                route.continue_()

        self.page.route("**/rost", handle)
        return sent


@pytest.fixture
def voter(open_page: Callable[..., Page]) -> Callable[..., Voter]:
    """Gives voters, each with a browser of their own."""
    return lambda **options: Voter(open_page(**options))
