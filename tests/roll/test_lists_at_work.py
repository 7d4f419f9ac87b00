"""Long lists: the worker reads, judges and writes them; their files and rows are gone when nobody needs them."""

from __future__ import annotations

import io
from datetime import timedelta
from pathlib import Path

import pytest
import xlsxwriter
from flask import Flask
from sqlalchemy import func, select

from app.access import Role
from app.accounts import service as accounts
from app.awards.models import Edition
from app.extensions import db, transaction
from app.jobs.worker import Worker
from app.ledger import service as ledger
from app.roll import importing, jobs, lists, reading, service, staging, taking_in
from app.roll.list_models import ImportState, RollImport, RollImportRow
from tests.awards.conftest import make_edition
from tests.conftest import START, TestClock
from tests.databases import both_databases

ROWS = 40


@pytest.fixture
def edition(app: Flask, clock: TestClock, monkeypatch: pytest.MonkeyPatch) -> Edition:
    """Where every list is a long one, read in lots of fifteen rows."""
    for module, name in (
        (taking_in, "SHORT_TEXT"), (taking_in, "SHORT_WORKBOOK"), (importing, "SHORT_LIST")
    ):  # fmt: skip
        monkeypatch.setattr(module, name, 0)
    monkeypatch.setattr(staging, "LOT", 15)
    return make_edition(START)


@pytest.fixture
def by(app: Flask) -> int:
    with transaction():
        return accounts.create(
            email="s@example.se", name="Sofia", role=Role.SECRETARIAT, language="sv", now=START
        ).id


def listed(rows: int = ROWS) -> bytes:
    lines = "".join(f"Bolag {n};NO{n};i{n}@example.se;NO\n" for n in range(rows))
    return f"Företag;Orgnr;E-post;Land\n{lines}".encode()


def upload(edition: Edition, by: int, data: bytes, name: str = "lista.csv") -> RollImport:
    with transaction():
        return taking_in.upload(edition_id=edition.id, data=io.BytesIO(data), filename=name, by=by, now=START)


def work(app: Flask) -> None:
    db.session.rollback()
    Worker(app).run(until_idle=True)
    db.session.expire_all()


def waiting_files(app: Flask) -> list[Path]:
    folder = app.extensions["settings"].uploads_dir / "lists"
    return list(folder.iterdir()) if folder.exists() else []


def kept_rows() -> int:
    return db.session.scalar(select(func.count()).select_from(RollImportRow)) or 0


def quiet(_done: int, _total: int) -> None:
    """Nobody looks."""


@both_databases
def test_a_long_list_is_read_shown_and_written_by_the_worker(app: Flask, edition: Edition, by: int) -> None:
    made = upload(edition, by, listed())
    assert (made.state, len(waiting_files(app)), kept_rows()) == (ImportState.READING, 1, 0)
    work(app)
    assert (made.state, waiting_files(app), kept_rows()) == (ImportState.PREVIEW, [], ROWS + 1)
    with transaction():
        importing.confirm(import_id=made.id, edition_id=edition.id, digest=made.digest, by=by, now=START)
    assert (made.state, service.count(edition.id)) == (ImportState.CONFIRMING, 0)
    work(app)
    assert (made.state, made.added, kept_rows()) == (ImportState.CONFIRMED, ROWS, 0)
    jobs.confirm_list({"import_id": made.id}, now=START, progress=quiet)
    db.session.rollback()
    assert service.count(edition.id) == ROWS
    entry = ledger.last(edition=edition.id, kind="roll-imported")
    assert entry is not None
    assert entry.data["added"] == ROWS


def test_a_confirmation_that_the_roll_overtakes_writes_nothing_and_says_so(
    app: Flask, edition: Edition, by: int
) -> None:
    made = upload(edition, by, listed())
    work(app)
    shown = made.digest
    with transaction():
        importing.confirm(import_id=made.id, edition_id=edition.id, digest=shown, by=by, now=START)
    (voter,) = listed(1).splitlines()[1:]
    assert voter.startswith(b"Bolag 0")
    other = upload(edition, by, listed(1).replace(b"i0@", b"annan@"))
    jobs.read_list({"import_id": other.id}, now=START, progress=quiet)
    with transaction():
        importing.confirm(import_id=other.id, edition_id=edition.id, digest=other.digest, by=by, now=START)
    jobs.confirm_list({"import_id": other.id}, now=START, progress=quiet)
    jobs.confirm_list({"import_id": made.id}, now=START, progress=quiet)
    db.session.rollback()
    assert (made.state, made.overtaken, service.count(edition.id)) == (ImportState.PREVIEW, True, 1)
    assert made.digest != shown
    assert made.counts == {"new": ROWS - 1, "change": 1, "shared": 0}


def test_a_file_that_cannot_be_read_is_forgotten_and_said(app: Flask, edition: Edition, by: int) -> None:
    made = upload(edition, by, listed() + b'"Aldrig st\xc3\xa4ngd;1;x\n' + b"a;b\n" * 20)
    work(app)
    assert (made.state, made.problem, made.problem_line) == (ImportState.UNREADABLE, "open-quote", ROWS + 2)
    assert (waiting_files(app), kept_rows()) == ([], 0)


def test_a_list_that_is_read_again_from_its_beginning_is_read_once(
    app: Flask, edition: Edition, by: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = upload(edition, by, listed())

    class Killed(BaseException):
        pass

    def dies(done: int, _total: int) -> None:
        if done > 60:
            raise Killed

    with pytest.raises(Killed):
        jobs.read_list({"import_id": made.id}, now=START, progress=dies)
    assert kept_rows() > 0
    jobs.read_list({"import_id": made.id}, now=START, progress=quiet)
    db.session.rollback()
    assert (made.state, kept_rows(), made.counts) == (
        ImportState.PREVIEW, ROWS + 1, {"new": ROWS, "shared": 0},
    )  # fmt: skip


def test_a_list_that_is_put_aside_while_it_is_read_leaves_nothing(
    app: Flask, edition: Edition, by: int
) -> None:
    made = upload(edition, by, listed())
    made_id, edition_id = made.id, edition.id

    def put_aside(_done: int, _total: int) -> None:
        if lists.find(made_id, edition_id=edition_id).state == ImportState.READING:
            with transaction():
                lists.abandon(import_id=made_id, edition_id=edition_id, now=START)

    jobs.read_list({"import_id": made_id}, now=START, progress=put_aside)
    db.session.rollback()
    assert (made.state, kept_rows(), waiting_files(app)) == (ImportState.ABANDONED, 0, [])


def test_what_waits_for_a_day_is_forgotten_with_its_file(app: Flask, edition: Edition, by: int) -> None:
    made = upload(edition, by, listed())
    with transaction():
        lists.forget_old(now=START + lists.KEPT)
    assert len(waiting_files(app)) == 1
    with transaction():
        lists.forget_old(now=START + lists.KEPT + timedelta(seconds=1))
    assert (made.state, waiting_files(app)) == (ImportState.ABANDONED, [])


def workbook(*sheets: str) -> bytes:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    for name in sheets:
        sheet = book.add_worksheet(name)
        sheet.write_row(0, 0, ["Företag", "Orgnr", "E-post"])
        sheet.write_row(1, 0, [name, 5560360793, "a@b.se"])
    book.close()
    return out.getvalue()


def test_one_of_several_sheets_is_chosen(app: Flask, edition: Edition, by: int) -> None:
    made = upload(edition, by, workbook("Ett", "Två"), "lista.xlsx")
    work(app)
    assert (made.state, len(waiting_files(app))) == (ImportState.SHEETS, 1)
    with pytest.raises(reading.UnreadableList), transaction():
        taking_in.choose_sheet(import_id=made.id, edition_id=edition.id, sheet=5, now=START)
    with transaction():
        taking_in.choose_sheet(import_id=made.id, edition_id=edition.id, sheet=1, now=START)
    work(app)
    assert (made.state, made.counts, waiting_files(app)) == (ImportState.PREVIEW, {"new": 1, "shared": 0}, [])
    with pytest.raises(lists.NotNow), transaction():
        taking_in.choose_sheet(import_id=made.id, edition_id=edition.id, sheet=1, now=START)


def test_columns_of_a_long_list_are_judged_by_the_worker(app: Flask, edition: Edition, by: int) -> None:
    made = upload(edition, by, listed().replace("Företag;Orgnr;E-post;Land".encode(), b"A;B;C;D"))
    work(app)
    assert made.state == ImportState.COLUMNS
    with transaction():
        importing.say_columns(
            import_id=made.id, edition_id=edition.id, first_line=2, now=START,
            columns={"company": 0, "number": 1, "email": 2, "country": 3},
        )  # fmt: skip
    assert made.state == ImportState.JUDGING
    work(app)
    assert (made.state, made.counts) == (ImportState.PREVIEW, {"new": ROWS, "shared": 0})


def test_more_rows_than_are_taken_are_refused(
    app: Flask, edition: Edition, by: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(staging, "MOST_ROWS", 20)
    made = upload(edition, by, listed())
    work(app)
    assert (made.state, made.problem, kept_rows()) == (ImportState.UNREADABLE, "too-many-rows", 0)
