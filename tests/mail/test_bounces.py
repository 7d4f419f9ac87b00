"""What comes back, in the forms of many mail servers, is put down at its letter: once, and only by who may."""

from __future__ import annotations

import base64
import dataclasses
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import delete, select

from app.extensions import db, transaction
from app.mail import returns, service
from app.mail.bounces import parts, reading, taking
from app.mail.bounces.taking import Outcome
from app.mail.models import BounceReport, Letter, LetterEvent, LetterState
from config import MailSettings
from tests.conftest import START
from tests.databases import both_databases

CORPUS = Path(__file__).parent / "bounces"
TO = "anna@foretag.example"
BOUNCED, NOTED, UNMATCHED, IGNORED = Outcome.BOUNCED, Outcome.NOTED, Outcome.UNMATCHED, Outcome.IGNORED
USER_UNKNOWN = "550 5.1.1 <[…]>: Recipient address rejected: User unknown in virtual mailbox table"
EACH: dict[str, tuple[Outcome, str, str]] = {
    "a-form-nobody-knows": (UNMATCHED, "unread", ""),
    "a-person-answers": (IGNORED, "", ""),
    "amazonses-bounce": (BOUNCED, "bounced", "550 5.4.1 Recipient address rejected: Access denied"),
    "challenge-response": (IGNORED, "", ""),
    "dovecot-mailbox-full": (BOUNCED, "bounced", "552 5.2.2 <[…]>: Mailbox full, over quota"),
    "exchange-swedish": (BOUNCED, "bounced", "550 5.1.1 Mottagaren finns inte"),
    "exim-old-form": (BOUNCED, "bounced", "550 5.1.1 unknown user"),
    "exim-unknown-user": (BOUNCED, "bounced", "5.0.0 550 5.1.1 No such user"),
    "global-utf8": (BOUNCED, "bounced", "550 5.1.1 Användaren finns inte här"),
    "google-unknown-user": (BOUNCED, "bounced", "550-5.1.1 The email account that you tried to reach"),
    "microsoft365-dmarc": (BOUNCED, "bounced", "550 5.7.509 Access denied, sending domain AWARD.EXAMPLE"),
    "microsoft365-unknown-user": (BOUNCED, "bounced", "550 5.1.10 RESOLVER.ADR.RecipientNotFound"),
    "no-return-path": (BOUNCED, "bounced", "550 5.1.1 unknown"),
    "no-return-path-no-original": (UNMATCHED, "unknown", "5.1.1"),
    "out-of-office": (IGNORED, "", ""),
    "out-of-office-unmarked": (IGNORED, "", ""),
    "postfix-delayed": (NOTED, "delayed", "4.4.1 delivery temporarily suspended: connect to"),
    "postfix-delivered": (NOTED, "delivered", "250 2.0.0 Ok: queued as 4XyZ1m7"),
    "postfix-forwarded-and-refused": (BOUNCED, "bounced", "550 5.1.1 <[…]> unknown"),
    "postfix-forwarded-to-several": (NOTED, "delayed", "550 5.1.1 <[…]> unknown"),
    "postfix-given-up-after-days": (BOUNCED, "bounced", "4.4.1 connect to"),
    "postfix-greylisted": (NOTED, "delayed", "450 4.2.0 <[…]>: Recipient address rejected: Greylisted, see […]"),
    "postfix-mailbox-full-for-now": (NOTED, "delayed", "452 4.2.2 Mailbox full"),
    "postfix-relay-denied": (BOUNCED, "bounced", "554 5.7.1 <[…]>: Relay access denied"),
    "postfix-relayed": (NOTED, "relayed", "250 2.0.0 Ok"),
    "postfix-several-recipients": (BOUNCED, "bounced", "550 5.1.1 unknown user"),
    "postfix-spam-refused": (BOUNCED, "bounced", "554 5.7.1 Service unavailable; Client host"),
    "postfix-unknown-user": (BOUNCED, "bounced", USER_UNKNOWN),
    "qmail-unknown-user": (BOUNCED, "bounced", "198.51.100.7 does not like recipient. Remote host said: 550 5.1.1"),
    "read-receipt": (IGNORED, "", ""),
    "sendmail-unknown-user": (BOUNCED, "bounced", "550 5.1.1 <[…]>... User unknown"),
    "someone-elses-letter": (UNMATCHED, "unknown", "5.1.1"),
    "spam-complaint": (IGNORED, "", ""),
    "without-original": (BOUNCED, "bounced", "550 5.1.1 unknown"),
}  # fmt: skip


@pytest.fixture
def post(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Flask:
    settings = app.extensions["settings"]
    app.extensions["settings"] = dataclasses.replace(
        settings,
        mail_from="Anbudspriset <rosta@award.example>",
        mail=MailSettings.from_env({"BOUNCE_ADDRESS": "studs@award.example"}),
    )
    monkeypatch.setattr(service, "_kinds", {})
    service.letter("test")(lambda _subject, _now: {})
    return app


def sent(state: LetterState = LetterState.SENT, to: str = TO) -> Letter:
    with transaction():
        letter = service.queue("test", subject_id=1, to=to, language="sv", now=START)
        letter.state, letter.finished_at, letter.server_answer = state, START, "250 taken"
    return letter


def message(app: Flask, name: str, letter: Letter, return_path: str | None = None) -> bytes:
    """The corpus's message *name* about that letter."""
    path = return_path or returns.path(app.extensions["settings"], letter.id, letter.message_id)
    text = (CORPUS / f"{name}.eml").read_text(encoding="utf-8")
    text = text.replace("@@RETURN-PATH@@", path)
    return text.replace("@@MESSAGE-ID@@", f"<{letter.message_id}@award.example>").encode()


def take(data: bytes) -> Outcome:
    return taking.take(data, way="test", now=START + timedelta(minutes=1))


def events(letter: Letter) -> list[tuple[str, str]]:
    return [(each.state, each.words) for each in service.history(letter.id)]


def fresh(letter: Letter) -> Letter:
    db.session.rollback()
    return db.session.get_one(Letter, letter.id, populate_existing=True)


def test_the_table_names_every_message() -> None:
    assert sorted(EACH) == sorted(file.stem for file in CORPUS.glob("*.eml"))


@pytest.mark.parametrize("line_end", [b"\n", b"\r\n"], ids=["lf", "crlf"])
def test_each_message_gives_what_it_must_and_leaves_no_secret_and_no_address(
    post: Flask, line_end: bytes
) -> None:
    for name, (outcome, what, words) in EACH.items():
        letter = sent()
        assert take(message(post, name, letter).replace(b"\n", line_end)) == outcome, name
        said = events(letter)
        assert [state for state, _words in said] == ([what] if outcome in {BOUNCED, NOTED} else []), name
        state = LetterState.BOUNCED if outcome == BOUNCED else LetterState.SENT
        assert fresh(letter).state == state, name
        rows = list(db.session.scalars(select(BounceReport)))
        assert [row.why for row in rows] == ([what] if outcome == UNMATCHED else []), name
        kept = " ".join([*(each for _state, each in said), *(row.words for row in rows)])
        assert words in kept, (name, kept)
        for secret in ("Kx7Qm", "9pLbz", "://", "@", letter.message_id):
            assert secret not in kept + (fresh(letter).server_answer or ""), name
        with transaction():
            db.session.execute(delete(BounceReport))
            db.session.execute(delete(LetterEvent))


@both_databases
def test_a_report_counts_once_however_often_it_comes(post: Flask, database: str | None) -> None:
    letter = sent()
    data = message(post, "postfix-unknown-user", letter)
    assert [take(data), take(data), take(data.replace(b"Delivered-To", b"X-Was-To"))] == [
        BOUNCED, Outcome.REPEATED, Outcome.REPEATED,
    ]  # fmt: skip
    assert len(events(letter)) == 1
    unknown = message(post, "someone-elses-letter", letter)
    assert [take(unknown), take(unknown)] == [UNMATCHED, Outcome.REPEATED]
    assert taking.unmatched()[0] == 1


@pytest.mark.parametrize("forged", ["studs+{id}-aaaaaaaaaaaa@award.example", "other"])
def test_who_does_not_know_the_signature_marks_nothing(post: Flask, forged: str) -> None:
    letter, other = sent(), sent(to="bo@foretag.example")
    settings = post.extensions["settings"]
    theirs = returns.path(settings, other.id, other.message_id).replace(f"+{other.id}-", f"+{letter.id}-")
    path = theirs if forged == "other" else forged.format(id=letter.id)
    assert take(message(post, "without-original", letter, path)) == UNMATCHED
    # nor does a Message-ID in the original help a false return path
    assert take(message(post, "dovecot-mailbox-full", letter, path)) == UNMATCHED
    assert fresh(letter).state == LetterState.SENT
    assert events(letter) == events(other) == []
    assert {row.why for row in taking.unmatched()[1]} == {"signature"}


@both_databases
def test_names_that_no_database_can_hold_are_nobodys(post: Flask, database: str | None) -> None:
    """Anyone can write to the return path: a number beyond every row's, and a NUL where a Message-ID stands."""
    letter = sent()
    far = "studs+9999999999-aaaaaaaaaaaa@award.example"
    assert take(message(post, "without-original", letter, far)) == UNMATCHED
    assert take(message(post, "a-form-nobody-knows", letter, far)) == IGNORED
    nul = message(post, "no-return-path", letter).replace(letter.message_id.encode(), b"test.\0abc")
    assert b"\0" in nul
    assert take(nul) == UNMATCHED
    assert fresh(letter).state == LetterState.SENT


def test_another_services_report_touches_no_letter(post: Flask) -> None:
    letter = sent()
    settings = post.extensions["settings"]
    theirs = dataclasses.replace(settings, secret_keys=("another service's key, quite as long as ours",))
    path = returns.path(theirs, letter.id, letter.message_id)
    assert take(message(post, "without-original", letter, path)) == UNMATCHED
    assert fresh(letter).state == LetterState.SENT


@both_databases
def test_what_is_forgotten_is_taken_in_quietly(post: Flask, database: str | None) -> None:
    letter = sent()
    data = [message(post, name, letter) for name in ("postfix-unknown-user", "no-return-path")]
    with transaction():
        db.session.execute(delete(Letter))
    assert [take(each) for each in data] == [Outcome.FORGOTTEN, Outcome.FORGOTTEN]
    assert taking.unmatched() == (0, [])


def test_a_letter_sent_anew_is_not_touched_by_reports_about_the_first(post: Flask) -> None:
    letter = sent()
    late = message(post, "exim-unknown-user", letter)
    take(message(post, "postfix-unknown-user", letter))
    first_id = letter.message_id
    with transaction():
        again = service.retry(letter.id, START, to="ny@foretag.example")
        again.state = LetterState.SENT
    assert again.message_id != first_id
    assert take(late) == UNMATCHED
    assert fresh(letter).state == LetterState.SENT
    assert [state for state, _words in events(letter)] == ["bounced", "queued"]


def test_a_letter_that_is_just_being_handed_over_waits_for_its_report(post: Flask) -> None:
    letter = sent(LetterState.SENDING)
    with pytest.raises(taking.NotYet):
        take(message(post, "postfix-unknown-user", letter))
    with transaction():
        letter.state = LetterState.SENT
        db.session.merge(letter)
    assert take(message(post, "postfix-unknown-user", letter)) == BOUNCED


@pytest.mark.parametrize("state", [LetterState.FAILED, LetterState.CANCELLED, LetterState.DEFERRED])
def test_what_is_not_sent_stays_as_it_is(post: Flask, state: LetterState) -> None:
    letter = sent(state)
    assert take(message(post, "postfix-unknown-user", letter)) == NOTED
    assert fresh(letter).state == state


def test_delayed_and_then_delivered_or_back(post: Flask) -> None:
    letter = sent()
    for name in ("postfix-delayed", "postfix-delivered", "postfix-unknown-user"):
        take(message(post, name, letter))
    assert [state for state, _words in events(letter)] == ["delayed", "delivered", "bounced"]
    assert service.failures()[0].id == letter.id


def test_a_flood_is_bounded(post: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(taking, "MOST_REPORTS", 3)
    letter = sent()
    for number in range(30):
        marks = (b"pf2.", b"%d." % number), (b"other-1", b"other-%d" % number)
        for name, mark in zip(("postfix-delayed", "someone-elses-letter"), marks, strict=True):
            take(message(post, name, letter).replace(*mark))
    assert len(events(letter)) == taking.MOST_EVENTS
    assert taking.unmatched()[0] == 3


def nested(levels: int) -> bytes:
    head = b"Message-ID: <x@y>\nContent-Type: multipart/mixed; boundary=b0\n\n"
    inner = b"".join(
        b"--b%d\nContent-Type: multipart/mixed; boundary=b%d\n\n" % (n, n + 1) for n in range(levels)
    )
    return head + inner


STATUS = b"Final-Recipient: rfc822; a@b.c\nAction: failed\nDiagnostic-Code: smtp; %s\n\n"
HOSTILE: dict[str, Callable[[], bytes]] = {
    "nothing": lambda: b"",
    "noughts": lambda: b"\0" * 100_000,
    "no end of header": lambda: b"A" * 2_000_000,
    "many fields": lambda: b"X: y\n" * 400_000,
    "folded for ever": lambda: b"To: a\n" + b" b\n" * 500_000,
    "deep": lambda: nested(20_000),
    "many parts": lambda: (
        b"Content-Type: multipart/mixed; boundary=b\n\n" + b"--b\nContent-Type: text/plain\n\nx\n" * 50_000
    ),
    "empty boundary": lambda: b'Content-Type: multipart/report; boundary=""\n\n--\n--\n',
    "boundary as a pattern": lambda: b'Content-Type: multipart/mixed; boundary="(a+)+$"\n\n--aaaaaaaaaaaaaaaaaaaaaaaaaaa!\n',
    "bomb": lambda: (
        b"Content-Type: message/delivery-status\nContent-Transfer-Encoding: base64\n\n" + base64.b64encode(b"\n\n" * 400_000)
    ),
    "broken base64": lambda: b"Content-Type: message/delivery-status\nContent-Transfer-Encoding: base64\n\nab$c=d",
    "broken quoted-printable": lambda: b"Content-Type: message/delivery-status\nContent-Transfer-Encoding: quoted-printable\n\n=ZZ=\n=",
    "fifty megabytes": lambda: b"To: a@b\n\n" + b"x" * 50_000_000,
    "addresses": lambda: b"To: " + b"a@b," * 15_000 + b"\n\nx",
    "spaces": lambda: b"Content-Type:" + b" " * 60_000 + b"\n\nx",
    "at signs": lambda: b"To: " + b"@" * 60_000 + b"\n\n",
    "status without end": lambda: b"Content-Type: message/delivery-status\n\nFinal-Recipient: rfc822; a@b\nStatus: " + b"5." * 30_000,
    "status in words without end": lambda: (
        b"Content-Type: message/delivery-status\n\n"
        + b"".join(STATUS % (each * 3000) for each in (b"a", b"a.+-", b"a1_", b"#a", b"ab:", b"a@") * 6)
    ),
    "qmail without end": lambda: b"To: a\n\nHi. This is the qmail-send program\n\n" + b"<a@b>:\n\n" * 100_000,
    "latin": lambda: "To: åäö@award.example\nContent-Type: text/plain; charset=ÿ\n\nåäö".encode("latin-1"),
    "surrogates": lambda: b"To: \xed\xa0\x80@award.example\nMessage-ID: \xff\xfe\n\n\xff",
}  # fmt: skip


def test_hostile_messages_are_read_within_bounds(post: Flask) -> None:
    for which, make in HOSTILE.items():
        data = make()
        _top, found = parts.read(data)
        assert len(found) <= parts.MOST_PARTS, which
        assert sum(len(part.body) for part in found) <= parts.MOST_BYTES, which
        assert reading.read(data).fates == () or which.startswith(("status", "qmail")), which
        assert take(data) in {IGNORED, UNMATCHED}, which
