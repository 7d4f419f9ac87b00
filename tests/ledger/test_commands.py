"""The ledger's commands and its job."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import update

from app.core import checkpoints, ledger_file
from app.extensions import db, transaction
from app.ledger import export, jobs, keyfile, service
from app.ledger.keyfile import LogKeyMissing, LogKeyUnreadable
from app.ledger.models import LogCheckpoint, LogEntry
from tests.conftest import START

RESULT = {"event": "ab" * 32, "height": 9, "result": "ab" * 32}


@pytest.fixture
def edition(app: Flask) -> int:
    with transaction():
        service.open_log(edition=7, slug="2026", now=START)
        service.append(edition=7, kind="result", data=RESULT, now=START, staged=True)
        service.append(
            edition=None, kind="staff-signed-in", data={"by": {"role": "juror", "who": None}}, now=START
        )
    return 7


def run(app: Flask, *arguments: str) -> tuple[int, str]:
    done = app.test_cli_runner().invoke(args=["ledger", *arguments])
    return done.exit_code, done.output


def test_verify_says_that_every_log_holds(app: Flask, edition: int) -> None:
    code, said = run(app, "verify")
    assert code == 0
    assert "2026: valid, 2 entries (1 hidden)" in said
    assert "service: valid, 2 entries (0 hidden)" in said
    assert ledger_file.read(export.export(edition=edition)).key in said


def test_verify_finds_the_log_that_was_changed(app: Flask, edition: int) -> None:
    db.session.execute(update(LogEntry).where(LogEntry.hidden.is_not(None)).values(nonce=bytes(32)))
    db.session.commit()
    assert run(app, "verify", "service")[0] == 0
    code, said = run(app, "verify")
    assert code == 1
    assert "2026: INVALID: " in said
    assert "service: valid" in said
    assert run(app, "verify", "2027")[0] == 1


def test_export_writes_the_same_file(app: Flask, edition: int, tmp_path: Path) -> None:
    assert run(app, "export", "2026", str(tmp_path / "ledger.txt"))[0] == 0
    assert (tmp_path / "ledger.txt").read_bytes() == export.export(edition=edition)


def test_a_key_is_made_once_and_never_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "log.key"
    assert keyfile.make(path)
    first = path.read_text()
    assert not keyfile.make(path)
    assert path.read_text() == first
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [child.name for child in path.parent.iterdir()] == ["log.key"]


def test_a_key_that_is_missing_or_damaged_is_named(tmp_path: Path) -> None:
    with pytest.raises(LogKeyMissing):
        keyfile._read(tmp_path / "none.key")
    (tmp_path / "bad.key").write_text("secret")
    with pytest.raises(LogKeyUnreadable):
        keyfile._read(tmp_path / "bad.key")


def test_another_key_than_the_logs_own_signs_nothing(app: Flask, edition: int) -> None:
    app.extensions["settings"].log_key_file.write_text("ab" * 32)
    keyfile._read.cache_clear()
    with pytest.raises(service.OtherLogKey):
        export.export(edition=edition)
    assert "INVALID" in run(app, "verify")[1]
    keyfile._read.cache_clear()


def test_the_job_signs_what_grew(edition: int) -> None:
    def run_job() -> list[tuple[int, int]]:
        steps: list[tuple[int, int]] = []
        jobs.checkpoints({}, now=START, progress=lambda done, total: steps.append((done, total)))
        return steps

    assert run_job() == [(1, 2), (2, 2)]
    assert run_job() == []
    with transaction():
        service.append(edition=edition, kind="result", data=RESULT, now=START, staged=True)
    assert run_job() == [(1, 1)]
    key = ledger_file.read(export.export(edition=edition)).key
    log = service.find(edition)
    notes = db.session.scalars(db.select(LogCheckpoint.note).where(LogCheckpoint.log_id == log.id))
    assert [checkpoints.verify(note, key).size for note in notes] == [2, 3]
