"""No room on the disk: nothing is sent twice, nothing is lost."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
from email.message import EmailMessage
from pathlib import Path
from smtplib import SMTP, SMTPDataError

import pytest
from flask import Flask

from app.mail import service
from app.mail.models import LetterState
from config import Settings
from tests.mail.relay import Relay
from tests.mail.test_sending import letter, queue
from tests.servers import free_port

NO_ROOM = 0


def test_a_worker_without_room_for_its_notes_sends_no_further_letter_and_none_twice(
    post: Flask, relay: Relay
) -> None:
    """The worker's process may not write to any file from the moment the relay takes its first letter."""
    letters = [queue(f"v{number}@example.se", subject_id=number) for number in range(30)]
    environment = {**os.environ, "SMTP_URL": relay.url(), "SMTP_CONNECTIONS": "1"}
    command = [sys.executable, "-m", "tests.mail.postman"]
    with subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True) as process:
        room = resource.prlimit(process.pid, resource.RLIMIT_FSIZE)

        def fill() -> None:
            resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (NO_ROOM, room[1]))

        relay.when_taken = fill
        assert process.stderr is not None
        troubles = (line for line in process.stderr if '"Outbox"' in line and '"paused"' in line)
        next(troubles)
        next(troubles)  # it has tried again
        assert sum(relay.delivered.values()) == 1
        assert service.counts().sent == 0
        relay.when_taken = lambda: None
        resource.prlimit(process.pid, resource.RLIMIT_FSIZE, room)
        while service.counts().unfinished and process.poll() is None:
            process.stderr.readline()
        process.terminate()
        process.communicate()
    assert {letter(each).state for each in letters} == {LetterState.SENT}
    assert set(relay.delivered.values()) == {1}
    assert len(relay.delivered) == 30


def test_the_local_inbox_without_room_asks_for_another_try(settings: Settings, tmp_path: Path) -> None:
    port = free_port()
    environment = {**os.environ, "SMTP_URL": f"smtp://127.0.0.1:{port}", "INBOX_DIR": str(tmp_path / "inbox")}
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "inbox"]
    mail = EmailMessage()
    mail.set_content("Hej" * 20_000)
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert "listening" in process.stdout.readline()
        room = resource.prlimit(process.pid, resource.RLIMIT_FSIZE)
        resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (1000, room[1]))
        with SMTP("127.0.0.1", port) as smtp:
            with pytest.raises(SMTPDataError, match="452"):
                smtp.send_message(mail, from_addr="a@example.se", to_addrs=["b@example.se"])
            resource.prlimit(process.pid, resource.RLIMIT_FSIZE, room)
            smtp.send_message(mail, from_addr="a@example.se", to_addrs=["b@example.se"])
        process.terminate()
    assert [file.suffix for file in (tmp_path / "inbox").iterdir()] == [".eml"]
