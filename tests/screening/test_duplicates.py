"""What is found to look like the same procurement, and what people have said about it."""

from __future__ import annotations

import pytest

from app.awards.models import Edition
from app.extensions import transaction
from app.nominations.drafts import NotNow
from app.nominations.models import State
from app.procurement.likeness import Reason
from app.screening.merges import duplicates
from app.screening.merges.duplicates import Alike
from tests.conftest import START
from tests.databases import both_databases
from tests.screening.nominated import anew, nominated, open_edition, put_together, secretary, take_apart


@pytest.fixture
def edition(app, clock) -> Edition:
    return open_edition()


@pytest.fixture
def by(app, clock) -> int:
    return secretary()


def found(edition: Edition) -> set[tuple[int, int]]:
    return {(pair.first, pair.second) for pair in duplicates.open_pairs(edition.id)}


def mark(act, one, other, by) -> None:
    with transaction():
        act(one.edition_id, one.id, other.id, by=by, now=START)


@both_databases
def test_pairs_are_found_by_numbers_reference_and_title(edition) -> None:
    one = nominated(edition, 1, title="Måltider till äldreboenden", reference="KS 2026/0123")
    nominated(edition, 2, title="Snöröjning", publication="151531-2021", authority="Lunds kommun")
    by_notice = nominated(edition, 3, title="Vinter", publication="151531-2021", authority="Malmö stad")
    later = nominated(
        edition,
        4,
        title="Annat",
        authority="Umeå kommun",
        publication="9-2022",
        read={"previous": ["151531-2021"]},
    )
    alike = nominated(
        edition, 5, title="Upphandling av måltider till äldreboenden", reference="dnr KS 2026/123"
    )
    same = nominated(edition, 6, title="Helt annat", reference="KS 2026/0123")
    pairs = duplicates.open_pairs(edition.id)
    reasons = {(pair.first, pair.second): set(pair.reasons) for pair in pairs}
    assert reasons[one.id, same.id] == {Reason.SAME_REFERENCE}
    assert reasons[one.id, alike.id] == {Reason.SAME_TITLE}
    assert reasons[by_notice.id - 1, by_notice.id] == {Reason.SAME_NOTICE}
    assert reasons[by_notice.id, later.id] == {Reason.EARLIER_NOTICE}
    assert [pair.score for pair in pairs] == sorted((pair.score for pair in pairs), reverse=True)


@pytest.mark.parametrize("state", [each for each in State if each is not State.MERGED])
def test_only_what_counts_and_stands_for_itself_is_compared(edition, state) -> None:
    nominated(edition, 1, title="Samma namn")
    nominated(edition, 2, state, title="Samma namn")
    assert bool(found(edition)) is (state in duplicates.ROOTS)


def test_other_editions_are_left_alone(edition) -> None:
    nominated(edition, 1, title="Samma namn")
    nominated(open_edition(slug="2027", year=2027), 2, title="Samma namn")
    assert found(edition) == set()


@both_databases
def test_merged_ones_are_not_shown_and_stand_for_their_tree(edition, by) -> None:
    one = nominated(edition, 1, title="Tolktjänster")
    numbered = nominated(edition, 2, title="Något annat", publication="7-2026")
    third = nominated(edition, 3, title="Ett tredje", publication="7-2026")
    assert found(edition) == {(numbered.id, third.id)}
    merge = put_together(one, numbered, by, notice="target")
    assert found(edition) == {(one.id, third.id)}  # by the number that only the one behind has
    assert [pair.first for pair in duplicates.of(anew(third))] == [one.id]
    assert [pair.second for pair in duplicates.of(anew(numbered))] == [third.id]
    assert duplicates.between(anew(one), anew(third)).reasons == (Reason.SAME_NOTICE,)
    put_together(third, anew(one), by)
    assert found(edition) == set()
    take_apart(merge, by)
    assert found(edition) == {(numbered.id, third.id)}


@both_databases
def test_what_was_found_distinct_is_left_out_until_that_is_taken_back(edition, by) -> None:
    one, other = nominated(edition, 1, title="Samma"), nominated(edition, 2, title="Samma")
    mark(duplicates.distinguish, other, one, by)
    mark(duplicates.distinguish, one, other, by)
    assert found(edition) == set()
    assert len(duplicates.marks(anew(one), anew(other))) == len(duplicates.all_marks(edition.id)) == 1
    assert duplicates.between(anew(one), anew(other)) is not None
    mark(duplicates.reconsider, one, other, by)
    assert found(edition) == {(one.id, other.id)}
    with pytest.raises(duplicates.NotMarked):
        mark(duplicates.reconsider, one, other, by)
    assert [(each.what, each.note, each.account_id) for each in anew(one).events] == [
        ("distinct", "Samma", by),
        ("alike", "Samma", by),
    ]


def test_what_is_distinct_from_one_is_distinct_from_all_that_stand_with_it(edition, by) -> None:
    one, two, three = (nominated(edition, number, title="Samma namn") for number in (1, 2, 3))
    mark(duplicates.distinguish, two, three, by)
    merge = put_together(one, two, by)
    assert found(edition) == set()
    assert duplicates.marks(anew(one), anew(three))
    take_apart(merge, by)
    assert found(edition) == {(one.id, two.id), (one.id, three.id)}


def test_nothing_is_found_about_one_and_itself_or_one_that_does_not_stand_for_itself(edition, by) -> None:
    one, gone = nominated(edition, 1), nominated(edition, 2, State.WITHDRAWN)
    for pair in ((one, one), (one, gone), (gone, one)):
        with pytest.raises(NotNow):
            mark(duplicates.distinguish, *pair, by)


def test_pairs_that_share_a_nomination_are_one_group() -> None:
    pairs = [Alike(1, 2, (), 0.9), Alike(3, 4, (), 0.8), Alike(2, 5, (), 0.7), Alike(5, 1, (), 0.6)]
    groups = duplicates.groups(pairs)
    assert [group.members for group in groups] == [(1, 2, 5), (3, 4)]
    assert [len(group.pairs) for group in groups] == [3, 1]
    bridge = duplicates.groups([*pairs, Alike(4, 5, (), 0.5)])
    assert [group.members for group in bridge] == [(1, 2, 3, 4, 5)]
    assert duplicates.groups([]) == []
