"""A person who asks to be forgotten is: from pages, rows, versions, files, the outbox and the database's own bytes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from app import extensions
from app.access import Role
from app.core import ledger_file
from app.extensions import db, transaction
from app.jobs.models import Job
from app.jobs.service import kinds
from app.ledger import export
from app.ledger import service as ledger
from app.ledger.models import Log, Pseudonym
from app.mail import service as mail
from app.mail.models import Letter
from app.nominations import attachments, behind, content, scrubbing, uploads
from app.nominations.drafts import tell
from app.nominations.models import AskedLetter, Nomination, State
from app.nominations.records import happened, record_content, record_decision
from app.nominations.sanitising import Clean, Kind
from app.screening.erasure import erasing, erasing_search, mentions
from app.screening.models import Answer, Decision, Merge, Party, Told, ToldLetter, Verb
from tests.awards.browsing import Browser
from tests.databases import both_databases
from tests.screening.nominated import nominated, open_edition, put_together, secretary
from tests.screening.traces import traces

NAME, ADDRESS = "Quintina Åströmsson-Unik", "quintina.unik@astromsson.example"
PATH = "/sekretariat/2026/radera"


@pytest.fixture
def wal(monkeypatch: pytest.MonkeyPatch) -> None:
    """SQLite with a write-ahead log, also where it would be too old for one; ask for it before `app`."""
    monkeypatch.setattr(extensions, "SAFE_WAL", (3, 0, 0))


@pytest.fixture
def edition(app: Flask, clock) -> Any:
    return open_edition(clock.now())


@pytest.fixture
def browser(app: Flask) -> Browser:
    made = Browser(app)
    made.sign_in()
    return made


def theirs(edition, number: int, state: State = State.ACCEPTED, **fields: Any) -> Nomination:
    """A nomination that the person sent."""
    return nominated(edition, number, state, **{"contact_name": NAME, "contact_email": ADDRESS, **fields})


def everywhere(app: Flask, edition, clock) -> Nomination:
    """Puts the person into every kind of row there is."""
    by, now = secretary(), clock.now()
    item = theirs(edition, 1, why=f"Fråga {NAME.upper()} eller skriv till {ADDRESS}.", remarks=f"Ring {NAME}")
    other = nominated(edition, 2, person_name=NAME, person_email=ADDRESS, authority_email=ADDRESS)
    with transaction():
        item = db.session.get(Nomination, item.id)
        record_content(item, "nomination-edited", now=now)
        item.why = item.why.replace("Fråga", "Kontakta")
        item.read = {"buyer": {"name": f"Kommun, att: {NAME}"}, "email": ADDRESS}
        item.sources = {"authority_email": {"from": "1-2026", "value": ADDRESS}}
        record_content(item, "nomination-edited", now=now)
        happened(item, "declined", now=now, by=by, note=f"{NAME} svarade inte")
        item.decision_reason = f"{NAME} svarade inte"
        record_decision(item, "nomination-declined", by=by, now=now)
        decision = Decision(nomination_id=item.id, verb=Verb.DECLINE, reason=f"{NAME} svarade inte", words_sv=f"Hej {NAME}!", subject_sv=f"Till {NAME}", account_id=by, at=now)  # fmt: skip
        told = Told(nomination_id=other.id, party=Party.PERSON, name=NAME, email=ADDRESS, told_at=now, reply=f"Jag heter {NAME}", corrections={"title": NAME}, earlier=[{"reply": NAME}])  # fmt: skip
        db.session.add_all([decision, told, AskedLetter(nomination_id=item.id, email=ADDRESS, at=now)])
        db.session.flush()
        db.session.add(ToldLetter(told_id=told.id, version=1, email=ADDRESS, subject=NAME, words=f"Hej {NAME}", account_id=by, at=now))  # fmt: skip
        folder = app.extensions["settings"].uploads_dir
        stored = uploads.keep(folder, b"%PDF", now=now)
        attachments.add(item, Clean(Kind.PDF, b"%PDF"), stored, f"Intyg {NAME}.pdf", now=now)
        tell(item, "nomination_copy", now=now)
    put_together(item, other, by)
    return item


def erase(
    text: str, chosen: set[int] | None = None, digest: str = "", *, by: int = 0, now: Any = None
) -> erasing.Erased:
    """Erases what `look` finds, or the chosen ones of it."""
    from tests.conftest import START

    found = erasing_search.look(text)
    with transaction():
        return erasing.erase(
            text,
            {sight.nomination.id for sight in found.sights} if chosen is None else chosen,
            digest or found.digest,
            by=by or secretary(),
            now=now or START,
        )


def scrub(clock) -> None:
    db.session.rollback()
    kinds()[scrubbing.KIND].run({}, now=clock.now(), progress=lambda done, total: None)


def read_ledger(edition) -> Any:
    """The log of an edition as a file, read and checked as anybody does."""
    db.session.rollback()
    log = ledger.find(edition.id)
    written = b"".join(export.chunks(log))
    assert NAME.encode() not in written
    assert ADDRESS.encode() not in written
    return ledger_file.read(written)


@both_databases
def test_nothing_is_left_in_rows_pages_files_or_the_bytes_of_the_database(
    app, edition, browser, clock
) -> None:
    item = everywhere(app, edition, clock)
    folder: Path = app.extensions["settings"].uploads_dir
    before = read_ledger(edition)
    assert NAME in browser.get(f"/sekretariat/2026/nomineringar/{item.id}").text
    if not app.extensions["settings"].sqlite:
        with db.engine.connect() as connection:
            connection.execution_options(isolation_level="AUTOCOMMIT").exec_driver_sql("ANALYZE")
            connection.exec_driver_sql("CHECKPOINT")
    assert traces(app, NAME)
    assert traces(app, ADDRESS)

    page = browser.post(PATH, {"text": ADDRESS}, code=200)
    assert "står i 2 nomineringar" in page.text
    for words in (
        "Kontakt",
        "En sparad version",
        "Ett beslut och dess brev",
        "nominerar",
        "Utkorgen minns",
    ):
        assert words in page.text, words
    done = browser.post(f"{PATH}/bekrafta", confirmed(page), page=PATH, code=303)
    assert "Raderad ur 2 nomineringar" in browser.follow(done).text
    page = browser.post(PATH, {"text": NAME}, code=200)
    assert "står ingenstans" in page.text
    if not app.extensions["settings"].sqlite:
        assert traces(app, NAME)  # until the job has run: PostgreSQL keeps old rows
    scrub(clock)

    assert traces(app, NAME) == []
    assert traces(app, ADDRESS) == []
    assert traces(app, "Åströmsson-Unik", "quintina") == []
    assert [entry.name for entry in folder.iterdir()] == []
    db.session.rollback()
    for word in (NAME, ADDRESS, "Quintina"):
        assert browser.get(f"/sekretariat/2026/nomineringar?q={word}").root.find_class("rows") == []
    detail = browser.get(f"/sekretariat/2026/nomineringar/{item.id}").text
    assert NAME not in detail
    assert "En nominerande som är raderad" in detail
    left = db.session.get(Nomination, item.id)
    assert (left.title, left.company) == (item.title, "")
    assert behind.numbers(edition.id)[item.id] == 2
    assert "Kontakta […] eller skriv till […]." in left.why
    assert [event.what for event in left.events].count("erased") == 1

    after = read_ledger(edition)
    assert after.lines[: len(before.lines)] == before.lines
    assert after.of("person-erased")[0].data["nominations"] == 2
    export.verify(ledger.find(edition.id))


def confirmed(page: Any, **changes: Any) -> dict[str, Any]:
    """The form of a page with everything that it shows chosen, and the word."""
    chosen = page.root.xpath("//input[@name='nomination']/@value")
    return {"text": page.root.xpath("//input[@name='text']/@value")[0], "digest": page.value("digest"), "nomination": chosen, "word": "radera", **changes}  # fmt: skip


def test_a_write_ahead_log_holds_nothing_either(wal, app, edition, clock) -> None:
    everywhere(app, edition, clock)
    with db.engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
    assert any(name.endswith("-wal") for name in traces(app, NAME))
    erase(ADDRESS)
    scrub(clock)
    assert traces(app, NAME, ADDRESS) == []


@both_databases
def test_the_ledgers_entries_lead_to_nobody_any_more(app, edition, clock) -> None:
    item = everywhere(app, edition, clock)
    subjects = {f"nomination-{part}:{item.public_id}" for part in ("content", "reason")}
    assert subjects <= set(db.session.scalars(select(Pseudonym.subject)))
    erase(NAME)
    assert not subjects & set(db.session.scalars(select(Pseudonym.subject)))


@pytest.mark.parametrize(
    "state", [State.DRAFT, State.SUBMITTED, State.CONFIRMED, State.COMPLETION_ASKED, State.WITHDRAWN]
)
def test_an_undecided_nomination_goes_with_its_only_nominator(edition, state) -> None:
    item = theirs(edition, 1, state)
    other = nominated(edition, 2)
    assert erase(ADDRESS) == erasing.Erased(1, 1, 0)
    assert [each.id for each in db.session.scalars(select(Nomination))] == [other.id]
    assert not [each for each in db.session.scalars(select(Pseudonym.subject)) if item.public_id in each]


@pytest.mark.parametrize("state", [State.ACCEPTED, State.DECLINED])
def test_a_decided_one_stays_and_is_counted(edition, state) -> None:
    item = theirs(edition, 1, state, remarks="Ring", relation_words="Vi vann")
    assert erase(ADDRESS) == erasing.Erased(1, 0, 0)
    left = db.session.get(Nomination, item.id)
    assert (left.state, left.title, bool(left.why)) == (state, item.title, True)
    assert (
        left.company,
        left.orgnr,
        left.contact_name,
        left.contact_email,
        left.remarks,
        left.relation_words,
    ) == ("",) * 6
    assert left.forgotten_at is not None
    assert all(
        version.content["contact_email"] == version.content["company"] == "" for version in left.versions
    )


def test_where_others_stand_behind_it_it_stays_and_so_do_they(edition) -> None:
    item, other = theirs(edition, 1, State.CONFIRMED), nominated(edition, 2)
    put_together(item, other, secretary())
    erase(ADDRESS)
    assert behind.numbers(edition.id)[item.id] == 2
    assert db.session.get(Nomination, other.id).contact_name == "Åsa Ödman"


def test_one_who_was_merged_leaves_and_the_number_stays_right(edition) -> None:
    item, other = nominated(edition, 1, State.CONFIRMED), theirs(edition, 2, State.CONFIRMED)
    put_together(item, other, secretary())
    erase(ADDRESS)
    assert behind.numbers(edition.id)[item.id] == 2
    assert db.session.get(Nomination, other.id).company == ""


def test_the_person_who_is_named_leaves_and_the_nominator_stays(edition, clock) -> None:
    item = nominated(edition, 1, person_name=NAME, person_email=ADDRESS, why=f"{NAME} lyssnade.")
    with transaction():
        db.session.add(Told(nomination_id=item.id, party=Party.PERSON, name=NAME, email=ADDRESS, told_at=clock.now(), reply="Tack"))  # fmt: skip
    erase(ADDRESS)
    left, told = db.session.get(Nomination, item.id), db.session.scalars(select(Told)).one()
    assert (left.state, left.contact_name, left.forgotten_at) == (State.CONFIRMED, "Åsa Ödman", None)
    assert (left.person_name, left.person_email, left.why) == ("", "", "[…] lyssnade.")
    assert (told.name, told.email, told.reply, told.link_version) == ("", "", "", 2)
    assert {version.content["person_name"] for version in left.versions} == {""}


def test_an_authoritys_answer_stays_without_the_address(edition, clock) -> None:
    item = nominated(edition, 1, authority_email=ADDRESS)
    with transaction():
        db.session.add(Told(nomination_id=item.id, party=Party.AUTHORITY, email=ADDRESS, told_at=clock.now(), reply=f"Tack! {NAME}"))  # fmt: skip
    erase(ADDRESS)
    told = db.session.scalars(select(Told)).one()
    assert (told.email, told.reply) == ("", f"Tack! {NAME}")
    erase(NAME)
    assert db.session.scalars(select(Told)).one().reply == "Tack! […]"


def test_a_name_in_somebody_elses_words_is_taken_out_of_every_version(edition, clock) -> None:
    item = nominated(edition, 1, why=f"Fråga {NAME}!")
    item.why = "Nytt"
    content.keep_version(item, by=None, now=clock.now())
    db.session.commit()
    erase(NAME.lower())
    versions = db.session.get(Nomination, item.id).versions
    assert [version.content["why"] for version in versions] == ["Fråga […]!", "Nytt"]


def test_only_what_was_chosen_is_erased(edition) -> None:
    one, two = theirs(edition, 1), theirs(edition, 2)
    erase(ADDRESS, {two.id})
    assert db.session.get(Nomination, one.id).contact_email == ADDRESS
    assert db.session.get(Nomination, two.id).contact_email == ""


def test_the_outbox_forgets_letters_about_nominations_and_no_others(edition, clock) -> None:
    item = theirs(edition, 1)
    with transaction():
        tell(item, "nomination_copy", now=clock.now())
        mail.queue("sign-in", subject_id=1, to=ADDRESS, language="sv", now=clock.now())
        mail.queue("nomination_copy", subject_id=1, to=f"x{ADDRESS}", language="sv", now=clock.now())
    assert erase(ADDRESS).letters == 1
    assert sorted((each.name, each.to) for each in db.session.scalars(select(Letter))) == [
        ("nomination_copy", f"x{ADDRESS}"),
        ("sign-in", ADDRESS),
    ]


def test_every_edition_is_looked_through_and_each_records_it(app, edition, clock) -> None:
    other = open_edition(clock.now(), slug="2027", year=2027)
    theirs(edition, 1)
    theirs(other, 2)
    theirs(other, 3)
    assert erase(ADDRESS).nominations == 3
    numbers = [
        ledger.last(edition=each.id, kind="person-erased").data["nominations"] for each in (edition, other)
    ]
    assert numbers == [1, 2]
    assert len(db.session.scalars(select(Log)).all()) >= 2


def test_what_has_changed_since_one_looked_is_not_erased(edition) -> None:
    theirs(edition, 1)
    digest = erasing_search.look(ADDRESS).digest
    theirs(edition, 2)
    with pytest.raises(erasing.FoundChanged):
        erase(ADDRESS, {1}, digest)
    with pytest.raises(erasing.NothingChosen):
        erase(ADDRESS, set())


@pytest.mark.parametrize("text", ["", "   ", "abc", "@b", "\0\0\0\0\0"])
def test_what_stands_everywhere_is_not_looked_for(edition, browser, text) -> None:
    page = browser.post(PATH, {"text": text}, code=422)
    assert "minst 4 tecken" in page.text


def test_more_than_anybody_can_look_through_is_said(edition, browser, monkeypatch) -> None:
    monkeypatch.setattr(erasing_search, "MOST", 1)
    for number in (1, 2, 3):
        theirs(edition, number)
    assert "fler än 1 nomineringar" in browser.post(PATH, {"text": NAME}, code=422).text


def test_the_word_is_needed_and_a_choice(edition, browser) -> None:
    item = theirs(edition, 1)
    for changes, says in (
        ({"word": ""}, "Skriv RADERA"),
        ({"nomination": []}, "Välj minst en"),
        ({"digest": "x"}, "ändrats"),
    ):
        page = browser.post(PATH, {"text": ADDRESS}, code=200)
        again = browser.post(f"{PATH}/bekrafta", confirmed(page, **changes), page=PATH, code=422)
        assert says in again.text
        assert "Inget raderades" in again.text
    db.session.rollback()
    assert db.session.get(Nomination, item.id).contact_email == ADDRESS
    english = browser.post(f"/en{PATH}", {"text": NAME}, code=200)
    assert "Write ERASE to confirm" in english.text
    assert english.root.xpath("//input[@name='nomination']/@checked") == []  # a name may be somebody else's
    browser.post(f"/en{PATH}/bekrafta", confirmed(english, word="erase"), page=f"/en{PATH}", code=303)


def test_only_the_secretariat_erases(edition, app) -> None:
    for role in (Role.JUROR, Role.OBSERVER):
        browser = Browser(app)
        browser.sign_in(role, email=f"{role}@example.se")
        browser.get(PATH, code=403)


def test_a_link_that_was_mailed_opens_nothing_any_more(edition, browser) -> None:
    from app.nominations import letters

    item = theirs(edition, 1)
    link = f"/nominera/2026/andra/{letters.edit_token(item)}"
    browser.get(link)
    erase(ADDRESS)
    browser.get(link, code=410)


@pytest.mark.parametrize(
    ("looked_for", "text", "stands"),
    [
        ("Anna Berg", "Fråga Anna  Berg.", True),
        ("Anna Berg", "Fråga anna\nberg", True),
        ("Anna Berg", "Anna Bergström", False),
        ("Anna Berg", "Johanna Berg", False),
        ("a@b.example", "Till: <A@B.example>.", True),
        ("a@b.example", "aa@b.example", False),
        ("a@b.example", "a@b.example.org", True),
        ("Åsa.*", "Åsa", False),
    ],
)
def test_whole_names_and_addresses_are_found(looked_for: str, text: str, stands: bool) -> None:
    found = mentions.pattern(looked_for)
    assert mentions.stands_in(found, {"a": [text]}) is stands
    assert mentions.stands_in(found, mentions.without(found, text)) is False


def test_answers_to_rules_and_merges_are_looked_through_too(edition, clock) -> None:
    from app.screening.eligibility import rules

    by = secretary()
    item, other = nominated(edition, 1), nominated(edition, 2)
    put_together(item, other, by)
    with transaction():
        asked = rules.add(
            edition.id, {"check": "question", "text_sv": "Ny?", "text_en": "New?"}, by=by, now=clock.now()
        )
        db.session.add(Answer(nomination_id=item.id, rule_id=asked.id, holds=True, note=f"Enligt {NAME}", account_id=by, at=clock.now()))  # fmt: skip
        merge = db.session.scalars(select(Merge)).one()
        merge.before = {"winners": {"winners": NAME}}
    erase(NAME)
    assert db.session.scalars(select(Answer)).one().note == "Enligt […]"
    assert db.session.scalars(select(Merge)).one().before == {"winners": {"winners": "[…]"}}


def test_asking_twice_cleans_once(edition) -> None:
    theirs(edition, 1)
    theirs(edition, 2)
    erase(ADDRESS, {1})
    erase(ADDRESS, {2})
    assert len(db.session.scalars(select(Job).where(Job.kind == scrubbing.KIND)).all()) == 1
