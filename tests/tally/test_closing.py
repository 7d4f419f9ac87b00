"""When a box is sealed, by whom, and that sealing and the move to counting are one act."""

from __future__ import annotations

from datetime import timedelta

import pytest

from app.ballots import box, casting
from app.core.belenios.ballots import make_ballot
from app.core.phases import Phase
from app.extensions import transaction
from app.jobs import service as jobs
from app.tally import closing, service
from tests.tally.snapshots import take
from tests.tally.year import AFTER, BEST, CLOSES, START, open_vote, vote


def begin(_app, clock):
    clock.set(START)
    made = open_vote(voters=3, categories=[BEST])
    vote(made, 0, [{0}])
    return made


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory):
    return take(tmp_path_factory.mktemp("closing"), begin)


@pytest.fixture
def settings(snapshot, tmp_path, monkeypatch):
    return snapshot.open(tmp_path / "instance", monkeypatch)


@pytest.fixture
def year(app, clock, snapshot):
    clock.set(snapshot.at)
    return snapshot.year()


def close(year, now, by=None):
    with transaction():
        return closing.close(edition_id=year.edition_id, by=by, now=now)


def test_nothing_is_sealed_before_the_drain_is_over(year):
    assert close(year, CLOSES + timedelta(seconds=59)) is False
    assert year.phase is Phase.VOTING
    assert box.last_event(year.edition_id).type == "Ballot"


def test_sealing_ends_the_ballots_and_moves_on(year):
    assert close(year, CLOSES + timedelta(seconds=60)) is True
    assert year.phase is Phase.COUNTING
    assert box.last_event(year.edition_id).type == "EndBallots"
    assert service.done(year.edition_id) == [service.Step.CLOSED]


def test_sealing_twice_changes_nothing(year):
    close(year, AFTER)
    height = box.last_event(year.edition_id).height
    assert close(year, AFTER) is False
    assert box.last_event(year.edition_id).height == height


def test_sealing_is_all_or_nothing(year):
    def seal_and_die():
        with transaction():
            closing.close(edition_id=year.edition_id, now=AFTER)
            raise RuntimeError("killed")

    with pytest.raises(RuntimeError, match="killed"):
        seal_and_die()
    assert year.phase is Phase.VOTING
    assert box.last_event(year.edition_id).type == "Ballot"
    assert service.tally(year.edition_id) is None


def test_casting_ends_at_the_deadline_in_any_case(year):
    election = box.election(year.edition_id)
    checked = casting.check(year.slug, make_ballot(election, year.secrets[1], [[0, 1, 0, 0]]))
    with pytest.raises(casting.Closed), transaction():
        casting.accept(checked, arrived=CLOSES, now=CLOSES)
    with transaction():  # it arrived in time, and the box is not sealed yet
        casting.accept(checked, arrived=CLOSES - timedelta(seconds=1), now=CLOSES + timedelta(seconds=30))
    close(year, AFTER)
    late = casting.check(year.slug, make_ballot(election, year.secrets[2], [[0, 1, 0, 0]]))
    with pytest.raises(casting.Closed), transaction():
        casting.accept(late, arrived=CLOSES - timedelta(seconds=1), now=AFTER)


def test_by_hand_only_after_the_deadline_and_the_drain(year):
    with pytest.raises(closing.NotYetClosed), transaction():
        closing.request_close(edition_id=year.edition_id, by=year.secretaries[0].id, now=CLOSES)
    with transaction():
        closing.request_close(edition_id=year.edition_id, by=year.secretaries[0].id, now=AFTER)
    assert jobs.status(kind="tally.close", edition_id=year.edition_id).state == "queued"


def test_a_late_box_is_pointed_out_to_the_secretariat(year):
    assert service.todos(year.edition, now=CLOSES) == []
    (soon,) = service.todos(year.edition, now=AFTER)
    assert not soon.warn
    (late,) = service.todos(year.edition, now=CLOSES + timedelta(minutes=5))
    assert late.warn
