"""Random years of nominating, merging, undoing, editing, deciding and withdrawing, beside a model that is obviously right.

The model keeps a list of what happened. What a nomination says is that list played from the beginning; to undo a merge
is to take it off the list.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from itertools import count
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import select

from app.extensions import db, transaction
from app.mail.models import Letter, LetterState
from app.nominations import behind, content
from app.nominations import service as nominations
from app.nominations.models import Nomination, State
from app.screening import letters
from app.screening.decisions import decisions
from app.screening.decisions.recipients import LETTER
from app.screening.merges import duplicates, latecomers, merging
from app.screening.models import DecisionLetter, Merge
from tests.conftest import START
from tests.databases import both_databases
from tests.screening.nominated import nominated, open_edition, put_together, secretary, take_apart

FACTS = ("title", "reference", "tenders")
years = count(3000)


@dataclass
class Happened:
    """A merge (`take`: the facts that came from the source) or an edit (`value` of one fact)."""

    who: int
    source: int = 0
    take: tuple[str, ...] = ()
    fact: str = ""
    value: Any = None
    merge: int = 0


@dataclass
class Model:
    """What everything should be."""

    own: dict[int, dict[str, Any]] = field(default_factory=dict)
    state: dict[int, State] = field(default_factory=dict)
    log: list[Happened] = field(default_factory=list)

    def facts(self) -> dict[int, dict[str, Any]]:
        said = {number: dict(own) for number, own in self.own.items()}
        for each in self.log:
            if each.source:
                said[each.who].update({name: said[each.source][name] for name in each.take})
            else:
                said[each.who][each.fact] = each.value
        return said

    def parents(self) -> dict[int, int]:
        return {each.source: each.who for each in self.log if each.source}

    def top(self, number: int) -> int:
        above = self.parents()
        while number in above:
            number = above[number]
        return number

    def roots(self) -> list[int]:
        above = self.parents()
        return [each for each in self.own if each not in above and self.state[each] is not State.WITHDRAWN]

    def merges(self) -> list[Happened]:
        return [each for each in self.log if each.source]


class Year(RuleBasedStateMachine):
    """The service and the model, move by move."""

    def __init__(self) -> None:
        super().__init__()
        self.model = Model()
        self.by = secretary()
        year = next(years)
        self.edition = open_edition(slug=str(year), year=year)
        self.new = count(1)
        for _ in range(3):
            self._nominate()

    def _nominate(self, state: State = State.CONFIRMED) -> None:
        number = next(self.new)
        facts = {
            "title": f"Titel {number}",
            "reference": f"D-{number}" if number % 2 else "",
            "tenders": number,
        }
        item = nominated(self.edition, number, state, **facts)
        self.model.own[item.id], self.model.state[item.id] = facts, state

    def _row(self, number: int) -> Nomination:
        db.session.rollback()
        return db.session.get_one(Nomination, number)

    @precondition(lambda self: len(self.model.own) < 8)
    @rule(state=st.sampled_from([State.CONFIRMED, State.ACCEPTED, State.DECLINED, State.COMPLETION_ASKED]))
    def nominate(self, state: State) -> None:
        self._nominate(state)

    @precondition(lambda self: len(self.model.roots()) >= 2)
    @rule(data=st.data(), wanted=st.sets(st.sampled_from(FACTS)))
    def merge(self, data: st.DataObject, wanted: set[str]) -> None:
        target, source = data.draw(st.permutations(self.model.roots()))[:2]
        said = self.model.facts()
        take = tuple(sorted(name for name in wanted if said[target][name] != said[source][name]))
        made = put_together(
            self._row(target), self._row(source), self.by, **dict.fromkeys(sorted(wanted), "source")
        )
        assert set(made.taken) == set(take)
        self.model.log.append(Happened(target, source, take, merge=made.id))

    @precondition(lambda self: self.model.parents())
    @rule(data=st.data())
    def refuse_what_stands_behind(self, data: st.DataObject) -> None:
        merged = data.draw(st.sampled_from(sorted(self.model.parents())))
        other = data.draw(st.sampled_from(sorted(self.model.own)))
        for pair in ((merged, other), (other, merged)):
            with pytest.raises((nominations.NotNow, merging.Itself)):
                put_together(self._row(pair[0]), self._row(pair[1]), self.by)

    @precondition(lambda self: self.model.merges())
    @rule(data=st.data())
    def undo(self, data: st.DataObject) -> None:
        gone = data.draw(st.sampled_from(self.model.merges()))
        db.session.rollback()
        take_apart(db.session.get_one(Merge, gone.merge), self.by)
        self.model.log.remove(gone)

    @precondition(lambda self: self.model.roots())
    @rule(data=st.data(), accept=st.booleans())
    def decide(self, data: st.DataObject, accept: bool) -> None:
        root = data.draw(st.sampled_from(self.model.roots()))
        wanted = State.ACCEPTED if accept else State.DECLINED
        if self.model.state[root] is wanted:
            return
        with transaction():
            if accept:
                decisions.accept(self.edition.id, root, by=self.by, now=START)
            else:
                decisions.decline(self.edition.id, root, "Den avbröts.", by=self.by, now=START)
        self.model.state[root] = wanted

    @precondition(lambda self: self.model.roots())
    @rule(data=st.data())
    def tell_latecomers(self, data: st.DataObject) -> None:
        item = self._row(data.draw(st.sampled_from(self.model.roots())))
        if number := len(latecomers.untold(item)):
            with transaction():
                seen = latecomers.stamp(item)
                assert latecomers.tell(self.edition.id, item.id, seen, by=self.by, now=START) == number
            assert latecomers.untold(self._row(item.id)) == []

    @rule()
    def letters_leave(self) -> None:
        """As the worker does: what no longer stands is not sent."""
        for row in self._letters(LetterState.QUEUED):
            stands = letters.decision(row.subject_id, START) is not None
            row.state = LetterState.SENT if stands else LetterState.CANCELLED
        db.session.commit()

    def _letters(self, *states: LetterState) -> list[Letter]:
        query = select(Letter).where(Letter.edition_id == self.edition.id, Letter.name == LETTER)
        return list(db.session.scalars(query.where(Letter.state.in_(states)).order_by(Letter.id)))

    @invariant()
    def nobody_gets_two_letters(self) -> None:
        db.session.rollback()
        queued = Counter(row.to for row in self._letters(LetterState.QUEUED))
        assert max(queued.values(), default=0) <= 1
        told = Counter(
            (db.session.get_one(DecisionLetter, row.subject_id).decision_id, row.to)
            for row in self._letters(LetterState.QUEUED, LetterState.SENT)
        )
        assert max(told.values(), default=0) <= 1

    @rule(data=st.data(), fact=st.sampled_from(FACTS))
    def edit(self, data: st.DataObject, fact: str) -> None:
        number = data.draw(st.sampled_from(sorted(self.model.own)))
        value: Any = 1000 + next(self.new)
        value = value if fact == "tenders" else f"Rättad {value}"
        item = self._row(number)
        setattr(item, fact, value)
        content.keep_version(item, by=None, now=START)
        db.session.commit()
        self.model.log.append(Happened(number, fact=fact, value=value))

    @precondition(lambda self: len(self.model.roots()) > 1)
    @rule(data=st.data())
    def withdraw(self, data: st.DataObject) -> None:
        there = [each for each in self.model.own if self._row(each).state in nominations.EDITABLE]
        if not there:
            return
        number = data.draw(st.sampled_from(there))
        item = self._row(number)
        with transaction():
            nominations.withdraw(self.edition.id, item.public_id, item.link_version, now=START)
        self.model.state[number] = State.WITHDRAWN
        self.model.log = [
            each for each in self.model.log if not each.source or number not in (each.who, each.source)
        ]

    @invariant()
    def everything_is_as_it_should_be(self) -> None:
        db.session.rollback()
        rows = list(db.session.scalars(select(Nomination).where(Nomination.edition_id == self.edition.id)))
        said, above = self.model.facts(), self.model.parents()
        assert {row.id: {name: getattr(row, name) for name in FACTS} for row in rows} == said
        for row in rows:
            merged = row.id in above
            assert row.state is (State.MERGED if merged else self.model.state[row.id])
            assert row.state_before is (self.model.state[row.id] if merged else None)
            assert row.merged_into_id == above.get(row.id)
            assert row.versions[-1].content == content.snapshot(row)
        roots = self.model.roots()
        numbers = behind.numbers(self.edition.id, roots)
        wanted = {root: [each for each in self.model.own if self.model.top(each) == root] for root in roots}
        assert numbers == {root: len(members) for root, members in wanted.items()}
        assert sum(numbers.values()) == sum(each is not State.WITHDRAWN for each in self.model.state.values())
        for row in rows:
            if row.id in wanted:
                assert sorted(each.id for each in behind.together(row)) == sorted(wanted[row.id])
                assert {behind.root(each).id for each in behind.together(row)} == {row.id}
        assert sorted(each.id for each in merging.merges(self.edition.id)) == sorted(
            each.merge for each in self.model.merges()
        )
        for pair in duplicates.open_pairs(self.edition.id):
            assert {pair.first, pair.second} <= set(roots)


def play(examples: int, steps: int) -> None:
    run_state_machine_as_test(
        Year,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )


@pytest.mark.timeout(300)
def test_numbers_facts_and_states_are_right_after_whatever_happens(app, clock) -> None:
    play(examples=25, steps=20)


@both_databases
@pytest.mark.timeout(300)
def test_so_they_are_on_each_database(app, clock) -> None:
    play(examples=5, steps=15)


@pytest.mark.long
@pytest.mark.timeout(900)
def test_so_they_are_in_many_long_years(app, clock) -> None:
    play(examples=150, steps=40)
