"""The receipt by mail: only for who asks, once, to the address of the roll, and nothing of it is kept."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.ballots import mailed
from app.ballots import service as ballots
from app.ballots.models import Ballot, Credential
from app.core.belenios.credentials import parse_typed
from app.extensions import db, transaction
from app.ledger.models import LogEntry
from app.mail import outbox
from app.mail.models import Letter, LetterEvent, LetterState
from app.mail.rendering import written
from app.roll.models import Voter
from tests.ballots.voting import ballot, cast, post
from tests.databases import both_databases
from tests.tally.year import AFTER, START


def ask(client, year, data, **more):
    return post(client, f"/rosta/{year.slug}/rost", {"ballot": data.decode(), "receipt": True, **more})


def queued() -> list[Letter]:
    return list(db.session.scalars(select(Letter).where(Letter.name == "receipt").order_by(Letter.id)))


def set_state(letter: Letter, state: str, attempts: int = 1) -> None:
    with transaction():
        row = db.session.get(Letter, letter.id)
        row.state, row.attempts, row.finished_at = state, attempts, START


@both_databases
def test_who_asks_gets_one_letter_with_the_receipt_at_the_address_of_the_roll(year, client):
    status, answer = ask(client, year, ballot(year, 1))
    assert status == 200
    (letter,) = queued()
    assert (letter.to, letter.language, letter.edition_id) == ("rost2@example.se", "sv", year.edition_id)
    got = answer["receipt"]
    for lang in ("sv", "en"):
        said = written("receipt", letter.subject_id, lang, START)
        for part in (said.text, said.html):
            assert {got["tracker"], got["event"], got["signature"]} <= set(
                part.replace("<", " ").replace(">", " ").split()
            )
            assert "Företag 2 AB" in part
            assert not any(name in part for name in ("Drift av väg", "Måltider till äldre", "Tolktjänster"))
            assert year.secrets[1] not in part
    link = next(word for word in said.text.split() if "#" in word)
    assert link.startswith("http://127.0.0.1:8000/en/rosta/2026/kvitto#")


def test_who_does_not_ask_gets_none(year, client):
    cast(client, year, ballot(year, 0))
    assert queued() == []


@both_databases
def test_a_lost_answer_and_another_try_make_one_letter(year, client):
    data = ballot(year, 0)
    first = ask(client, year, data)
    assert ask(client, year, data) == first
    assert cast(client, year, data) == first
    assert len(queued()) == 1


@both_databases
def test_a_stranger_who_sends_a_public_ballot_again_sends_nobody_anything(year, client):
    """Every ballot's bytes are in the public archive from the moment that it is cast."""
    data = ballot(year, 0)
    first = cast(client, year, data)
    assert ask(client, year, data) == first
    assert ask(client, year, ballot(year, 0, {2}))[0] == 409
    assert queued() == []


@pytest.mark.parametrize("value", [False, None, 1, 1.0, "true", "", [], {}])
def test_the_wish_is_exactly_true(year, client, value):
    assert ask(client, year, ballot(year, 0), receipt=value) == (400, {"error": "malformed"})
    assert ask(client, year, ballot(year, 0), more=1) == (400, {"error": "malformed"})
    assert ballots.turnout(year.edition_id).cast == 0
    assert queued() == []


def test_a_refused_ballot_sends_nothing(year, client, clock):
    data = ballot(year, 0)
    clock.set(AFTER)
    assert ask(client, year, data)[0] == 403
    assert ask(client, year, data.replace(b'"challenge":"', b'"challenge":"1', 1))[0] in {400, 422}
    assert queued() == []


def test_an_address_that_no_letter_can_go_to_costs_no_vote(year, client):
    with transaction():
        db.session.scalar(select(Voter).order_by(Voter.id)).email = "inte en adress"
    assert ask(client, year, ballot(year, 0))[0] == 200
    assert queued() == []


@both_databases
def test_nothing_stays_of_a_letter_that_has_left(year, client, clock):
    ask(client, year, ballot(year, 0))
    (letter,) = outbox.take("worker", clock.now())
    outbox.end(letter, "worker", state=LetterState.SENT, now=clock.now(), answer="250 ok")
    assert queued() == []
    assert not db.session.scalars(select(LetterEvent)).all()


@both_databases
def test_what_failed_is_deleted_and_at_the_close_what_waits_for_another_try(year, client):
    for voter in range(4):
        ask(client, year, ballot(year, voter))
    bounced, failed, waiting, fresh = queued()
    set_state(bounced, "bounced")
    set_state(failed, "failed")
    set_state(waiting, "deferred", attempts=3)
    with transaction():
        mailed.forget()
    assert [letter.id for letter in queued()] == [waiting.id, fresh.id]
    with transaction():
        ballots.end_ballots(year.edition_id, now=AFTER)
    assert [letter.id for letter in queued()] == [
        fresh.id
    ]  # a vote of the last minute: its letter leaves once


def test_neither_address_nor_tracker_is_in_the_ledger(year, client):
    tracker = ask(client, year, ballot(year, 0))[1]["receipt"]["tracker"]
    with transaction():
        ballots.end_ballots(year.edition_id, now=AFTER + timedelta(seconds=1))
    lines = b"".join(db.session.scalars(select(LogEntry.line)))
    assert tracker.encode() not in lines
    assert b"rost1@example.se" not in lines


def test_a_letter_whose_ballot_is_not_there_is_not_sent(year):
    credential = db.session.scalar(select(Credential).order_by(Credential.id))
    assert db.session.get(Ballot, credential.id) is None
    assert written("receipt", credential.id, "sv", START) is None


def test_without_javascript_the_tick_asks_too_and_pressing_twice_sends_one(year, client):
    from lxml import html

    from app.awards.models import Edition

    with transaction():
        db.session.get(Edition, year.edition_id).plain_voting = True
    path = f"/rosta/{year.slug}/utan-javascript"
    fields = {"code": parse_typed(year.secrets[0]), "q0": "0", "q1": "1"}

    def token(page):
        return html.fromstring(page.get_data(as_text=True)).xpath(
            "string(//input[@name='csrf_token']/@value)"
        )

    first = client.get(path)
    review = client.post(path, data={**fields, "action": "review", "csrf_token": token(first)})
    tick = html.fromstring(review.get_data(as_text=True)).xpath("//input[@name='receipt']")
    assert [each.get("type") for each in tick] == ["checkbox"]
    assert tick[0].get("checked") is None
    casting = {**fields, "action": "cast", "receipt": "y", "csrf_token": token(review)}
    pages = [client.post(path, data=casting) for _ in range(2)]
    assert [page.status_code for page in pages] == [200, 200]
    assert [letter.to for letter in queued()] == ["rost1@example.se"]
    back = client.post(
        path, data={**casting, "action": "change", "csrf_token": token(pages[0]) or token(review)}
    )
    assert html.fromstring(back.get_data(as_text=True)).xpath("//form//input[@name='receipt']/@value") == [
        "y"
    ]
