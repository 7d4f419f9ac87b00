"""Several secretaries at once: no circle, no nomination lost, and of what cannot both be, one."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import permutations
from threading import Barrier

import pytest
from flask import Flask
from sqlalchemy import select

from app.awards.models import Edition
from app.extensions import db, transaction
from app.nominations import behind
from app.nominations import service as nominations
from app.nominations.drafts import NotNow
from app.nominations.models import Nomination, State
from app.screening.merges import duplicates, merging
from app.screening.models import Merge
from tests.conftest import START
from tests.databases import both_databases
from tests.screening.nominated import nominated, open_edition, put_together, secretary

REFUSALS = (NotNow, merging.Changed, merging.AlreadyUndone, merging.MarkedDistinct)


@pytest.fixture
def edition(app, clock) -> Edition:
    return open_edition()


@pytest.fixture
def by(app, clock) -> int:
    return secretary()


def at_once(app: Flask, acts: list[Callable[[], object]]) -> list[str]:
    """Each act in a thread and a transaction of its own, all begun together; gives what became of each."""
    barrier = Barrier(len(acts))

    def do(act: Callable[[], object]) -> str:
        with app.app_context():
            barrier.wait(30)
            try:
                with transaction():
                    act()
            except REFUSALS as refusal:
                return type(refusal).__name__
            finally:
                db.session.remove()
            return "done"

    db.session.rollback()
    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(do, acts))


def merging_of(edition: int, target: int, source: int, seen: dict[int, str], by: int) -> Callable[[], object]:
    return lambda: merging.merge(edition, target, source, {}, versions=seen, by=by, now=START)


def all_counted(edition: Edition, wanted: int) -> None:
    """Every nomination stands behind exactly one root, and none behind itself."""
    db.session.expire_all()
    rows = list(db.session.scalars(select(Nomination).where(Nomination.edition_id == edition.id)))
    roots = [row for row in rows if row.state in duplicates.ROOTS]
    assert roots
    assert all(behind.root(row) in roots for row in rows if row.state is not State.WITHDRAWN)
    assert sum(behind.numbers(edition.id, [row.id for row in roots]).values()) == wanted
    active = {each.source_id: each.target_id for each in merging.merges(edition.id)}
    assert active == {row.id: row.merged_into_id for row in rows if row.state is State.MERGED}


@both_databases
def test_two_merge_the_same_two_the_other_way_round(app, edition, by) -> None:
    one, other = (nominated(edition, number) for number in (1, 2))
    seen = {each.id: merging.stamp(each) for each in (one, other)}
    said = at_once(
        app,
        [
            merging_of(edition.id, one.id, other.id, seen, by),
            merging_of(edition.id, other.id, one.id, seen, by),
        ],
    )
    assert sorted(said) == ["NotNow", "done"]
    all_counted(edition, 2)


@both_databases
def test_ten_merge_overlapping_pairs(app, edition, by) -> None:
    items = [nominated(edition, number) for number in range(1, 5)]
    seen = {each.id: merging.stamp(each) for each in items}
    pairs = list(permutations([each.id for each in items], 2))[:10]
    said = at_once(app, [merging_of(edition.id, *pair, seen, by) for pair in pairs])
    assert 1 <= said.count("done") <= 3
    assert set(said) <= {"done", "NotNow", "Changed"}
    all_counted(edition, 4)


@both_databases
def test_a_merge_is_undone_by_one_of_two(app, edition, by) -> None:
    merge = put_together(nominated(edition, 1), nominated(edition, 2), by)
    number = merge.id
    said = at_once(app, [lambda: merging.undo(edition.id, number, "", by=by, now=START)] * 2)
    assert sorted(said) == ["AlreadyUndone", "done"]
    all_counted(edition, 2)


@both_databases
def test_one_is_withdrawn_while_another_is_put_behind_it(app, edition, by) -> None:
    one, other, third = (nominated(edition, number) for number in (1, 2, 3))
    put_together(one, third, by)
    seen = {each.id: merging.stamp(db.session.get_one(Nomination, each.id)) for each in (one, other)}
    public_id = one.public_id
    said = at_once(
        app,
        [
            merging_of(edition.id, one.id, other.id, seen, by),
            lambda: nominations.withdraw(edition.id, public_id, 1, now=START),
        ],
    )
    assert said[1] == "done"
    assert said[0] in {"done", "NotNow", "Changed"}
    all_counted(edition, 2)
    db.session.expire_all()
    assert all(each.undone_at for each in db.session.scalars(select(Merge)))


@both_databases
def test_two_are_merged_and_found_distinct_at_once(app, edition, by) -> None:
    one, other = (nominated(edition, number) for number in (1, 2))
    seen = {each.id: merging.stamp(each) for each in (one, other)}
    said = at_once(
        app,
        [
            merging_of(edition.id, one.id, other.id, seen, by),
            lambda: duplicates.distinguish(edition.id, one.id, other.id, by=by, now=START),
        ],
    )
    assert sorted(said) in (["NotNow", "done"], ["MarkedDistinct", "done"])
    all_counted(edition, 2)
