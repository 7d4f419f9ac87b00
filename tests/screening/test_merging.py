"""The same procurement nominated twice: what becomes of facts, words, states, numbers, history and ledger."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import pytest

from app.awards import categories
from app.awards.categories import CategoryInUse
from app.core.phases import Phase
from app.extensions import db, transaction
from app.ledger import service as ledger
from app.nominations import behind, content, shortlist
from app.nominations import service as nominations
from app.nominations.drafts import NotNow
from app.nominations.keeping import delete_unfinished
from app.nominations.models import Nomination, State
from app.screening import service as screening
from app.screening.decisions.decisions import OnShortlist, WrongPhase
from app.screening.merges import choices, duplicates, merging
from app.screening.models import Merge
from tests.awards.test_service import kinds
from tests.conftest import START
from tests.databases import both_databases
from tests.screening.nominated import (
    anew,
    nominated,
    open_edition,
    put_together,
    secretary,
    take_apart,
    to,
)

NOTICE = {"notice": "151531-2021", "publication": "151531-2021", "read": {"name": "f03.xml"}}
FULL = {
    **NOTICE, "buyer_number": "212000-0662", "buyer_country": "SE", "procurement_id": "SE-2021-1", "awarded_on": date(2026, 5, 4),
    "value": "4,5 mnkr", "amount": 4_500_000, "currency": "SEK", "tenders": 4, "lots": ["LOT-1"],
    "sources": {"notice": {"value": "151531-2021", "from": "f03.xml"}, "title": {"value": "Måltider", "from": "f03.xml"}},
}  # fmt: skip


@pytest.fixture
def edition(app, clock):
    return open_edition()


@pytest.fixture
def by(app, clock) -> int:
    return secretary()


def said(nomination: Nomination) -> dict[str, object]:
    return {name: each for name, each in content.snapshot(anew(nomination)).items() if name != "category"}


def withdraw(nomination: Nomination) -> None:
    with transaction():
        nominations.withdraw(nomination.edition_id, nomination.public_id, nomination.link_version, now=START)


def test_every_fact_can_be_chosen_and_no_word_and_no_nominator() -> None:
    named = [name for choice in choices.CHOICES for name in choice.facts]
    assert sorted(named) == sorted(["category_id", *content.FACTS])
    carried = {name for choice in choices.CHOICES for name in choice.carried}
    assert not carried & {*content.WORDS, *content.NOMINATOR}


@both_databases
def test_the_chosen_facts_are_copied_and_everything_else_stays(edition, by) -> None:
    target = nominated(edition, 1, title="Mat", why="Bra.")
    source = nominated(edition, 2, title="Måltider", why="Bäst.", **FULL)
    before, words = said(target), said(source)
    merge = put_together(
        target, source, by, notice="source", value="source", awarded_on="source", title="target"
    )
    now = said(target)
    changed = {name for name in now if now[name] != before[name]}
    assert changed == {"notice", "publication", "value", "currency", "awarded_on"}
    target, source = anew(target), anew(source)
    assert (target.amount, target.awarded_on, target.read) == (
        4_500_000,
        date(2026, 5, 4),
        {"name": "f03.xml"},
    )
    assert target.sources == {"notice": {"value": "151531-2021", "from": "f03.xml"}}
    assert (source.state, source.state_before, source.merged_into_id) == (
        State.MERGED,
        State.CONFIRMED,
        target.id,
    )
    assert said(source) == words
    assert sorted(merge.taken) == sorted(merge.before) == ["awarded_on", "notice", "value"]
    assert [each.id for each in behind.together(anew(target))] == [target.id, source.id]
    assert behind.root(anew(source)).id == target.id
    assert behind.numbers(edition.id) == {target.id: 2}


@both_databases
def test_history_versions_and_ledger_have_the_trail(edition, by) -> None:
    target, source = nominated(edition, 1), nominated(edition, 2, value="4 mnkr")
    merge = put_together(target, source, by, value="source")
    take_apart(merge, by, "Två olika avtal.")
    assert [(each.what, each.note, each.account_id) for each in anew(target).events] == [
        ("joined", "Upphandling 2", by),
        ("left", "Upphandling 2\nTvå olika avtal.", by),
    ]
    assert [each.what for each in anew(source).events] == ["merged", "unmerged"]
    assert [each.content["value"] for each in anew(target).versions] == ["", "4 mnkr", ""]
    assert [each.account_id for each in anew(target).versions] == [None, by, by]
    assert len(anew(source).versions) == 1
    assert kinds(edition)[-4:] == [
        "nomination-merged",
        "nomination-corrected",
        "nomination-unmerged",
        "nomination-corrected",
    ]
    entry = ledger.last(edition=edition.id, kind="nomination-merged")
    assert entry.data["into"] != entry.data["nomination"]
    undone = db.session.get_one(Merge, merge.id)
    assert (undone.undone_by, undone.undone_because) == (by, "Två olika avtal.")


def test_a_nomination_from_before_there_were_versions_keeps_what_it_said(edition, by) -> None:
    target, source = nominated(edition, 1), nominated(edition, 2)
    for version in anew(target).versions:
        db.session.delete(version)
    db.session.commit()
    put_together(target, source, by, title="source")
    assert [each.content["title"] for each in anew(target).versions] == ["Upphandling 1", "Upphandling 2"]


def test_nothing_taken_makes_no_version_and_no_correction(edition, by) -> None:
    target, source = nominated(edition, 1), nominated(edition, 2)
    put_together(target, source, by, title="target")
    assert len(anew(target).versions) == 1
    assert kinds(edition)[-1] == "nomination-merged"


@pytest.mark.parametrize("state", [State.DRAFT, State.SUBMITTED, State.WITHDRAWN, State.MERGED])
def test_only_what_counts_can_be_merged(edition, by, state) -> None:
    one, other = nominated(edition, 1), nominated(edition, 2, state)
    for target, source in ((one, other), (other, one)):
        with pytest.raises(NotNow):
            put_together(target, source, by)


def test_what_cannot_be_merged(edition, by) -> None:
    one, other = nominated(edition, 1), nominated(edition, 2)
    elsewhere = nominated(open_edition(slug="2027", year=2027), 3)
    with pytest.raises(merging.Itself):
        put_together(one, one, by)
    with pytest.raises(nominations.Gone):
        put_together(one, elsewhere, by)
    with pytest.raises(merging.Changed), transaction():
        merging.merge(edition.id, one.id, other.id, {}, versions={}, by=by, now=START)
    with transaction():
        duplicates.distinguish(edition.id, other.id, one.id, by=by, now=START)
    with pytest.raises(merging.MarkedDistinct):
        put_together(one, other, by)
    assert anew(other).state is State.CONFIRMED


def test_one_that_was_changed_since_it_was_seen_is_not_merged(edition, by) -> None:
    one, other = nominated(edition, 1), nominated(edition, 2)
    seen = {each.id: merging.stamp(each) for each in (one, other)}
    for change in ({"title": "Annat"}, {"state": State.ACCEPTED}, {"why": "Nytt."}):
        before = {name: getattr(anew(other), name) for name in change}
        for name, value in change.items():
            setattr(db.session.get_one(Nomination, other.id), name, value)
        db.session.commit()
        with pytest.raises(merging.Changed), transaction():
            merging.merge(edition.id, one.id, other.id, {}, versions=seen, by=by, now=START)
        for name, value in before.items():
            setattr(db.session.get_one(Nomination, other.id), name, value)
        db.session.commit()
    third = nominated(edition, 3)
    put_together(other, third, by)
    with pytest.raises(merging.Changed), transaction():
        merging.merge(edition.id, one.id, other.id, {}, versions=seen, by=by, now=START)


def test_two_categories_are_merged_only_into_a_chosen_one(edition, by) -> None:
    one, other = nominated(edition, 1), nominated(edition, 2, category="dialog")
    with pytest.raises(merging.CategoryNotChosen):
        put_together(one, other, by)
    merge = put_together(one, other, by, category="source")
    assert anew(one).category.slug == "dialog"
    take_apart(merge, by)
    assert (anew(one).category.slug, anew(other).category.slug) == ("upphandling", "dialog")
    put_together(one, other, by, category="target")
    assert anew(one).category.slug == "upphandling"


def test_a_category_that_an_undo_would_go_back_to_stays(edition, by) -> None:
    one, other = nominated(edition, 1), nominated(edition, 2, category="dialog")
    merge = put_together(one, other, by, category="source")
    with pytest.raises(CategoryInUse), transaction():
        categories.remove(edition.id, "upphandling", by=by, now=START)
    take_apart(merge, by)
    assert anew(one).category.slug == "upphandling"


def test_the_shortlist_keeps_what_stands_on_it(edition, by) -> None:
    one = nominated(edition, 1, State.ACCEPTED)
    other = nominated(edition, 2, State.ACCEPTED, "dialog")
    to(edition, Phase.SHORTLISTING)
    with transaction():
        nominee = shortlist.add(edition.id, one.id, by=by, now=START).id
    with pytest.raises(OnShortlist):
        put_together(other, one, by, category="target")
    with pytest.raises(OnShortlist):
        put_together(one, other, by, category="source")
    merge = put_together(one, other, by, category="target", title="source")
    assert shortlist.nominee(edition.id, nominee).title == "Upphandling 1"
    with pytest.raises(NotNow), transaction():
        shortlist.add(edition.id, other.id, by=by, now=START)
    with transaction():
        shortlist.remove(edition.id, nominee, by=by, now=START)
    assert behind.numbers(edition.id) == {one.id: 2}
    take_apart(merge, by)
    assert (anew(one).state, anew(other).state) == (State.ACCEPTED, State.ACCEPTED)


def test_a_nominee_does_not_change_its_category_by_an_undo(edition, by) -> None:
    one, other = nominated(edition, 1, State.ACCEPTED), nominated(edition, 2, State.ACCEPTED, "dialog")
    merge = put_together(one, other, by, category="source")
    to(edition, Phase.SHORTLISTING)
    with transaction():
        nominee = shortlist.add(edition.id, one.id, by=by, now=START).id
    with pytest.raises(OnShortlist):
        take_apart(merge, by)
    assert anew(other).state is State.MERGED
    with transaction():
        shortlist.remove(edition.id, nominee, by=by, now=START)
    take_apart(merge, by)
    assert anew(one).category.slug == "upphandling"


@pytest.mark.parametrize(
    "phase", [each for each in Phase if each not in (Phase.NOMINATING, Phase.SHORTLISTING)]
)
def test_nothing_is_merged_or_undone_but_while_decisions_are_made(edition, by, phase) -> None:
    one, other, third = (nominated(edition, number) for number in (1, 2, 3))
    merge = put_together(one, other, by)
    to(edition, phase)
    with pytest.raises(WrongPhase):
        put_together(one, third, by)
    with pytest.raises(WrongPhase):
        take_apart(merge, by)
    for act in (duplicates.distinguish, duplicates.reconsider):
        with pytest.raises(WrongPhase), transaction():
            act(edition.id, one.id, third.id, by=by, now=START)
    to(edition, Phase.SHORTLISTING)  # the ballot was taken back
    take_apart(merge, by)
    assert anew(other).state is State.CONFIRMED


def test_a_merge_is_undone_once(edition, by) -> None:
    merge = put_together(nominated(edition, 1), nominated(edition, 2), by)
    other = open_edition(slug="2027", year=2027)
    with pytest.raises(merging.NoSuchMerge), transaction():
        merging.undo(other.id, merge.id, "", by=by, now=START)
    take_apart(merge, by)
    with pytest.raises(merging.AlreadyUndone):
        take_apart(merge, by)
    with pytest.raises(merging.NoSuchMerge), transaction():
        merging.undo(edition.id, 999, "", by=by, now=START)


@pytest.mark.parametrize("state", [State.CONFIRMED, State.COMPLETION_ASKED, State.ACCEPTED, State.DECLINED])
def test_the_source_returns_to_where_it_stood(edition, by, state) -> None:
    target, source = nominated(edition, 1), nominated(edition, 2, state)
    merge = put_together(target, source, by)
    assert screening.waiting(edition.id) == 1
    take_apart(merge, by)
    source = anew(source)
    assert (source.state, source.state_before, source.merged_into_id) == (state, None, None)


@both_databases
@pytest.mark.parametrize("first_undone", [0, 1])
def test_several_merges_are_undone_in_any_order(edition, by, first_undone) -> None:
    target, one, two = (
        nominated(edition, number, title=title) for number, title in ((1, "T"), (2, "A"), (3, "B"))
    )
    merges = [put_together(target, each, by, title="source") for each in (one, two)]
    assert anew(target).title == "B"
    take_apart(merges[first_undone], by)
    assert anew(target).title == ("B" if first_undone == 0 else "A")
    take_apart(merges[1 - first_undone], by)
    assert anew(target).title == "T"
    assert behind.numbers(edition.id) == {}


def test_what_was_edited_since_stays(edition, by) -> None:
    target, one, two = (
        nominated(edition, number, title=title) for number, title in ((1, "T"), (2, "A"), (3, "B"))
    )
    first = put_together(target, one, by, title="source")
    anew(target).title = "Rättad"
    db.session.commit()
    second = put_together(target, two, by, title="source")
    take_apart(first, by)
    assert anew(target).title == "B"
    take_apart(second, by)
    assert anew(target).title == "Rättad"
    third = put_together(target, two, by, title="source", value="source")
    anew(target).title = "Rättad igen"
    db.session.commit()
    take_apart(third, by)
    assert anew(target).title == "Rättad igen"


def test_a_source_takes_what_is_behind_it_along_and_back(edition, by) -> None:
    top, middle, leaf = (
        nominated(edition, number, title=title) for number, title in ((1, "T"), (2, "M"), (3, "L"))
    )
    below = put_together(middle, leaf, by, title="source")
    above = put_together(top, middle, by, title="source")
    assert behind.numbers(edition.id) == {top.id: 3}
    assert [each.id for each in behind.behind(anew(top))] == [middle.id, leaf.id]
    assert behind.root(anew(leaf)).id == top.id
    take_apart(below, by)  # from the middle of the tree: what came from the leaf leaves the top too
    assert (anew(leaf).state, anew(middle).title, anew(top).title) == (State.CONFIRMED, "M", "M")
    again = put_together(top, leaf, by)
    take_apart(above, by)
    assert behind.numbers(edition.id) == {top.id: 2}
    assert (anew(middle).state, anew(top).title) == (State.CONFIRMED, "T")
    take_apart(again, by)
    assert behind.numbers(edition.id, [top.id, leaf.id]) == {top.id: 1, leaf.id: 1}


def test_a_target_that_is_withdrawn_takes_nobody_along(edition, by) -> None:
    target, one, two = (nominated(edition, number) for number in (1, 2, 3))
    merges = [put_together(target, each, by, title="source") for each in (one, two)]
    withdraw(target)
    assert [anew(each).state for each in (target, one, two)] == [
        State.WITHDRAWN,
        State.CONFIRMED,
        State.CONFIRMED,
    ]
    assert anew(target).title == "Upphandling 1"
    for merge in merges:
        undone = db.session.get_one(Merge, merge.id)
        assert (undone.undone_at, undone.undone_by) == (START, None)
    entry = ledger.last(edition=edition.id, kind="nomination-unmerged")
    assert entry.data["by"] == {"role": "supplier", "who": None}
    assert [each.what for each in anew(one).events] == ["merged", "unmerged"]
    assert kinds(edition)[-1] == "nomination-withdrawn"


def test_one_in_the_middle_that_is_withdrawn_leaves_the_others_standing(edition, by) -> None:
    top, middle, leaf = (nominated(edition, number) for number in (1, 2, 3))
    put_together(middle, leaf, by)
    put_together(top, middle, by, title="source")
    withdraw(middle)
    assert [anew(each).state for each in (top, middle, leaf)] == [
        State.CONFIRMED,
        State.WITHDRAWN,
        State.CONFIRMED,
    ]
    assert anew(top).title == "Upphandling 1"
    assert behind.numbers(edition.id) == {}


@both_databases
def test_a_withdrawn_one_is_deleted_later_and_leaves_nothing_behind(edition, by) -> None:
    target, source, other = (nominated(edition, number) for number in (1, 2, 3))
    put_together(target, source, by)
    with transaction():
        duplicates.distinguish(edition.id, target.id, other.id, by=by, now=START)
    withdraw(target)
    with transaction():
        assert delete_unfinished(now=START + timedelta(days=15)) == 1
    assert [anew(each).state for each in (source, other)] == [State.CONFIRMED, State.CONFIRMED]
    assert db.session.scalars(db.select(Merge)).all() == []
    assert duplicates.all_marks(edition.id) == []


def test_a_merged_one_is_edited_by_its_author_and_stays_merged(edition, by) -> None:
    target, source = nominated(edition, 1), nominated(edition, 2, State.ACCEPTED)
    merge = put_together(target, source, by)
    anew(source).why = "Nya ord."
    nominations._decide_anew(anew(source))
    db.session.commit()
    assert anew(source).state is State.MERGED
    take_apart(merge, by)
    assert anew(source).state is State.CONFIRMED


def test_a_long_chain_is_counted(edition, by) -> None:
    chain = [nominated(edition, number) for number in range(1, 31)]
    for source, target in pairwise(chain):
        put_together(target, source, by)
    assert behind.numbers(edition.id) == {chain[-1].id: 30}
    assert behind.root(anew(chain[0])).id == chain[-1].id
    assert len(behind.together(anew(chain[-1]))) == 30


def test_what_a_merge_remembers_of_people_can_be_forgotten(edition, by) -> None:
    named = {"person_name": "Ulla Upphandlare", "person_email": "ulla@vaxjo.example"}
    target = nominated(edition, 1, person_name="Ulla U", authority_email="registrator@vaxjo.example")
    source = nominated(edition, 2, value="4 mnkr", authority_email="ulla@vaxjo.example", **named)
    take = dict.fromkeys(("person", "authority_email", "value"), "source")
    merge = put_together(target, source, by, **take)
    for each in (target, source):
        row = anew(each)
        row.person_name = row.person_email = row.authority_email = ""
        db.session.commit()
    with transaction():
        merging.forget([source.id])
    remembered = db.session.get_one(Merge, merge.id)
    assert "ulla" not in str([remembered.taken, remembered.before]).lower()
    assert remembered.taken["value"]["value"] == "4 mnkr"
    take_apart(remembered, by)
    assert (anew(target).person_name, anew(target).authority_email, anew(target).value) == ("", "", "")
