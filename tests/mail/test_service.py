from __future__ import annotations

import pytest
from flask import Flask

from app.extensions import db, transaction
from app.mail import service
from app.mail.addresses import BadAddress
from app.mail.models import Letter, LetterState
from tests.conftest import START
from tests.databases import both_databases

Recipient = service.Recipient


@pytest.fixture(autouse=True)
def kinds(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service, "_kinds", {})
    service.letter("test")(lambda subject_id, now: {})


def queue(subject_id: int = 1, to: str = "anna@example.se", key: str | None = None) -> Letter:
    return service.queue(
        "test", subject_id=subject_id, to=to, language="sv", now=START, key=key, edition_id=1
    )


def test_a_key_is_there_once_for_ever() -> None:
    with transaction():
        first = queue(key="receipt-1")
    with transaction():
        db.session.get_one(Letter, first.id).state = LetterState.SENT
    with transaction():
        assert queue(key="receipt-1").id == first.id


@both_databases
def test_many_are_queued_at_once_and_none_twice(app: Flask, database: str | None) -> None:
    rows = [Recipient(number, f"v{number}@example.se", "en", f"ballot-{number}") for number in range(1200)]
    with transaction():
        assert service.queue_many("test", rows[:700], now=START, edition_id=1, batch="1") == 700
    with transaction():
        assert service.queue_many("test", rows, now=START, edition_id=1, batch="2") == 500
    assert service.counts(edition_id=1) == service.Counts(queued=1200)
    assert service.counts(edition_id=1, batch="1").total == 700
    assert service.counts(edition_id=2).total == 0


def test_a_bad_address_or_an_unknown_letter_queues_nothing() -> None:
    with pytest.raises(BadAddress), transaction():
        service.queue_many(
            "test", [Recipient(1, "a@example.se", "sv"), Recipient(2, "a@b@c", "sv")], now=START
        )
    with pytest.raises(service.UnknownLetter), transaction():
        service.queue("other", subject_id=1, to="a@example.se", language="sv", now=START)
    assert service.counts().total == 0


def test_counts_and_failures_say_where_letters_stand() -> None:
    with transaction():
        for number, state in enumerate(
            ["queued", "sending", "sent", "sent", "failed", "cancelled", "deferred", "bounced"]
        ):
            queue(number).state = state
    found = service.counts(edition_id=1, name="test")
    assert found == service.Counts(queued=1, sending=1, sent=2, deferred=1, failed=1, bounced=1, cancelled=1)
    assert (found.total, found.unfinished) == (7, 3)
    assert [row.subject_id for row in service.failures(1)] == [4, 7]
    assert service.failures(2) == []


def test_only_a_failed_letter_is_tried_again() -> None:
    with transaction():
        row = queue()
    with pytest.raises(service.NotFailed), transaction():
        service.retry(row.id, START)


def test_what_has_not_left_can_be_cancelled() -> None:
    with transaction():
        queue(7)
        queue(7).state = LetterState.SENT
        assert service.cancel("test", 7, START) == 1
    assert [row.state for row in service.find("test", 7)] == [LetterState.CANCELLED, LetterState.SENT]
