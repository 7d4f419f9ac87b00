"""A worker killed between two steps: the next one goes on, nothing is made twice, nothing is half there."""

from __future__ import annotations

import pytest

from app.awards import service as awards
from app.ballots import box
from app.core.ledger_file import read
from app.core.phases import Phase
from app.extensions import transaction
from app.jobs import service as jobs
from app.ledger import export
from app.review import service as review
from app.tally import closing, run, service
from app.tally.models import Tally
from app.trustees import service as trustees
from app.trustees.keystore import keystore
from app.trustees.models import Purpose
from tests.tally.snapshots import take
from tests.tally.year import AFTER, BEST, START, open_vote, vote, work


class Killed(BaseException):
    """Stands for a worker's end at that moment."""


def begin(_app, clock):
    clock.set(START)
    made = open_vote(voters=3, categories=[BEST])
    vote(made, 0, [{0}])
    vote(made, 1, [{1}])
    vote(made, 2, [{1}])
    clock.set(AFTER)
    with transaction():
        closing.close(edition_id=made.edition_id, now=AFTER)
    return made


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory):
    return take(tmp_path_factory.mktemp("resume"), begin)


@pytest.fixture
def settings(snapshot, tmp_path, monkeypatch):
    return snapshot.open(tmp_path / "instance", monkeypatch)


@pytest.fixture
def year(app, clock, snapshot):
    clock.set(snapshot.at)
    return snapshot.year()


def killed_at(step):
    def progress(done, total):
        if done == step:
            raise Killed

    return progress


@pytest.mark.parametrize("step", range(1, run.STEPS + 1))
def test_the_next_worker_goes_on(app, year, step):
    with pytest.raises(Killed):
        run.count(edition_id=year.edition_id, now=AFTER, progress=killed_at(step))
    assert year.phase is Phase.COUNTING
    assert len(service.done(year.edition_id)) == step
    work(app)
    assert year.phase is Phase.REVIEW
    assert service.opened(year.edition_id, staged=True).rows == [[0, 1, 2, 0]]
    assert service.verification(year.edition_id, staged=True).verdict == "valid"
    assert [e.type for e in events(year)] == [
        "Setup",
        *["Ballot"] * 3,
        "EndBallots",
        "EncryptedTally",
        "PartialDecryption",
        "Result",
    ]
    ledger = read(export.export(edition=year.edition_id), openings=export.openings(edition=year.edition_id))
    for kind in ("encrypted-tally", "strong-decryption", "result", "count-made", "report-made"):
        assert len(ledger.of(kind)) == 1, kind


def events(year):
    from app.ballots.models import BoxEvent
    from app.extensions import db

    return db.session.query(BoxEvent).filter_by(edition_id=year.edition_id).order_by(BoxEvent.height).all()


def test_a_year_cancelled_meanwhile_is_not_opened(year):
    def cancel(done, total):
        if done == 1:
            with transaction():
                awards.record_phase(
                    year.edition_id, Phase.CANCELLED, account_id=None, reason="Inställt.", now=AFTER
                )

    run.count(edition_id=year.edition_id, now=AFTER, progress=cancel)
    assert service.done(year.edition_id) == [service.Step.CLOSED, service.Step.ENCRYPTED]


def test_counting_twice_changes_nothing(app, year):
    run.count(edition_id=year.edition_id, now=AFTER)
    head = box.last_event(year.edition_id)
    run.count(edition_id=year.edition_id, now=AFTER)
    assert box.last_event(year.edition_id) == head
    work(app)
    assert year.phase is Phase.REVIEW


def test_a_missing_key_stops_the_count_and_says_so(app, year):
    store = keystore()
    name = trustees.current(year.edition_id, Purpose.TRUSTEE).name
    sealed = store.sealed(name)
    store.destroy(name)
    with pytest.raises(run.CountStopped):
        run.count(edition_id=year.edition_id, now=AFTER)
    assert year.phase is Phase.COUNTING
    assert service.done(year.edition_id) == [service.Step.CLOSED, service.Step.ENCRYPTED]
    (todo,) = service.todos(year.edition, now=AFTER)
    assert todo.warn
    assert "sealed copy" in str(todo.detail) or "förseglade" in str(todo.detail)
    assert review.blockers(year.edition, Phase.PUBLISHED, now=AFTER)
    store.restore(name, sealed)
    with transaction():
        closing.request_count(edition_id=year.edition_id, now=AFTER)
    work(app)
    assert year.phase is Phase.REVIEW
    assert service.problem(year.edition_id) is None


def test_what_stopped_the_count_never_says_what_it_had_found(app, year):
    run.count(edition_id=year.edition_id, now=AFTER, progress=lambda *_: None)
    with transaction():
        tally = Tally.query.filter_by(edition_id=year.edition_id).one()
        tally.round, tally.result = 2, [[0, 999, 2, 0]]
    with pytest.raises(run.CountStopped) as stopped:
        run.count(edition_id=year.edition_id, now=AFTER)
    assert "999" not in str(stopped.value)
    assert str(stopped.value).startswith("archive: ResultOutOfBounds in ")
    assert stopped.value.__suppress_context__


def test_a_failed_job_says_nothing_of_the_result(app, year):
    run.count(edition_id=year.edition_id, now=AFTER)
    with transaction():
        tally = Tally.query.filter_by(edition_id=year.edition_id).one()
        tally.round, tally.result = 2, [[0, 999, 2, 0]]
    work(app)
    status = jobs.status(kind="tally.count", edition_id=year.edition_id)
    assert "999" not in (status.error or "")
