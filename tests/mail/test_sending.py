from __future__ import annotations

import dataclasses
import os
import signal
import subprocess
import sys
import threading
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.exc import OperationalError

from app.extensions import db, transaction
from app.jobs import leases
from app.jobs.models import Worker as WorkerRow
from app.jobs.worker import Worker
from app.mail import outbox, returns, sending, service
from app.mail.models import Letter, LetterEvent, LetterState
from tests.conftest import START, TestClock
from tests.databases import both_databases
from tests.mail.conftest import use_relay
from tests.mail.relay import Relay

ANNA = "anna@example.se"


def queue(to: str = ANNA, subject_id: int = 1, **more: Any) -> int:
    with transaction():
        return service.queue("test", subject_id=subject_id, to=to, language="sv", now=START, **more).id


def letter(letter_id: int) -> Letter:
    db.session.rollback()
    return db.session.get_one(Letter, letter_id)


def send(app: Flask) -> None:
    Worker(app).run(until_idle=True)


@both_databases
def test_a_letter_arrives_whole_and_is_marked_sent(post: Flask, relay: Relay) -> None:
    sent = queue(subject_id=7)
    send(post)
    assert (letter(sent).state, letter(sent).server_answer) == (LetterState.SENT, "250 taken")
    (mail,) = relay.mails
    assert mail["Subject"] == "Hej 7"
    assert mail["To"] == ANNA
    assert mail["Reply-To"] == "kansli@example.se"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["Message-ID"] == f"<{letter(sent).message_id}@localhost>"
    assert [part.get_content_type() for part in mail.iter_parts()] == ["text/plain", "text/html"]
    text = mail.get_body(("plain",))
    assert text is not None
    said = text.get_content().replace("\r\n", "\n")
    assert said == "Hej, här är länken:\n\nhttp://127.0.0.1:8000/rosta/2026#7\n\n.\n..två punkter\n"


def test_many_letters_share_a_connection(post: Flask, relay: Relay) -> None:
    for number in range(45):
        queue(f"v{number}@example.se")
    send(post)
    assert (len(relay.mails), relay.connections) == (45, 1)


def test_nothing_leaves_before_its_time_or_after_a_rollback(
    post: Flask, relay: Relay, clock: TestClock
) -> None:
    queue(run_at=START + timedelta(hours=1))
    with pytest.raises(service.UnknownLetter), transaction():
        queue_two_of_which_one_is_unknown()
    send(post)
    assert relay.mails == []
    clock.set(START + timedelta(hours=1))
    send(post)
    assert len(relay.mails) == 1


def queue_two_of_which_one_is_unknown() -> None:
    for name in ("test", "unknown"):
        service.queue(name, subject_id=1, to=ANNA, language="sv", now=START)


def test_a_letter_that_must_not_go_any_more_is_cancelled(post: Flask, relay: Relay) -> None:
    gone = queue(subject_id=404)
    send(post)
    assert (letter(gone).state, relay.mails) == (LetterState.CANCELLED, [])


def test_single_letters_pass_those_to_many(post: Flask, relay: Relay) -> None:
    service.letter("test", bulk=True)(service.kinds()["test"].context)
    queue("first@example.se")
    service.letter("test")(service.kinds()["test"].context)
    queue("single@example.se")
    send(post)
    assert [mail["To"] for mail in relay.mails] == ["single@example.se", "first@example.se"]


@pytest.mark.parametrize("planned", ["550 no such mailbox", "DATA 554 spam"])
def test_a_refusal_for_good_fails_with_the_servers_words(post: Flask, relay: Relay, planned: str) -> None:
    relay.plan[ANNA].append(planned)
    bad, good = queue(), queue("b@example.se")
    send(post)
    assert (letter(bad).state, letter(bad).server_answer) == (
        LetterState.FAILED,
        planned.removeprefix("DATA "),
    )
    assert letter(good).state == LetterState.SENT
    with transaction():
        service.retry(bad, START, to="rätt@exempel.se")
    send(post)
    assert (letter(bad).state, relay.delivered["rätt@exempel.se"]) == (LetterState.SENT, 1)


@pytest.mark.parametrize("planned", ["450 busy", "421 closing", "DATA 451 try later", "hang up", "drop"])
def test_trouble_for_now_is_tried_again_later(
    post: Flask, relay: Relay, clock: TestClock, planned: str
) -> None:
    relay.plan[ANNA].append(planned)
    bad, good = queue(), queue("b@example.se")
    send(post)
    assert (letter(bad).state, letter(bad).run_at) == (LetterState.DEFERRED, START + timedelta(seconds=5))
    assert letter(bad).server_answer
    assert letter(good).state == LetterState.SENT
    clock.set(START + timedelta(seconds=5))
    send(post)
    assert letter(bad).state == LetterState.SENT
    assert relay.delivered[ANNA] == (2 if planned == "drop" else 1)
    assert len({mail["Message-ID"] for mail in relay.mails if mail["To"] == ANNA}) == 1


def test_a_stalled_server_is_left_after_the_timeout(post: Flask, relay: Relay, clock: TestClock) -> None:
    use_relay(post, relay.url(timeout=0.3))
    relay.plan[ANNA].append("stall")
    bad, good = queue(), queue("b@example.se")
    send(post)
    assert (letter(bad).state, letter(good).state) == (LetterState.DEFERRED, LetterState.SENT)


def test_a_letter_is_given_up_after_hours_of_trouble(post: Flask, relay: Relay, clock: TestClock) -> None:
    relay.plan[ANNA].extend(["450 busy"] * outbox.ATTEMPTS)
    bad = queue()
    for _try in range(outbox.ATTEMPTS):
        send(post)
        clock.set(clock.now() + timedelta(hours=1))
    assert (letter(bad).state, letter(bad).server_answer) == (LetterState.FAILED, "450 busy")
    assert [row.id for row in service.failures()] == [bad]


def test_while_the_relay_is_away_letters_wait_without_losing_tries(post: Flask, relay: Relay) -> None:
    relay.stop()
    waiting = queue()
    send(post)
    assert (letter(waiting).state, letter(waiting).attempts) == (LetterState.QUEUED, 0)
    assert letter(waiting).server_answer == "no connection to the relay: ConnectionRefusedError"
    again = Relay()
    again.start()
    use_relay(post, again.url())
    send(post)
    again.stop()
    assert letter(waiting).state == LetterState.SENT


def test_a_relay_that_does_not_take_our_sender_costs_no_letter(post: Flask, relay: Relay) -> None:
    """It would say so to every one of them: they wait, and nothing has to be sent again by hand."""
    relay.says_to_sender = "553 5.7.1 sender address rejected: not owned by user"
    ids = [queue(f"{each}@example.se") for each in "abc"]
    send(post)
    assert {letter(each).state for each in ids} == {LetterState.QUEUED}
    assert {letter(each).attempts for each in ids} == {0}
    assert {(letter(each).server_answer or "")[:9] for each in ids} == {"553 5.7.1"}
    relay.says_to_sender = ""
    send(post)
    assert {letter(each).state for each in ids} == {LetterState.SENT}


def test_a_letter_that_cannot_be_written_waits_and_holds_up_no_other(post: Flask, relay: Relay) -> None:
    context = service.kinds()["test"].context
    service.letter("test")(lambda subject_id, now: context(1 // subject_id, now))
    bad, good = queue(subject_id=0), queue("b@example.se")
    send(post)
    assert (letter(bad).state, letter(good).state) == (LetterState.DEFERRED, LetterState.SENT)
    assert letter(bad).server_answer == "could not be written: ZeroDivisionError"


def test_a_domain_beyond_ascii_is_written_in_ascii(post: Flask, relay: Relay) -> None:
    queue("anna@räksmörgås.se")
    send(post)
    assert relay.mails[0]["To"] == "anna@xn--rksmrgs-5wao1o.se"
    assert relay.delivered["anna@xn--rksmrgs-5wao1o.se"] == 1


def test_a_mailbox_beyond_ascii_needs_a_server_that_takes_it(post: Flask, relay: Relay) -> None:
    plain = Relay(utf8=False)
    plain.start()
    use_relay(post, plain.url())
    odd = queue("åsa@example.se")
    ordinary = queue()
    send(post)
    plain.stop()
    assert (letter(odd).state, letter(ordinary).state) == (LetterState.FAILED, LetterState.SENT)
    assert "SMTPUTF8" in (letter(odd).server_answer or "")
    use_relay(post, relay.url())
    with transaction():
        service.retry(odd, START)
    send(post)
    assert relay.delivered["åsa@example.se"] == 1


def test_the_log_names_no_address_and_no_word(
    post: Flask, relay: Relay, capsys: pytest.CaptureFixture[str]
) -> None:
    relay.plan[ANNA].append(f"550 {ANNA} is unknown")
    queue()
    queue("b@example.se", subject_id=4711)
    send(post)
    said = "".join(capsys.readouterr())
    assert "example.se" not in said
    assert "4711" not in said


def test_a_claim_that_another_worker_took_over_is_not_sent(
    post: Flask, relay: Relay, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sending, "RECHECK", 0)
    stolen = queue()
    with transaction():
        leases.renew("me")
    take = outbox.take

    def and_lose(worker: str, now: Any, **more: Any) -> list[Letter]:
        letters = take(worker, now, **more)
        with transaction():
            db.session.execute(update(Letter).values(worker="thief"))
        return letters

    monkeypatch.setattr(outbox, "take", and_lose)
    source = sending.Outbox()
    source.work("me", threading.Event())
    source.close()
    assert (relay.mails, letter(stolen).state) == ([], LetterState.SENDING)


def test_a_delivery_is_recorded_once_the_database_is_back(
    post: Flask, relay: Relay, impatient: None, writer: Any
) -> None:
    first, second = queue(), queue("b@example.se")
    source = sending.Outbox()
    relay.when_taken = lambda: writer.execute("BEGIN IMMEDIATE")
    with pytest.raises(OperationalError):
        source.work("me", threading.Event())
    relay.when_taken = lambda: None
    writer.rollback()
    with transaction():
        leases.renew("me")
    while source.work("me", threading.Event()):
        pass
    source.close()
    assert (letter(first).state, letter(second).state) == (LetterState.SENT, LetterState.SENT)
    assert relay.delivered == {ANNA: 1, "b@example.se": 1}


@pytest.mark.parametrize(
    "database", ["sqlite", pytest.param("postgresql", marks=pytest.mark.slow)], indirect=True
)
def test_killed_workers_lose_no_letter_and_repeat_at_most_one_each(post: Flask, relay: Relay) -> None:
    addresses = [f"v{number}@example.se" for number in range(40)]
    for number, address in enumerate(addresses):
        queue(address, subject_id=number)
    for each in addresses[::20]:
        relay.plan[each].append("drop")
    kills = 2
    for number in range(kills):
        environment = {**os.environ, "SMTP_URL": relay.url()}
        with subprocess.Popen([sys.executable, "-m", "tests.mail.postman"], env=environment) as process:
            while sum(relay.delivered.values()) < 12 * (number + 1) and process.poll() is None:
                threading.Event().wait(0.005)
            os.kill(process.pid, signal.SIGKILL)
        with transaction():  # its lease runs out
            db.session.execute(update(WorkerRow).values(until=WorkerRow.until - leases.SECONDS))
    for _pause in range(2):
        with transaction():  # the pauses after a drop are over
            db.session.execute(
                update(Letter).where(Letter.state == LetterState.DEFERRED).values(run_at=START)
            )
        send(post)
    assert set(db.session.scalars(select(Letter.state))) == {LetterState.SENT}
    assert set(relay.delivered) == set(addresses)
    assert sum(relay.delivered.values()) - len(addresses) <= kills + len(addresses[::20])
    assert len({mail["Message-ID"] for mail in relay.mails}) == len(addresses)


@both_databases
def test_every_moment_of_a_letter_is_noted_with_the_servers_words(
    post: Flask, relay: Relay, clock: TestClock, database: str | None
) -> None:
    relay.plan[ANNA].extend(
        ["450 busy", f"550 <{ANNA}> said https://x.example/#AAAAA-AAAAAA-AAAAA-AAAAAA no"]
    )
    bad = queue()
    send(post)
    clock.set(START + timedelta(seconds=5))
    send(post)
    with transaction():
        service.retry(bad, clock.now())
    send(post)
    told = [(event.state, event.words, event.source) for event in service.history(bad)]
    assert told == [
        ("deferred", "450 busy", "smtp"),
        ("failed", "550 <[…]> said […] no", "smtp"),
        ("queued", "", "secretariat"),
        ("sent", "250 taken", "smtp"),
    ]
    assert [event.at for event in service.history(bad)] == [START, *[START + timedelta(seconds=5)] * 3]


@both_databases
def test_of_a_letter_to_forget_nothing_stays_once_it_has_left(
    post: Flask, relay: Relay, clock: TestClock, database: str | None
) -> None:
    service.letter("test", forget=True)(service.kinds()["test"].context)
    relay.plan[ANNA].append("450 busy")
    relay.plan["b@example.se"].append("550 no")
    waits, fails, gone = queue(), queue("b@example.se"), queue(subject_id=404)
    send(post)
    assert [row.id for row in db.session.scalars(select(Letter).order_by(Letter.id))] == [waits, fails]
    clock.set(START + timedelta(seconds=5))
    send(post)
    assert relay.delivered == {ANNA: 1}
    assert list(db.session.scalars(select(Letter.id))) == [fails]
    assert set(db.session.scalars(select(LetterEvent.letter_id))) == {fails}
    assert gone not in {waits, fails}


def test_a_letter_that_can_be_declined_says_so_for_one_click(post: Flask, relay: Relay) -> None:
    link = "https://rosta.award.example/avanmal/abc.def"
    service.letter("test", bulk=True)(lambda number, _now: {"number": number, "unsubscribe": link})
    queue()
    send(post)
    (mail,) = relay.mails
    assert mail["List-Unsubscribe"] == f"<{link}>"
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert mail["List-Id"] == "<test.anbudspriset.localhost>"


@pytest.mark.parametrize(
    "link",
    ["https://x.example/\r\nBcc: y@x.example", "https://x.example/>,<mailto:y@x.example", "javascript:1"],
)
def test_what_is_no_plain_link_gets_into_no_header(post: Flask, relay: Relay, link: str) -> None:
    service.letter("test")(lambda number, _now: {"number": number, "unsubscribe": link})
    bad = queue()
    send(post)
    assert relay.mails == []
    assert (
        letter(bad).server_answer
        == "could not be written: BadLink: the address for List-Unsubscribe is no plain link"
    )


def test_each_letter_leaves_with_a_return_path_of_its_own(post: Flask, relay: Relay) -> None:
    settings = post.extensions["settings"]
    post.extensions["settings"] = dataclasses.replace(
        settings, mail=dataclasses.replace(settings.mail, bounce_address="studs@award.example")
    )
    sent = [queue(f"v{number}@example.se") for number in range(3)]
    send(post)
    assert relay.senders == [
        returns.path(post.extensions["settings"], each, letter(each).message_id) for each in sent
    ]
    assert len(set(relay.senders)) == 3
    assert all(mail["From"] == "Anbudspriset <anbudspriset@localhost>" for mail in relay.mails)
