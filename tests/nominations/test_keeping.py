"""What goes by itself, and when; what the privacy page says is what happens."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select, update

from app.awards import privacy
from app.awards import service as awards
from app.core.phases import Phase
from app.extensions import db, transaction
from app.jobs.models import Job
from app.jobs.service import kinds
from app.mail.models import Letter, LetterState
from app.nominations import attachments, content, drafts, forgetting, scrubbing, uploads
from app.nominations.drafts import KEPT_FOR, tell
from app.nominations.models import AskedLetter, Nomination, Relation, State
from app.nominations.sanitising import Clean, Kind
from tests.nominations.conftest import form, mailed, only, open_edition
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


def cancel(edition, clock) -> None:
    with transaction():
        awards.record_phase(edition.id, Phase.CANCELLED, account_id=None, reason="För få.", now=clock.now())


def test_people_are_forgotten_when_their_edition_says(app, edition, clock) -> None:
    other = open_edition(clock.now(), slug="2027", year=2027, people_kept_days=60)
    fields = {
        "remarks": "Ring mig", "relation": Relation.WON, "relation_words": "Vi vann", "person_name": "Petra",
        "person_email": "petra@x.example", "authority_email": "chef@x.example", "decision_reason": "Anna sa nej",
        "read": {"email": "chef@x.example", "title": "T"}, "typed": {"contact_email": "fel@"},
        "sources": {"person_name": {"from": "1"}, "title": {"from": "1"}},
    }  # fmt: skip
    item = nomination(edition, clock, state=State.ACCEPTED, **fields)
    later = nomination(other, clock, 2, State.DECLINED, **fields)
    folder = app.extensions["settings"].uploads_dir
    with transaction():
        for each in (db.session.get(Nomination, item.id), db.session.get(Nomination, later.id)):
            content.keep_version(each, by=None, now=clock.now())
            stored = uploads.keep(folder, b"%PDF", now=clock.now())
            attachments.add(each, Clean(Kind.PDF, b"%PDF"), stored, "Annas intyg.pdf", now=clock.now())
            tell(each, "nomination_copy", now=clock.now())
    db.session.execute(update(Letter).values(state=LetterState.SENT, finished_at=clock.now()))
    db.session.commit()
    cancel(edition, clock)
    cancel(other, clock)
    start = clock.now()
    run(start + timedelta(days=60) - timedelta(seconds=1))
    assert db.session.get(Nomination, later.id).contact_email
    run(start + timedelta(days=60))
    db.session.expire_all()
    forgotten(db.session.get(Nomination, later.id))
    assert db.session.get(Nomination, item.id).contact_email
    assert [letter.subject_id for letter in mailed("nomination_copy")] == [item.id]
    assert {entry.name for entry in folder.iterdir()} == {
        db.session.get(Nomination, item.id).attachments[0].public_id
    }
    assert [job.kind for job in db.session.scalars(select(Job)) if job.kind == scrubbing.KIND]
    run(start + timedelta(days=365))
    db.session.expire_all()
    forgotten(db.session.get(Nomination, item.id))
    run(start + timedelta(days=400))
    assert [event.what for event in db.session.get(Nomination, item.id).events].count("forgotten") == 1


def forgotten(row: Nomination) -> None:
    """Nobody is left in it; what it was about is."""
    for name in forgetting.EVERYBODY:
        assert not forgetting.holds(row, name)
    assert (row.decision_reason, row.typed, row.read, row.sources) == (
        "",
        {},
        {"title": "T"},
        {"title": {"from": "1"}},
    )
    assert row.title
    assert row.why
    assert row.relation is Relation.WON
    assert row.attachments == []
    assert {event.note for event in row.events} == {""}
    for version in row.versions:
        assert not any(version.content[name] for names in forgetting.GROUPS.values() for name in names)
        assert version.content["title"] == row.title


def test_whoever_was_erased_as_nominator_leaves_others_to_be_forgotten_in_time(edition, clock) -> None:
    item = nomination(edition, clock, state=State.ACCEPTED, person_name="Petra")
    with transaction():
        item = db.session.get(Nomination, item.id)
        forgetting.forget(item, ["nominator"])
        item.forgotten_at = clock.now()
    cancel(edition, clock)
    run(clock.now() + timedelta(days=365))
    db.session.expire_all()
    assert db.session.get(Nomination, item.id).person_name == ""


def test_the_privacy_page_names_each_editions_days(edition, browser, clock) -> None:
    assert "365 dagar." in browser.get("/integritet").text
    open_edition(clock.now(), slug="2027", year=2027, name_sv="Priset 2027", people_kept_days=60)
    text = browser.get("/integritet").text
    assert "60 dagar (Priset 2027)" in text
    assert "365 dagar (Anbudspriset 2026)" in text
    assert "365 days (Anbudspriset 2026)" in browser.get("/en/integritet").text


def test_the_privacy_page_names_the_times_of_the_code(edition, browser) -> None:
    page = browser.get("/integritet")
    assert f"{drafts.KEPT_FOR.days} " in page.text
    assert f"{edition.people_kept_days} " in page.text
    assert len(privacy.all_kept()) >= 3
