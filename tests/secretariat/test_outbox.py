"""Sending to many: exactly whom was shown, once, and nobody is nobody."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update

from app.ballots import reminding
from app.ballots import service as ballots
from app.ballots.models import LetterBatch
from app.core.phases import Phase
from app.extensions import db, transaction
from app.ledger import service as ledger
from app.mail import service as mail
from app.mail.models import Letter
from app.mail.rendering import written
from app.nominations.models import Nomination
from app.roll.models import Voter
from app.secretariat import announcing, outbox
from tests.awards.browsing import Browser, Page
from tests.ballots.voting import Year, ballot, cast, open_vote
from tests.databases import both_databases
from tests.tally.year import START

DAY = timedelta(days=1)
OUTBOX = "/sekretariat/2026/utskick"
REMINDER = f"{OUTBOX}/paminnelse"
RESULT = f"{OUTBOX}/resultat"
AGAIN = f"{OUTBOX}/rattade"


@pytest.fixture
def sent(app: Flask, clock) -> Year:
    """An open vote, a day old; all four ballots have arrived."""
    clock.set(START)
    year = open_vote(voters=4)
    with transaction():
        ballots.send_letters(year.edition_id, by=year.secretaries[0].id, now=START)
        db.session.execute(update(Letter).where(Letter.name == "ballot").values(state="sent"))
    clock.set(START + DAY)
    return year


@pytest.fixture
def anna(sent: Year, app: Flask) -> Browser:
    browser = Browser(app)
    browser.sign_in(email=sent.secretaries[0].email)
    return browser


def batches_of(letter: str) -> list[LetterBatch]:
    db.session.rollback()
    return list(db.session.scalars(select(LetterBatch).where(LetterBatch.letter == letter)))


def letters(name: str) -> list[Letter]:
    db.session.rollback()
    return list(db.session.scalars(select(Letter).where(Letter.name == name).order_by(Letter.id)))


def send(browser: Browser, path: str, *, count: str, seen: str | None = None, code: int = 303) -> Page:
    seen = browser.get(path).value("seen") if seen is None else seen
    return browser.post(path, {"count": count, "seen": seen}, code=code, page="/konto")


@both_databases
def test_it_shows_how_many_to_whom_and_what_then_sends_that(sent, anna, client):
    cast(client, sent, ballot(sent, 0))
    with transaction():
        for each in db.session.scalars(select(Voter)):
            each.company = f"Bolag {each.id}"
    page = anna.get(REMINDER)
    assert "Till 4 mottagare" in page.text  # who voted this hour is not known yet
    assert "rost4@example.se" in page.text
    assert "/rosta/2026" in page.text
    for secret in sent.secrets:
        assert secret not in page.html
    whole = anna.get(f"{REMINDER}/mottagare")
    assert all(f"rost{n}@example.se" in whole.text for n in range(1, 5))
    assert batches_of("ballot-reminder") == []
    send(anna, REMINDER, count="4")
    (batch,) = batches_of("ballot-reminder")
    assert (batch.recipients, batch.by, batch.by_plan) == (4, sent.secretaries[0].id, False)
    assert ledger.last(edition=sent.edition_id, kind="letters-queued").data["recipients"] == 4
    assert len(letters("ballot-reminder")) == 4


def test_another_number_sends_nothing_and_keeps_what_was_typed(sent, anna):
    for typed in ("3", "", "fyra", "40"):
        page = send(anna, REMINDER, count=typed, code=422)
        assert "skickades" in page.errors
        assert page.value("count") == typed
    assert letters("ballot-reminder") == []
    send(anna, REMINDER, count=" 4 ")
    assert len(letters("ballot-reminder")) == 4


def test_what_has_changed_since_it_was_shown_is_looked_at_again(sent, anna):
    seen = anna.get(REMINDER).value("seen")
    with transaction():
        db.session.scalars(select(Voter)).first().email = "annan@example.se"
    page = send(anna, REMINDER, count="4", seen=seen, code=409)
    assert "annan@example.se" in page.text
    for wrong in ("", "0" * 64):
        send(anna, REMINDER, count="4", seen=wrong, code=409)
    assert letters("ballot-reminder") == []


def test_pressing_twice_sends_once(sent, anna):
    seen = anna.get(REMINDER).value("seen")
    send(anna, REMINDER, count="4", seen=seen)
    again = send(anna, REMINDER, count="4", seen=seen)
    assert "skickas två gånger" in anna.follow(again).html
    assert len(letters("ballot-reminder")) == 4
    assert len(batches_of("ballot-reminder")) == 1


@both_databases
def test_two_people_at_once_send_once(sent, app, anna):
    edition = sent.edition
    now = START + DAY
    selected = outbox.choose(outbox.REMINDER, edition, now=now)
    seen = outbox.digest(outbox.REMINDER, edition, selected, now=now)
    ends: list[str] = []
    gate = threading.Barrier(2)

    def press(by: int) -> None:
        with app.app_context():
            gate.wait(20)
            try:
                with transaction():
                    outbox.send(outbox.REMINDER, sent.edition_id, by=by, now=now, seen=seen)
                ends.append("sent")
            except (outbox.CannotSend, outbox.Stale):
                ends.append("refused")

    people = [threading.Thread(target=press, args=(each.id,)) for each in sent.secretaries[:2]]
    for one in people:
        one.start()
    for one in people:
        one.join()
    assert sorted(ends) == ["refused", "sent"]
    assert len(letters("ballot-reminder")) == 4


def test_nobody_is_told_and_gets_nothing(sent, anna):
    with transaction():
        db.session.execute(update(Letter).where(Letter.name == "ballot").values(state="failed"))
    assert "Ingenting skickas" in anna.get(REMINDER).text
    before = len(letters("ballot"))
    for path in (REMINDER, AGAIN, RESULT):
        anna.post(path, {"count": "0", "seen": ""}, code=409, page="/konto")
        anna.post(path, {"count": "4", "seen": ""}, code=409, page="/konto")
        assert anna.get(f"{path}/mottagare", code=302).answer.location.endswith(path)
    assert letters("ballot-reminder") == letters("result") == []
    assert len(letters("ballot")) == before
    assert batches_of("result") == []


@both_databases
def test_a_corrected_address_gets_the_ballot_again(sent, anna):
    with transaction():
        db.session.execute(update(Letter).where(Letter.name == "ballot").values(state="bounced"))
        db.session.scalars(select(Voter)).first().email = "ny@example.se"
    send(anna, AGAIN, count="1")
    newest = letters("ballot")[-1]
    assert (newest.to, newest.state, len(letters("ballot"))) == ("ny@example.se", "queued", 5)
    anna.post(AGAIN, {"count": "4", "seen": ""}, page="/konto", code=303)  # pressed twice
    assert len(letters("ballot")) == 5


def test_the_outbox_tells_what_went_and_hides_who_was_held_back(sent, anna, client, clock):
    send(anna, REMINDER, count="4")
    cast(client, sent, ballot(sent, 0))
    with transaction():
        rows = letters("ballot-reminder")
        rows[0].state = "cancelled"
        rows[1].state = rows[2].state = "sent"
    anna.get(OUTBOX)  # what was said about sending is read
    said = anna.get(OUTBOX).text
    assert "3 av 4 genomgångna" in said
    assert anna.get(f"{OUTBOX}/2.json").answer.get_json()["done"] == 3
    with transaction():
        letters("ballot-reminder")[0].state = "sent"
    assert said == anna.get(OUTBOX).text  # the same, whether a letter was held back or sent
    assert "4 av 4 framme" in said


def test_a_reminder_that_failed_is_nowhere_shown_by_name(sent, anna):
    send(anna, REMINDER, count="4")
    with transaction():
        db.session.execute(
            update(Letter)
            .where(Letter.name == "ballot-reminder")
            .values(state="failed", server_answer="550 no")
        )
    assert "rost1@example.se" not in anna.get("/sekretariat/2026/fel").text
    assert "4 kom inte fram" in anna.get(OUTBOX).text


def published(year: Year) -> None:
    with transaction():
        year.edition.phase = Phase.PUBLISHED
        nominations = list(db.session.scalars(select(Nomination)))
        for number, each in enumerate(nominations):
            each.contact_email, each.company = f"nom{number % 2}@example.se", "Nominerande AB"
            each.confirmed_at = START
        nominations[0].contact_email = "ROST1@example.se"


@both_databases
def test_the_result_goes_to_each_address_once_and_not_before(sent, anna):
    assert "publicerat" in anna.get(RESULT).text
    assert written("result", sent.edition_id, "sv", START) is None
    published(sent)
    with transaction():
        letters("ballot")[3].state = "bounced"
    send(anna, RESULT, count="5")
    assert sorted(each.to for each in letters("result")) == [
        "nom0@example.se", "nom1@example.se", "rost1@example.se", "rost2@example.se", "rost3@example.se",
    ]  # fmt: skip
    said = written("result", sent.edition_id, "en", START)
    assert "/en/resultat/2026" in said.text
    with pytest.raises(outbox.CannotSend):
        outbox.choose(outbox.RESULT, sent.edition, now=START)
    assert announcing.key(1, "A@x.se") == announcing.key(1, "a@x.se")


def test_the_lists_have_pages(sent, anna, monkeypatch):
    from app.secretariat import outbox_views

    monkeypatch.setattr(outbox_views, "PAGE", 3)
    first, second = anna.get(f"{REMINDER}/mottagare"), anna.get(f"{REMINDER}/mottagare?sida=2")
    assert "rost4@example.se" not in first.text
    assert "rost4@example.se" in second.text
    anna.get(f"{REMINDER}/mottagare?sida=3", code=404)


def test_an_empty_outbox_says_so(app, clock):
    clock.set(START)
    open_vote(voters=1)
    browser = Browser(app)
    browser.sign_in()
    for path in ("", "/en"):
        browser.get(path + OUTBOX)
    assert mail.counts(name="ballot").total == 0
    assert "Inget har skickats" in browser.get(OUTBOX).text
    browser.get(f"{OUTBOX}/9.json", code=404)
    assert outbox.REMINDER.letter == reminding.LETTER
