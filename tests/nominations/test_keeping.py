"""What goes by itself, and when; what the privacy page says is what happens."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from app.awards import privacy
from app.awards import service as awards
from app.core.phases import Phase
from app.extensions import db, transaction
from app.jobs.service import kinds
from app.nominations import drafts, keeping
from app.nominations.drafts import KEPT_FOR
from app.nominations.models import AskedLetter, Nomination, State
from tests.nominations.conftest import form, only
from tests.nominations.test_staff import nomination

PATH = "/nominera/2026/formular"
STEPS = "/nominera/2026"


def run(now) -> None:
    kinds()["nominations.forget"].run({}, now=now, progress=lambda done, total: None)


def test_unfinished_nominations_go_after_fourteen_days_untouched(edition, browser, clock) -> None:
    browser.post(PATH, form())
    start = clock.now()
    for number, state in enumerate(
        (State.DRAFT, State.WITHDRAWN, State.CONFIRMED, State.ACCEPTED, State.DECLINED)
    ):
        nomination(edition, clock, number, state)
    run(start + KEPT_FOR - timedelta(seconds=1))
    assert len(db.session.scalars(select(Nomination)).all()) == 6
    run(start + KEPT_FOR)
    left = {item.state for item in db.session.scalars(select(Nomination))}
    assert left == {State.CONFIRMED, State.ACCEPTED, State.DECLINED}
    assert db.session.scalars(select(AskedLetter)).all() == []


def test_saving_again_counts_as_touching(edition, browser, clock) -> None:
    browser.post(PATH, {"action": "save", "title": "Utkast"})
    clock.set(clock.now() + timedelta(days=10))
    browser.post(PATH, {"action": "save", "title": "Utkast igen"})
    run(clock.now() + timedelta(days=5))
    assert only().title == "Utkast igen"


def test_people_are_forgotten_a_year_after_the_result(edition, clock) -> None:
    item = nomination(edition, clock, state=State.ACCEPTED, remarks="Ring mig")
    nomination(edition, clock, 2, State.DECLINED)
    with transaction():
        awards.record_phase(edition.id, Phase.CANCELLED, account_id=None, reason="För få.", now=clock.now())
    run(clock.now() + keeping.PEOPLE_KEPT_FOR - timedelta(seconds=1))
    assert db.session.get(Nomination, item.id).contact_email
    run(clock.now() + keeping.PEOPLE_KEPT_FOR)
    db.session.expire_all()
    for row in db.session.scalars(select(Nomination)):
        assert (row.contact_name, row.contact_email, row.company, row.orgnr, row.remarks) == (
            "",
            "",
            "",
            "",
            "",
        )
        assert row.title
        assert row.why
    run(clock.now() + keeping.PEOPLE_KEPT_FOR)
    assert len(db.session.get(Nomination, item.id).events) == 1


def test_the_privacy_page_names_the_times_of_the_code(edition, browser) -> None:
    page = browser.get("/integritet")
    assert f"{drafts.KEPT_FOR.days} " in page.text
    assert f"{keeping.PEOPLE_KEPT_FOR.days} " in page.text
    assert len(privacy.all_kept()) >= 3
