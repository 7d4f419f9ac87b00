"""Deadlines are extended before they pass, never shortened; each change is recorded and told."""

from __future__ import annotations

from datetime import timedelta

import pytest

from app.awards import deadlines
from app.awards.deadlines import Deadline, DeadlineRefused
from app.core.phases import Phase
from app.extensions import transaction
from app.ledger import service as ledger
from tests.awards.conftest import DAY
from tests.awards.test_service import kinds, move


@pytest.fixture
def told(monkeypatch):
    heard: list[deadlines.Extension] = []
    monkeypatch.setattr(deadlines, "_listeners", [heard.append])
    return heard


def change(edition, deadline, to, now) -> None:
    with transaction():
        deadlines.change(edition.id, deadline, to, by=None, now=now)


def test_in_draft_a_deadline_is_set_freely_and_nobody_is_told(edition, clock, told) -> None:
    earlier = edition.nominations_close_at - DAY
    change(edition, Deadline.NOMINATIONS, earlier, clock.now())
    assert edition.nominations_close_at == earlier
    assert kinds(edition)[-1] == "deadlines-set"
    assert told == []


def test_a_public_deadline_is_extended_recorded_and_told(edition, clock, told) -> None:
    move(edition, Phase.NOMINATING, now=clock.now())
    before, after = edition.nominations_close_at, edition.nominations_close_at + DAY
    change(edition, Deadline.NOMINATIONS, after, clock.now())
    entry = ledger.last(edition=edition.id, kind="deadline-extended")
    assert entry.data["deadline"] == "nominations"
    assert (told[0].before, told[0].after) == (before, after)


@pytest.mark.parametrize("deadline", list(Deadline))
def test_a_public_deadline_is_never_shortened(edition, clock, deadline) -> None:
    move(edition, Phase.NOMINATING, now=clock.now())
    before = getattr(edition, deadline.field)
    with pytest.raises(DeadlineRefused, match="shortened"):
        change(edition, deadline, before - timedelta(minutes=1), clock.now())
    assert getattr(edition, deadline.field) == before


def test_a_passed_deadline_stays_passed(edition, clock) -> None:
    move(edition, Phase.NOMINATING, now=clock.now())
    clock.set(edition.nominations_close_at)
    with pytest.raises(DeadlineRefused, match="passed"):
        change(edition, Deadline.NOMINATIONS, clock.now() + DAY, clock.now())
    clock.set(edition.nominations_close_at - timedelta(seconds=1))
    change(edition, Deadline.NOMINATIONS, edition.nominations_close_at + DAY, clock.now())


def test_voting_that_never_opened_in_time_is_planned_anew(edition, clock) -> None:
    move(edition, Phase.NOMINATING, Phase.SHORTLISTING, now=clock.now())
    clock.set(edition.voting_closes_at + DAY)
    change(edition, Deadline.VOTING, clock.now() + DAY, clock.now())
    move(edition, Phase.PREPARED, Phase.VOTING, now=clock.now())
    clock.set(edition.voting_closes_at)
    with pytest.raises(DeadlineRefused, match="passed"):
        change(edition, Deadline.VOTING, clock.now() + DAY, clock.now())


def test_a_deadline_lies_ahead_and_voting_closes_after_nominations(edition, clock) -> None:
    with pytest.raises(DeadlineRefused, match="in-the-past"):
        change(edition, Deadline.NOMINATIONS, clock.now(), clock.now())
    with pytest.raises(DeadlineRefused, match="order"):
        change(edition, Deadline.NOMINATIONS, edition.voting_closes_at, clock.now())


def test_both_deadlines_of_a_draft_are_planned_together(edition, clock) -> None:
    later = edition.voting_closes_at + DAY
    with transaction():
        deadlines.plan(edition.id, later, later + DAY, by=None, now=clock.now())
    assert (edition.nominations_close_at, edition.voting_closes_at) == (later, later + DAY)
    move(edition, Phase.NOMINATING, now=clock.now())
    with pytest.raises(DeadlineRefused, match="public"), transaction():
        deadlines.plan(edition.id, later, later + 2 * DAY, by=None, now=clock.now())


def test_open_means_the_right_phase_and_before_the_last_moment(edition, clock) -> None:
    end = edition.nominations_close_at
    assert not deadlines.is_open(edition, Deadline.NOMINATIONS, clock.now())
    move(edition, Phase.NOMINATING, now=clock.now())
    assert deadlines.is_open(edition, Deadline.NOMINATIONS, end - timedelta(microseconds=1))
    assert not deadlines.is_open(edition, Deadline.NOMINATIONS, end)
