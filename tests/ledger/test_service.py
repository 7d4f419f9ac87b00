"""The ledger in the database: heights, commitments, checkpoints, publication, and people who are forgotten."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import update

from app.core import checkpoints, ledger_entries, ledger_file, receipts
from app.core.ledger_entries import EntryError
from app.core.ledger_file import LedgerError
from app.core.receipts import Receipt
from app.extensions import db, transaction
from app.ledger import export, service
from app.ledger.models import LogCheckpoint, LogEntry
from tests.conftest import START
from tests.databases import both_databases

HEX = "ab" * 32
RESULT = {"event": HEX, "height": 9, "result": HEX}
PUBLISHED = {"archive": HEX, "objections": 0, "report": HEX, "result": HEX, "sign_offs": 2}


def letters(batch: int) -> dict[str, object]:
    return {"batch": batch, "letter": "ballot", "recipients": 3}


@pytest.fixture
def edition(app: Flask) -> int:
    """An edition's number, its log opened."""
    with transaction():
        service.open_log(edition=7, slug="2026", now=START)
    return 7


def append(edition: int | None, kind: str = "letters-queued", minutes: int = 1, **options: object) -> int:
    data = options.pop("data", letters(1))
    with transaction():
        return service.append(
            edition=edition, kind=kind, data=data, now=START + timedelta(minutes=minutes), **options
        )


def read(edition: int | None, **options: object) -> ledger_file.Ledger:
    db.session.rollback()
    return ledger_file.read(export.export(edition=edition), **options)


@both_databases
def test_entries_follow_one_another(edition: int) -> None:
    assert [append(edition, minutes=n, data=letters(n)) for n in range(1, 20)] == list(range(1, 20))
    ledger = read(edition)
    assert [record.data.get("batch") for record in ledger.records] == [None, *range(1, 20)]
    assert ledger.records[0].data["origin"] == ledger.checkpoint.origin == "127.0.0.1:8000/liggare/2026"
    assert export.verify(service.find(edition)) == ledger


def test_a_transaction_that_fails_leaves_no_entry(edition: int) -> None:
    append(edition)
    before = export.export(edition=edition)

    def two_entries() -> None:
        with transaction():
            service.append(edition=edition, kind="letters-queued", data=letters(2), now=START)
            service.append(edition=edition, kind="letters-queued", data={}, now=START)

    with pytest.raises(EntryError):
        two_entries()
    assert export.export(edition=edition) == before
    assert append(edition) == 2


def test_time_never_goes_back(edition: int) -> None:
    append(edition, minutes=10)
    append(edition, minutes=5)
    append(edition, "result", minutes=1, data=RESULT, staged=True)
    at = START + timedelta(minutes=10)
    records = read(edition, openings=export.openings(edition=edition)).records
    assert [record.at for record in records[1:]] == [at, at, at]


@both_databases
def test_staged_until_publication(edition: int) -> None:
    append(edition, "result", data=RESULT, staged=True)
    append(edition)
    append(edition, "box-head", data={"ballots": 1, "head": HEX, "height": 3}, staged=True)
    hidden = export.export(edition=edition)
    assert HEX.encode() not in hidden
    assert [r.kind for r in read(edition).records][1:] == ["staged", "letters-queued", "staged"]
    openings = export.openings(edition=edition)
    assert [r.kind for r in read(edition, openings=openings).records][1:] == [
        "result",
        "letters-queued",
        "box-head",
    ]
    assert export.verify(service.find(edition)).of("staged") == []

    with transaction():
        data = PUBLISHED | {"by": service.by(edition=edition, role="secretariat", account=3, now=START)}
        service.publish(edition=edition, data=data, now=START + timedelta(hours=1))
    ledger = read(edition)
    assert [r.kind for r in ledger.records][1:] == [
        "result", "letters-queued", "box-head", "revealed", "revealed", "published",
    ]  # fmt: skip
    assert export.openings(edition=edition) == []
    assert export.export(edition=edition).startswith(hidden[: hidden.index(b"}\n127.0.0.1")])
    append(edition, "objected", data=PUBLISHED_OBJECTION, staged=True)
    assert len(export.openings(edition=edition)) == 1


PUBLISHED_OBJECTION = {
    "archive": HEX,
    "by": {"role": "juror", "who": HEX},
    "reason": "För sent.",
    "report": HEX,
    "result": HEX,
}


def test_a_typed_reason_loses_what_cannot_be_printed(edition: int) -> None:
    by = {"role": "server", "who": None}
    data = {"by": by, "from": "draft", "reason": "Därför.\r\nOch\x1b punkt.", "to": "cancelled"}
    append(edition, "phase-moved", data=data)
    assert read(edition).records[1].data["reason"] == "Därför.\nOch punkt."


def test_what_is_public_at_once_is_not_staged(edition: int) -> None:
    with pytest.raises(EntryError, match="public"):
        append(edition, staged=True)


def test_the_last_of_a_kind(edition: int) -> None:
    assert service.last(edition=edition, kind="box-head") is None
    for height in (0, 4):
        append(edition, "box-head", data={"ballots": 0, "head": HEX, "height": height})
    append(edition)
    append(edition, "box-head", data={"ballots": 2, "head": HEX, "height": 7}, staged=True)
    last = service.last(edition=edition, kind="box-head")
    assert last is not None
    assert (last.height, last.data["height"], last.was_staged) == (4, 7, True)
    with pytest.raises(ValueError, match="rumour"):
        service.last(edition=edition, kind="rumour")


@both_databases
def test_checkpoints_that_were_handed_out_are_kept(edition: int) -> None:
    key = read(edition).key
    with transaction():
        first = service.checkpoint(edition=edition, now=START)
        assert service.checkpoint(edition=edition, now=START + timedelta(hours=1)) == first
    append(edition)
    with transaction():
        second = service.checkpoint(edition=edition, now=START)
    assert [checkpoints.verify(note, key).size for note in (first, second)] == [1, 2]
    assert export.export(edition=edition).endswith(second)
    assert len(db.session.scalars(db.select(LogCheckpoint)).all()) == 2


def test_the_services_own_log_opens_when_it_is_needed(app: Flask) -> None:
    by = {"role": "juror", "who": None}
    assert append(None, "staff-signed-in", data={"by": by}) == 1
    assert append(None, "staff-signed-in", data={"by": by}) == 2
    assert read(None).edition == service.find_by_slug("service").slug == "service"
    with pytest.raises(service.NoSuchLog):
        append(9)
    with pytest.raises(service.NoSuchLog):
        service.find_by_slug("2026")


def test_a_person_has_one_pseudonym_in_a_log_until_it_is_erased(edition: int) -> None:
    with transaction():
        service.open_log(edition=8, slug="2027", now=START)
        one = service.by(edition=edition, role="juror", account=5, now=START)
        again = service.by(edition=edition, role="secretariat", account=5, now=START)
        other = service.by(edition=edition, role="juror", account=6, now=START)
        elsewhere = service.by(edition=8, role="juror", account=5, now=START)
        assert one == {"role": "juror", "who": again["who"]}
        assert len({one["who"], other["who"], elsewhere["who"]}) == 3
        assert service.by(edition=edition, role="server", now=START) == {"role": "server", "who": None}
        assert service.erase(subject="account:5") == 2
        assert service.person(edition=edition, account=5, now=START) != one["who"]


def test_the_same_subject_with_another_text_is_another_value(edition: int) -> None:
    with transaction():
        values = [
            service.erasable(edition=edition, subject="nomination:1", text=text, now=START)
            for text in ("Ängsbacken", "Ängsbacka", "Ängsbacken")
        ]
    assert values[0] == values[2] != values[1]


def test_a_receipt_is_signed_with_the_logs_key(edition: int) -> None:
    receipt = Receipt(election="a" * 43, tracker="b" * 43, event=HEX, height=4)
    value = service.sign_receipt(receipt)
    assert value == service.sign_receipt(receipt)
    public = checkpoints.read_verifier_key(read(edition).key)[1]
    assert value == receipts.as_json(receipt, receipts.sign(receipt, service._seed()), public)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"line": b'{"at":"2026-09-01T08:01:00Z","data":{"batch":9,"letter":"ballot","recipients":3},"kind":"letters-queued"}'}, "root"),
        ({"line": b"{}"}, "entry"),
        ({"hidden": None, "nonce": None}, "staged"),
        ({"nonce": bytes(32)}, "revealed"),
    ],
)  # fmt: skip
def test_a_changed_row_is_found(edition: int, change: dict[str, object], code: str) -> None:
    height = append(edition) if "line" in change else append(edition, "result", data=RESULT, staged=True)
    export.verify(service.find(edition))
    db.session.execute(update(LogEntry).where(LogEntry.height == height).values(change))
    db.session.commit()
    db.session.expire_all()
    with pytest.raises(LedgerError) as error:
        export.verify(service.find(edition))
    assert error.value.code == code


def test_a_rewritten_past_contradicts_the_checkpoints_handed_out(edition: int) -> None:
    """Rows and frontier are changed together, as somebody with the key and the database could."""
    append(edition)
    with transaction():
        service.checkpoint(edition=edition, now=START)
    append(edition, data=letters(2))
    with transaction():
        log = service.find(edition)
        kept = {row.height: row for row in db.session.scalars(db.select(LogEntry))}
        kept[1].line = ledger_entries.entry("letters-queued", kept[1].at, letters(99))
        frontier = service.Frontier()
        for height in sorted(kept):
            frontier = frontier.append(service.leaf_hash(kept[height].line))
        log.frontier = frontier.to_bytes()
    ledger_file.read(export.export(edition=edition))
    with pytest.raises(LedgerError, match="another past"):
        export.verify(service.find(edition))


@both_databases
def test_appends_at_the_same_time_stand_in_line(app: Flask, edition: int) -> None:
    def work(worker: int) -> list[int]:
        with app.app_context():
            heights = [append(edition, data=letters(worker), staged=False) for _ in range(10)]
            append(edition, "result", data=RESULT, staged=True)
            with transaction():
                service.checkpoint(edition=edition, now=START)
            db.session.remove()
            return heights

    with ThreadPoolExecutor(4) as pool:
        heights = [height for worker in pool.map(work, range(4)) for height in worker]
    assert len(set(heights)) == 40
    db.session.rollback()
    db.session.expire_all()
    assert len(export.verify(service.find(edition)).lines) == 1 + 4 * 11
