from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from app.extensions import db, transaction
from app.jobs import service
from app.jobs.models import Job, JobState
from tests.conftest import START


@pytest.fixture(autouse=True)
def kinds(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service, "_kinds", {})

    @service.handler("test.count")
    def count(payload: dict[str, Any], *, now: object, progress: service.Progress) -> None: ...


def test_a_key_is_there_once_while_its_job_is_unfinished() -> None:
    with transaction():
        first = service.enqueue("test.count", {"n": 1}, now=START, key="k")
        again = service.enqueue("test.count", {"n": 2}, now=START, key="k")
    assert again.id == first.id
    assert again.payload == {"n": 1}
    with transaction():
        done = db.session.get_one(Job, first.id)
        done.state, done.open_key = JobState.DONE, None
    with transaction():
        assert service.enqueue("test.count", now=START, key="k").id != first.id


def test_a_kind_without_a_handler_is_refused_when_enqueued() -> None:
    with pytest.raises(service.UnknownKind), transaction():
        service.enqueue("test.nothing", now=START)
    assert db.session.query(Job).count() == 0


def test_the_status_is_that_of_the_newest_job_of_the_edition() -> None:
    assert service.status(kind="test.count", edition_id=1) is None
    with transaction():
        service.enqueue("test.count", now=START, edition_id=1)
        newest = service.enqueue("test.count", now=START, edition_id=1)
        service.enqueue("test.count", now=START, edition_id=2)
    found = service.status(kind="test.count", edition_id=1)
    assert found is not None
    assert (found.id, found.state, found.unfinished) == (newest.id, "queued", True)


def test_only_a_failed_job_is_tried_again() -> None:
    with transaction():
        job = service.enqueue("test.count", now=START, edition_id=1, key="k")
    with pytest.raises(service.NotFailed), transaction():
        service.retry(job.id, START)
    with transaction():
        failed = db.session.get_one(Job, job.id)
        failed.state, failed.open_key, failed.failures, failed.error = JobState.FAILED, None, 5, "Oops"
    assert [each.id for each in service.failed(1)] == [job.id]
    assert service.failed(2) == []
    with transaction():
        again = service.retry(job.id, START + timedelta(hours=1))
    assert (again.state, again.failures, again.error, again.open_key) == (JobState.QUEUED, 0, None, "k")


def test_a_retried_job_gives_way_to_a_newer_one_of_the_same_key() -> None:
    with transaction():
        old = service.enqueue("test.count", now=START, key="k")
        old.state, old.open_key = JobState.FAILED, None
        newer = service.enqueue("test.count", now=START, key="k")
    with transaction():
        assert service.retry(old.id, START).id == newer.id
