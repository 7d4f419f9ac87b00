"""The stage of a rehearsal: the started service, its clock, the year's dates, and the staff at their browsers."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from app.extensions import Clock
from app.processes import Service, local_settings
from app.rehearsal import sample
from app.rehearsal.browser import Browser, Page
from app.rehearsal.mailbox import Mailbox
from app.rehearsal.voters import Vote
from app.web import STOCKHOLM

CLEARED = (
    "BASE_URL",
    "SMTP_URL",
    "CLOCK_FILE",
    "KEYS_DIR",
    "LOG_KEY_FILE",
    "INBOX_DIR",
    "UPLOADS_DIR",
    "INSTANCE_DIR",
    "REDIS_URL",
)
SECRETARY = ("Sara Sekreterare", "sara@example.se")
SECOND_SECRETARY = ("Sven Sekreterare", "sven@example.se")
JURORS = (
    ("Jonna Juror", "jonna@example.se"),
    ("Johan Juror", "johan@example.se"),
    ("Jasmin Juror", "jasmin@example.se"),
)
PATIENCE = 180
BEGIN_BEFORE = timedelta(days=130)


class NotReached(RuntimeError):
    """Something that the service should have done by itself did not happen in time."""


def start_service(
    folder: Path,
    env: Mapping[str, str] | None = None,
    *,
    begin: datetime | None = None,
    web_port: int = 0,
    mail_port: int = 0,
) -> Service:
    """Web, worker and inbox on free ports, started; everything of theirs, and the movable clock, lives in *folder*.

    The clock begins at *begin* (BEGIN_BEFORE ago when None). From there it only goes forward, as clocks do.
    Ports are the system's choice where they are 0, so that many services can be started side by side.
    """
    folder.mkdir(parents=True, exist_ok=True)
    clock = Clock()
    clock.file = folder / "clock.json"
    clock.move_to(begin or datetime.now(UTC) - BEGIN_BEFORE)
    given = {name: value for name, value in (env or os.environ).items() if name not in CLEARED}
    settings = local_settings(
        given | {"CLOCK_FILE": str(clock.file)}, folder, web_port=web_port, mail_port=mail_port
    )
    service = Service(settings, inbox=True, log_dir=folder / "log")
    service.prepare()
    service.start()
    return service


@dataclass(frozen=True)
class Dates:
    """When things happen in the played year; all in the service's time."""

    begin: datetime
    nominations_close: datetime
    voting_opens: datetime
    voting_closes: datetime

    @classmethod
    def from_start(cls, begin: datetime) -> Dates:
        """Sixty days of nominations, three weeks of jury work, ten days of voting."""
        day = begin.astimezone(STOCKHOLM).replace(hour=18, minute=0, second=0, microsecond=0)
        return cls(begin, *(day + timedelta(days=days) for days in (60, 81, 91)))


@dataclass
class Stage:
    """A started service and the people in front of it; `Year` plays on it."""

    service: Service
    voters: int
    nominations: Sequence[sample.Sample] = sample.NOMINATIONS
    roll: bytes | None = None
    year: int = 2026
    begin: datetime | None = None
    say: Callable[[str], object] = print
    tick: Callable[[int], object] = abs
    votes: list[Vote] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.mailbox = Mailbox(Path(self.service.env["INBOX_DIR"]))
        self.clock = Clock()
        self.clock.file = Path(self.service.env["CLOCK_FILE"])
        self.dates = Dates.from_start(self.begin or self.clock.now())
        self.staff: dict[str, Browser] = {}
        self.slug = str(self.year)

    # ---- staff ----------------------------------------------------------------------------------

    def set_up(self) -> None:
        """The first account from the set-up link; a second secretary and the jury by invitation."""
        if self.begin is not None:
            self.clock.move_to(self.begin)
        link = self.service.command("setup-link").strip()
        if not link:
            self.sign_in_again()
            return
        sara = Browser(self.service.base_url)
        sara.open(link).form(having="email").fill(name=SECRETARY[0], email=SECRETARY[1]).submit()
        self.staff[SECRETARY[1]] = sara
        for (name, email), role in [
            (SECOND_SECRETARY, "secretariat"),
            *((juror, "juror") for juror in JURORS),
        ]:
            sara.open("/sekretariat/personer").form(having="role").fill(
                name=name, email=email, role=role
            ).submit().expect_no_errors()
            self._accept(email)
        self.say("staff has moved in")

    def sign_in_again(self) -> None:
        """Everyone of the staff signs in by a mailed link (their sessions ended with the months that passed)."""
        for _, email in (SECRETARY, SECOND_SECRETARY, *JURORS):
            self.sign_in(email)

    def sign_in(self, email: str) -> Browser:
        """One of the staff asks for a link, opens it, and presses its button."""
        before = len(self.mailbox.find(email, "/logga-in/"))
        browser = Browser(self.service.base_url)
        browser.open("/logga-in").form(having="email").fill(email=email).submit()
        link = self.mailbox.wait(email, "/logga-in/", count=before + 1, check=self.service.check).links(
            "/logga-in/"
        )[0]
        browser.open(link).form(action="/logga-in/").submit()
        self.staff[email] = browser
        return browser

    def _accept(self, email: str) -> None:
        link = self.mailbox.wait(email, "/inbjudan/", check=self.service.check).links("/inbjudan/")[0]
        browser = Browser(self.service.base_url)
        browser.open(link).form(action="/inbjudan/").submit()
        self.staff[email] = browser

    @property
    def sara(self) -> Browser:
        """The first secretary's browser."""
        return self.staff[SECRETARY[1]]

    def at(self, page: str) -> str:
        """The address of one of the edition's pages for the secretariat."""
        return f"/sekretariat/{self.slug}{page}"

    def move(self, to: str, *, by: str = SECRETARY[1], action: str = "move", **fields: str) -> Page:
        """One move of the edition, from its page."""
        page = self.staff[by].open(self.at(f"/flytta/{to}"))
        return page.form(having="expected").fill(**fields).submit("action", action).expect_no_errors()

    def wait_until(self, reached: Callable[[], bool], what: str) -> None:
        """Returns when *reached*; raises `NotReached` when the service does not get there."""
        end = time.monotonic() + PATIENCE
        while not reached():
            self.service.check()
            if time.monotonic() > end:
                raise NotReached(f"{what}: not after {PATIENCE} s")
            time.sleep(0.3)
