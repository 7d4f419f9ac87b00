from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
from flask import Flask

from app.access import Role
from app.accounts import service as accounts
from app.awards.models import Edition
from app.core.phases import Phase
from app.extensions import db, transaction
from app.jobs.worker import Worker
from app.roll import importing, taking_in
from app.secretariat import service
from tests.awards.browsing import Browser, Page
from tests.awards.conftest import make_edition
from tests.conftest import START, TestClock
from tests.tally import year

CLOSE = START + timedelta(days=20)
VOTE_CLOSES = START + timedelta(days=60)
NUMBERS = ("5560360793", "5560125790", "5565475489")


@dataclass
class Desk:
    __test__ = False

    """Two people of the secretariat, a juror, and the edition before them."""

    app: Flask
    clock: TestClock
    edition_id: int
    anna: Browser
    bo: Browser
    people: dict[str, int]

    @property
    def edition(self) -> Edition:
        db.session.rollback()
        return db.session.get_one(Edition, self.edition_id, populate_existing=True)

    @property
    def phase(self) -> Phase:
        return self.edition.phase

    def home(self, browser: Browser | None = None) -> Page:
        return (browser or self.anna).get("/sekretariat/2026")

    def move(
        self, to: str, browser: Browser | None = None, *, code: int = 303, action: str = "move", **fields: str
    ) -> Page:
        """Opens the move's page and sends its form."""
        browser = browser or self.anna
        address = f"/sekretariat/2026/flytta/{to}"
        browser.get(address)
        data = {"expected": str(self.phase), "action": action, **fields}
        return browser.post(address, data, code=code, page="/konto")

    def work(self) -> None:
        db.session.rollback()
        Worker(self.app).run(until_idle=True)

    def advance(self, to: Phase, *, by: str = "anna", now: datetime | None = None) -> None:
        expected = self.phase
        with transaction():
            service.advance(
                self.edition_id, to, expected=expected, by=self.people[by], now=now or self.clock.now()
            )

    def shortlisting(self) -> None:
        """Nominated, closed, three on the shortlist of each category, three on the roll."""
        self.advance(Phase.NOMINATING)
        with transaction():
            year._nominees(db.session.get_one(Edition, self.edition_id), year.NAMES, self.clock.now())
            text = "Företag;Orgnr;E-post\n" + "".join(f"Bolag {n};{n};post@{n}.se\n" for n in NUMBERS)
            made = taking_in.upload(
                edition_id=self.edition_id,
                data=text.encode(),
                filename="",
                by=self.people["anna"],
                now=self.clock.now(),
            )
            plan = importing.plan_of(made)
            importing.confirm(
                import_id=made.id,
                edition_id=self.edition_id,
                digest=plan.digest,
                by=self.people["anna"],
                now=self.clock.now(),
            )
        self.clock.set(CLOSE + timedelta(minutes=11))
        self.anna.sign_in(email="anna@example.se")
        self.bo.sign_in(email="bo@example.se")
        self.advance(Phase.SHORTLISTING)

    def prepared(self) -> None:
        self.shortlisting()
        self.move("prepared")
        self.work()
        assert self.phase is Phase.PREPARED

    def send_test_letter(self) -> None:
        self.anna.post("/sekretariat/2026/brev/prov", code=302, page="/sekretariat/2026/brev")


@pytest.fixture
def desk(app: Flask, clock: TestClock) -> Desk:
    edition = make_edition(
        START,
        slug="2026",
        name_sv="Anbudspriset 2026",
        name_en="Anbudspriset 2026",
        nominations_close_at=CLOSE,
        voting_opens_at=CLOSE + timedelta(days=10),
        voting_closes_at=VOTE_CLOSES,
        result_at=VOTE_CLOSES + timedelta(days=10),
        spare_count=2,
        signoffs_needed=1,
    )
    with transaction():
        people = {
            name: accounts.create(
                email=f"{name}@example.se", name=name.title(), role=role, language="sv", now=START
            ).id
            for name, role in (("anna", Role.SECRETARIAT), ("bo", Role.SECRETARIAT), ("jurij", Role.JUROR))
        }
    anna, bo = Browser(app), Browser(app)
    anna.sign_in(email="anna@example.se")
    bo.sign_in(email="bo@example.se")
    return Desk(app, clock, edition.id, anna, bo, people)
