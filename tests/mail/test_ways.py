"""The ways by which reports come: maildir, IMAP, a relay's pipe, a signed webhook."""

from __future__ import annotations

import base64
import dataclasses
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.extensions import db, transaction
from app.jobs.worker import Worker
from app.mail import service
from app.mail.bounces import mailbox, maildir, reading, taking, webhook
from app.mail.models import LetterState
from tests.conftest import START, TestClock
from tests.databases import both_databases
from tests.mail.imap_server import PASSWORD, Mailbox
from tests.mail.test_bounces import fresh, message, post, sent
from tests.mail.test_relay_security import certificate, trusted

__all__ = ["certificate", "post", "trusted"]
NAME = "postfix-unknown-user"
KEY = "webhook-key-of-thirty-two-characters"


def use(app: Flask, **mail: Any) -> None:
    settings = app.extensions["settings"]
    app.extensions["settings"] = dataclasses.replace(
        settings, mail=dataclasses.replace(settings.mail, **mail)
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("new", "cur", "tmp"):
        (tmp_path / "Maildir" / name).mkdir(parents=True)
    return tmp_path / "Maildir"


def lay(folder: Path, data: bytes, name: str = "1733000409.M1P2.mx") -> None:
    (folder / "new" / name).write_bytes(data)


def there(folder: Path) -> tuple[list[str], list[str]]:
    return tuple(sorted(file.name for file in (folder / each).iterdir()) for each in ("new", "cur"))  # type: ignore[return-value]


@both_databases
def test_the_worker_reads_a_maildir(post: Flask, folder: Path, database: str | None) -> None:
    from app.jobs import service as jobs

    letter = sent()
    lay(folder, message(post, NAME, letter))
    use(post, bounce_maildir=folder)
    with transaction():
        jobs.enqueue("mail.bounces", now=START)
    Worker(post).run(until_idle=True)
    assert fresh(letter).state == LetterState.BOUNCED
    assert there(folder) == ([], ["1733000409.M1P2.mx:2,S"])


def test_a_message_that_was_read_but_not_moved_counts_once(
    post: Flask, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    letter = sent()
    lay(folder, message(post, NAME, letter))
    (folder / "cur").rmdir()
    (folder / "cur").write_bytes(b"")  # moving fails, as if the worker had died before it
    with pytest.raises(maildir.NoMaildir):
        maildir.read(folder, now=START)
    assert fresh(letter).state == LetterState.BOUNCED
    (folder / "cur").unlink()
    assert maildir.read(folder, now=START) == 1
    assert len(service.history(letter.id)) == 1


def test_what_cannot_be_put_down_yet_stays(post: Flask, folder: Path) -> None:
    letter = sent(LetterState.SENDING)
    lay(folder, message(post, NAME, letter))
    assert maildir.read(folder, now=START) == 0
    assert there(folder)[1] == []


def test_a_message_that_we_fail_at_does_not_stand_in_the_way_of_others(
    post: Flask, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    letter = sent()
    lay(folder, b"To: nobody@award.example\n\npoison", "1.first")
    lay(folder, message(post, NAME, letter), "2.second")
    read = reading.read

    def fails(data: bytes) -> reading.Report:
        if b"poison" in data:
            raise RecursionError
        return read(data)

    monkeypatch.setattr(reading, "read", fails)
    assert maildir.read(folder, now=START) == 2
    assert fresh(letter).state == LetterState.BOUNCED
    assert there(folder) == ([], ["1.first:2,F", "2.second:2,S"])


def test_a_link_in_a_maildir_is_not_followed(post: Flask, folder: Path, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_bytes(b"x")
    (folder / "new" / "link").symlink_to(secret)
    assert maildir.read(folder, now=START) == 0
    assert secret.exists()


def test_a_missing_maildir_is_said(post: Flask, tmp_path: Path) -> None:
    with pytest.raises(maildir.NoMaildir, match="BOUNCE_MAILDIR"):
        maildir.read(tmp_path / "nowhere", now=START)


@pytest.fixture(params=[True, False], ids=["keywords", "flags"])
def box(request: pytest.FixtureRequest, certificate: Path) -> Iterator[Mailbox]:
    server = Mailbox(certificate, keywords=request.param)
    server.start()
    yield server
    server.stop()


def url(box: Mailbox, folder: str = "Studsar", password: str = "p%3Ass%2Fw%40rd") -> str:
    return f"imaps://studs%40award.example:{password}@127.0.0.1:{box.port}/{folder}"


def test_a_mailbox_is_read_over_tls_and_each_message_once(post: Flask, box: Mailbox, trusted: None) -> None:
    letter, other = sent(), sent(to="bo@foretag.example")
    first = box.put(message(post, NAME, letter))
    box.flags[first].add("\\Seen")  # somebody has looked at it
    assert mailbox.read(url(box), now=START) == 1
    assert fresh(letter).state == LetterState.BOUNCED
    box.put(message(post, "without-original", other))
    assert mailbox.read(url(box), now=START) == 1
    assert mailbox.read(url(box), now=START) == 0


def test_a_message_that_was_read_but_not_marked_counts_once_too(
    post: Flask, box: Mailbox, trusted: None
) -> None:
    letter = sent()
    box.put(message(post, NAME, letter))
    box.drop_before = "STORE"
    with pytest.raises(mailbox.NoMailbox):
        mailbox.read(url(box), now=START)
    assert fresh(letter).state == LetterState.BOUNCED
    assert mailbox.read(url(box), now=START) == 1
    assert len(service.history(letter.id)) == 1


@pytest.mark.parametrize("change", [{"password": "wrong"}, {"folder": "Other"}])
def test_what_is_wrong_with_a_mailbox_is_said_without_its_password(
    post: Flask, box: Mailbox, trusted: None, change: dict[str, str]
) -> None:
    with pytest.raises(mailbox.NoMailbox) as said:
        mailbox.read(url(box, **change), now=START)
    assert PASSWORD not in str(said.value)
    assert "wrong" not in str(said.value)


def test_a_mailbox_with_a_certificate_of_nobody_is_not_asked(post: Flask, box: Mailbox) -> None:
    with pytest.raises(mailbox.NoMailbox, match="SSLCertVerificationError"):
        mailbox.read(url(box), now=START)


def pipe(app: Flask, data: bytes) -> subprocess.CompletedProcess[bytes]:
    settings = app.extensions["settings"]
    environment = {
        **os.environ, "MAIL_FROM": settings.mail_from, "BOUNCE_ADDRESS": settings.mail.bounce_address,
        "SECRET_KEYS": settings.secret_keys[0],
    }  # fmt: skip
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "mail", "bounce"]
    return subprocess.run(command, input=data, env=environment, capture_output=True, check=False)


def test_a_relays_pipe_ends_with_what_the_relay_understands(post: Flask) -> None:
    letter = sent(LetterState.SENDING)
    data = message(post, NAME, letter) + b"\n" + b"x" * 3_000_000
    assert pipe(post, data).returncode == os.EX_TEMPFAIL
    with transaction():
        letter.state = LetterState.SENT
        db.session.merge(letter)
    done = pipe(post, data)
    assert (done.returncode, done.stdout.strip()) == (os.EX_OK, b"bounced")
    assert fresh(letter).state == LetterState.BOUNCED


def body(data: bytes) -> bytes:
    return json.dumps({"message": base64.b64encode(data).decode()}).encode()


def call(client: FlaskClient, data: bytes, signature: str | None) -> Any:
    headers = {"Content-Type": "application/json"} | ({webhook.HEADER: signature} if signature else {})
    return client.post("/studsar", data=data, headers=headers)


@both_databases
def test_a_signed_report_is_taken_and_sent_again_changes_nothing(
    post: Flask, client: FlaskClient, clock: TestClock, database: str | None
) -> None:
    use(post, bounce_webhook_key=KEY)
    letter = sent()
    data = body(message(post, NAME, letter))
    signed = webhook.signature(KEY, data, int(START.timestamp()))
    assert call(client, data, signed).get_json() == {"outcome": "bounced"}
    with transaction():
        service.retry(letter.id, START).state = LetterState.SENT
    assert call(client, data, signed).get_json() != {"outcome": "bounced"}  # caught and sent again
    assert fresh(letter).state == LetterState.SENT
    clock.set(START.replace(minute=6))
    assert call(client, data, signed).status_code == 401


def test_what_is_not_signed_is_not_read(post: Flask, client: FlaskClient) -> None:
    use(post, bounce_webhook_key=KEY)
    letter, at = sent(), int(START.timestamp())
    data = body(message(post, NAME, letter))
    right = webhook.signature(KEY, data, at)
    wrong = [
        None, "", "t=1,v1=", right.replace(f"t={at}", f"t={at + 1}"), right + "0", right[:-1], right.upper(),
        webhook.signature("another key of thirty-two characters", data, at),
        webhook.signature(KEY, data + b" ", at), webhook.signature(KEY, data, at - 301),
        webhook.signature(KEY, data, at + 301), "t=" + "9" * 500 + ",v1=" + "0" * 64,
    ]  # fmt: skip
    assert [call(client, data, each).status_code for each in wrong] == [401] * len(wrong)
    assert fresh(letter).state == LetterState.SENT


@pytest.mark.parametrize("data", [b"", b"[]", b"{}", b'{"message": 1}', b'{"message": "&&"}', b"[" * 100_000])
def test_a_signed_request_without_a_message_is_refused(post: Flask, client: FlaskClient, data: bytes) -> None:
    use(post, bounce_webhook_key=KEY)
    assert call(client, data, webhook.signature(KEY, data, int(START.timestamp()))).status_code == 400


def test_a_report_that_comes_too_early_is_asked_for_again(post: Flask, client: FlaskClient) -> None:
    use(post, bounce_webhook_key=KEY)
    data = body(message(post, NAME, sent(LetterState.SENDING)))
    assert call(client, data, webhook.signature(KEY, data, int(START.timestamp()))).status_code == 503


def test_without_a_key_there_is_no_such_address(post: Flask, client: FlaskClient) -> None:
    assert call(client, b"{}", webhook.signature("", b"{}", int(START.timestamp()))).status_code == 404
    assert taking.unmatched() == (0, [])
