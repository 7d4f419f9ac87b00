"""A backup under a vote, restored elsewhere: the same, held, and released by somebody's decision alone."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, text

from app.backups import manifest, releasing, restoring, taking
from app.backups.commands import clis
from app.backups.manifest import BadBackup, Manifest
from app.backups.releasing import Letters
from app.ballots import casting, delivery
from app.copies import service as copies
from app.core.verify import verify_archive
from app.extensions import db, transaction
from app.ledger import export
from app.ledger import service as ledger
from app.mail import service as mail
from app.mail.models import Letter, LetterState
from app.roll import service as roll
from tests.backups.conftest import Elsewhere, bring_keys
from tests.ballots.voting import ballot
from tests.databases import both_databases
from tests.mail.relay import Relay
from tests.tally.year import START, Year, vote, work

MARKED = [{0}, {0}]


def queue_resend(year: Year) -> str:
    """A letter that waits; gives its address."""
    voter = roll.voters(year.edition_id)[0]
    with transaction():
        delivery.resend(voter.id, edition_id=year.edition_id, by=year.secretaries[0].id, now=START)
    return voter.email


@pytest.fixture
def taken(app: Flask, year: Year, tmp_path: Path) -> Path:
    """A backup with one ballot, one letter that waits, and one uploaded file."""
    vote(year, 0, MARKED, now=START)
    uploads = app.extensions["settings"].uploads_dir
    uploads.mkdir(parents=True, exist_ok=True)
    (uploads / "abc").write_bytes(b"a file")
    queue_resend(year)
    taking.take(tmp_path / "backup", now=START)
    return tmp_path / "backup"


@both_databases
def test_a_backup_is_restored_held_and_then_released(
    app: Flask, year: Year, taken: Path, elsewhere: Elsewhere, relay: Relay
) -> None:
    data = ballot(year, 1).decode()
    bring_keys(app.extensions["settings"], elsewhere.settings)
    with elsewhere.service() as copy:
        given = restoring.restore(taken)
        assert (copy.extensions["settings"].uploads_dir / "abc").read_bytes() == b"a file"
        assert given.boxes[0]["ballots"] == 1
        client = copy.test_client()
        # reads work, with the same archive
        assert client.get("/arkiv/2026.bel").status_code == 200
        assert client.get("/").status_code == 200
        # nothing is accepted: from a voter's browser, from a form, from anybody
        answer = client.post("/rosta/2026/rost", json={"ballot": data})
        assert (answer.status_code, answer.get_json()["error"]) == (503, "held")
        page = client.post("/logga-in", data={"email": "a@example.se"})
        assert page.status_code == 503
        assert "kopia" in page.get_data(as_text=True)
        assert client.delete("/").status_code == 503
        # nothing is sent
        work(copy)
        assert relay.mails == []
        # until somebody decides
        with transaction():
            assert releasing.release(letters=Letters.KEEP, now=START) == 0
        assert not copies.held()
        assert client.post("/rosta/2026/rost", json={"ballot": data}).status_code == 200
        work(copy)
        assert [str(each["To"]) for each in relay.mails] == ["rost1@example.se"]
        last = ledger.last(edition=year.edition_id, kind="copy-released")
        assert last is not None
        assert (last.data["kept"], last.data["cancelled"]) == (1, 0)
        export.verify(ledger.find(year.edition_id))
    assert (
        casting.credential_state(casting.poll("2026"), credential(year, 1))[0] == "unused"
    )  # here nobody voted


def credential(year: Year, voter: int) -> str:
    from tests.ballots.voting import public

    return public(year, voter)


def test_the_restored_box_is_one_that_our_verifier_accepts(
    app: Flask, year: Year, taken: Path, elsewhere: Elsewhere, tmp_path: Path
) -> None:
    with elsewhere.service() as copy:
        restoring.restore(taken)
        archive = tmp_path / "restored.bel"
        archive.write_bytes(copy.test_client().get("/arkiv/2026.bel").get_data())
        report = verify_archive(archive, copy.test_client().get("/liggare/2026").get_data())
    assert report.valid, report.lines()
    assert report.summary["ballots"] == 1


@both_databases
@pytest.mark.parametrize(("letters", "sent"), [(Letters.KEEP, 1), (Letters.CANCEL, 0)])
def test_letters_that_had_not_left_are_decided_on(
    app: Flask, year: Year, taken: Path, elsewhere: Elsewhere, relay: Relay, letters: Letters, sent: int
) -> None:
    bring_keys(app.extensions["settings"], elsewhere.settings)
    with elsewhere.service() as copy:
        restoring.restore(taken)
        with pytest.raises(releasing.LettersUndecided), transaction():
            releasing.release(letters=None, now=START)
        assert copies.held()
        with transaction():
            assert releasing.release(letters=letters, now=START) == 1 - sent
        work(copy)
        assert len(relay.mails) == sent
        if letters is Letters.CANCEL:
            row = db.session.scalars(select(Letter).where(Letter.state == LetterState.CANCELLED)).one()
            assert [each.state for each in mail.history(row.id)][-1] == LetterState.CANCELLED


def test_a_backup_holds_no_key(app: Flask, taken: Path) -> None:
    settings = app.extensions["settings"]
    secrets = [path.read_bytes() for path in settings.keys_dir.rglob("*") if path.is_file()]
    secrets.append(settings.log_key_file.read_bytes().strip())
    secrets.append(settings.secret_keys[0].encode())
    secrets.append(settings.keys_passphrase.encode())
    assert len(secrets) > 5
    for path in taken.rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            assert not any(secret in content for secret in secrets if secret), path
    assert "KEYS_DIR" in json.loads((taken / manifest.NAME).read_text())["not_included"]
    assert oct((taken / manifest.NAME).stat().st_mode & 0o777) == "0o600"


def test_what_is_not_a_whole_backup_is_refused(app: Flask, taken: Path, elsewhere: Elsewhere) -> None:
    def refused(change: Any, words: str) -> None:
        broken = taken.with_name("broken")
        shutil.copytree(taken, broken)
        change(broken)
        with elsewhere.service(), pytest.raises(BadBackup, match=words):
            restoring.restore(broken)
        shutil.rmtree(broken)

    def flip(folder: Path) -> None:
        file = folder / "database.sqlite"
        content = bytearray(file.read_bytes())
        content[len(content) // 2] ^= 1
        file.write_bytes(content)

    def other(name: str, value: Any) -> Any:
        def change(folder: Path) -> None:
            content = json.loads((folder / manifest.NAME).read_text())
            (folder / manifest.NAME).write_text(json.dumps({**content, name: value}))

        return change

    refused(flip, "not the file that was written")
    refused(lambda folder: (folder / "uploads" / "abc").unlink(), "missing")
    refused(lambda folder: (folder / "uploads" / "more").write_bytes(b"x"), "too many")
    refused(lambda folder: (folder / "uploads" / "more").symlink_to("/etc/hostname"), "no links")
    refused(
        lambda folder: (folder / "uploads" / "all").symlink_to("/etc", target_is_directory=True), "no links"
    )
    refused(lambda folder: _elsewhere_by_link(folder / "uploads"), "no links")
    refused(lambda folder: (folder / manifest.NAME).unlink(), "not a backup")
    refused(lambda folder: (folder / manifest.NAME).write_text("{"), "cannot be read")
    refused(other("database", "postgresql"), "postgresql")
    refused(other("revision", "9999"), "does not know")
    refused(other("files", [{"path": "../../etc/hostname", "bytes": 1, "sha256": "0"}]), "missing")
    refused(other("ledgers", []), "not those of the manifest")


def _elsewhere_by_link(uploads: Path) -> None:
    shutil.rmtree(uploads)
    uploads.symlink_to("/etc", target_is_directory=True)


@both_databases
def test_only_an_empty_database_is_restored_into(app: Flask, taken: Path) -> None:
    with pytest.raises(BadBackup, match="not empty"):
        restoring.restore(taken)
    assert roll.voters(1)


def test_uploads_that_are_there_are_not_mixed_with_others(
    app: Flask, taken: Path, elsewhere: Elsewhere
) -> None:
    elsewhere.settings.uploads_dir.mkdir()
    (elsewhere.settings.uploads_dir / "other").write_bytes(b"x")
    with elsewhere.service(), pytest.raises(BadBackup, match="UPLOADS_DIR"):
        restoring.restore(taken)


def test_a_folder_in_use_is_not_overwritten_and_nothing_half_is_left(
    app: Flask, year: Year, tmp_path: Path
) -> None:
    there = tmp_path / "there"
    there.mkdir()
    (there / "mine").write_text("mine")
    with pytest.raises(BadBackup, match="there already"):
        taking.take(there, now=START)
    assert (there / "mine").read_text() == "mine"

    def interrupted(*_: Any) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        taking.take(tmp_path / "backup", now=START, progress=interrupted)
    assert [path.name for path in tmp_path.iterdir() if "backup" in path.name] == []


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_without_pg_dump_it_says_what_to_install(
    app: Flask, year: Year, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(BadBackup, match="postgresql-client"):
        taking.take(tmp_path / "backup", now=START)
    assert not (tmp_path / "backup").exists()


@both_databases
def test_the_commands_say_what_was_done(app: Flask, year: Year, elsewhere: Elsewhere, tmp_path: Path) -> None:
    vote(year, 0, MARKED, now=START)
    queue_resend(year)
    folder = str(tmp_path / "backup")
    made = app.test_cli_runner().invoke(clis[0], [folder])
    assert made.exit_code == 0, made.output
    assert "KEYS_DIR" in made.output
    assert "1 ballots" in made.output
    with elsewhere.service() as copy:
        runner = copy.test_cli_runner()
        restored = runner.invoke(clis[1], [folder])
        assert restored.exit_code == 0, restored.output
        assert "Held" in restored.output
        undecided = runner.invoke(clis[2], ["--yes"])
        assert undecided.exit_code != 0
        assert "--letters" in undecided.output
        refused = runner.invoke(clis[2], ["--letters", "keep"], input="n\n")
        assert refused.exit_code != 0
        assert copies.held()
        released = runner.invoke(clis[2], ["--letters", "cancel", "--yes"])
        assert released.exit_code == 0, released.output
        assert "Open vote  2026" in released.output
        assert "1 ballots" in released.output
        assert "Released   1 letters cancelled" in released.output
        assert "nothing to release" in runner.invoke(clis[2], []).output
        assert not copies.held()
        assert "Held" in runner.invoke(clis[3], ["--yes"]).output
        assert copies.held()


def test_a_manifest_reads_what_it_wrote(taken: Path) -> None:
    read = Manifest.read(taken)
    assert read.taken_at == START
    assert read.revision == "0010"
    assert [each["slug"] for each in read.ledgers] == ["2026", "service"] or read.ledgers
    assert db.session.execute(text("SELECT 1")).scalar_one() == 1
