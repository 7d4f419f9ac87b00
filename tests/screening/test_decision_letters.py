"""No nominator is ever about to hear two decisions, and none that no longer stands, whatever the order of things."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from itertools import count
from types import SimpleNamespace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from app.awards.categories import NoSuchCategory
from app.core.phases import Phase
from app.extensions import db, transaction
from app.mail import outbox
from app.mail.models import Letter, LetterState
from app.mail.rendering import written
from app.nominations import service as nominations
from app.nominations.behind import root
from app.nominations.drafts import NominationError
from app.nominations.models import Nomination, State
from app.screening.decisions import decisions
from app.screening.decisions.decisions import OnShortlist, WrongPhase
from app.screening.decisions.recipients import Changed
from app.screening.merges import merging
from app.screening.models import DecisionLetter, Verb
from tests.databases import both_databases
from tests.nominations.conftest import mailed
from tests.screening.nominated import anew, nominated, open_edition, put_together, secretary, take_apart, to

LETTER = "nomination_decision"
REFUSED = (NominationError, OnShortlist, WrongPhase, Changed, NoSuchCategory)
years = count(2100)


@pytest.fixture
def by(app, clock) -> int:
    return secretary()


def act(name: str, edition, item, by: int, now) -> None:
    """One act of a secretary, in a transaction of its own."""
    with transaction():
        if name == "accept":
            decisions.accept(edition.id, item.id, by=by, now=now)
        elif name == "ask":
            decisions.ask(edition.id, item.id, "Datum?", by=by, now=now)
        elif name == "decline":
            decisions.decline(edition.id, item.id, "För gammal.", by=by, now=now)
        else:
            decisions.take_back(edition.id, item.id, by=by, now=now)


def queued() -> list[Letter]:
    return [row for row in mailed(LETTER) if row.state == LetterState.QUEUED]


def deliverable() -> list[tuple[str, Verb]]:
    """To whom which decision would go, of all that is queued or being sent: what a worker would write now."""
    found = []
    for row in mailed(LETTER):
        if row.state in (LetterState.QUEUED, LetterState.SENDING):
            letter = db.session.get_one(DecisionLetter, row.subject_id)
            if written(LETTER, row.subject_id, row.language, row.queued_at) is not None:
                found.append((row.to, letter.decision.verb))
    return found


def send_all(now) -> list[tuple[str, Verb]]:
    """What a worker does with its batch: those it can write are sent, the others cancelled."""
    sent = []
    for row in outbox.take("worker", now):
        words = written(row.name, row.subject_id, row.language, now)
        if row.name == LETTER and words is not None:
            sent.append((row.to, db.session.get_one(DecisionLetter, row.subject_id).decision.verb))
        db.session.rollback()
        outbox.end(row, "worker", state=LetterState.SENT if words else LetterState.CANCELLED, now=now)
    return sent


@both_databases
def test_accept_then_decline_leaves_one_letter(edition, clock, by) -> None:
    item = nominated(edition, 1)
    for name in ("accept", "decline", "accept", "ask", "decline"):
        act(name, edition, item, by, clock.now())
        assert len(queued()) == 1
    assert deliverable() == [("asa1@leverantor.example", Verb.DECLINE)]
    assert [row.state for row in mailed(LETTER)] == ["cancelled"] * 4 + ["queued"]


@both_databases
def test_a_letter_that_is_being_sent_does_not_leave_for_an_outdated_decision(edition, clock, by) -> None:
    item = nominated(edition, 1)
    act("accept", edition, item, by, clock.now())
    (claimed,) = outbox.take("worker", clock.now())
    assert mailed(LETTER)[0].state == LetterState.SENDING
    act("decline", edition, item, by, clock.now())
    assert written(LETTER, claimed.subject_id, "sv", clock.now()) is None
    assert deliverable() == [("asa1@leverantor.example", Verb.DECLINE)]
    outbox.give_back([claimed], "worker")
    assert deliverable() == [("asa1@leverantor.example", Verb.DECLINE)]


@pytest.mark.parametrize("state", [State.WITHDRAWN, State.CONFIRMED])
def test_what_was_withdrawn_or_changed_since_is_not_told(edition, clock, by, state) -> None:
    item = nominated(edition, 1)
    act("accept", edition, item, by, clock.now())
    with transaction():
        row = db.session.get_one(Nomination, item.id)
        if state is State.WITHDRAWN:
            nominations.withdraw(edition.id, row.public_id, row.link_version, now=clock.now())
        else:
            typed = {"category": "upphandling", "title": "Nytt namn"}
            nominations.edit(edition.id, row.public_id, row.link_version, typed, now=clock.now())
    assert anew(item).state is state
    assert deliverable() == []


def test_who_no_longer_stands_behind_hears_nothing(edition, clock, by) -> None:
    first, second = nominated(edition, 1), nominated(edition, 2)
    merge = put_together(first, second, by)
    act("accept", edition, first, by, clock.now())
    assert len(deliverable()) == 2
    take_apart(merge, by)
    assert deliverable() == [("asa1@leverantor.example", Verb.ACCEPT)]


def test_who_was_forgotten_hears_nothing(edition, clock, by) -> None:
    item = nominated(edition, 1)
    act("accept", edition, item, by, clock.now())
    db.session.get_one(Nomination, item.id).forgotten_at = clock.now()
    db.session.commit()
    assert deliverable() == []


def test_what_is_taken_back_is_told_to_those_who_had_heard(edition, clock, by) -> None:
    first, second = nominated(edition, 1), nominated(edition, 2)
    act("accept", edition, first, by, clock.now())
    assert send_all(clock.now()) == [("asa1@leverantor.example", Verb.ACCEPT)]
    put_together(first, second, by)  # who joins later has heard nothing
    act("decline", edition, first, by, clock.now())
    act("take-back", edition, first, by, clock.now())
    assert deliverable() == [("asa1@leverantor.example", Verb.TAKE_BACK)]
    send_all(clock.now())
    act("decline", edition, first, by, clock.now())
    act("take-back", edition, first, by, clock.now())
    assert queued() == []


def test_a_move_is_told_beside_the_decision_and_replaced_by_the_next(edition, clock, by) -> None:
    item = nominated(edition, 1)
    act("accept", edition, item, by, clock.now())
    for slug in ("dialog", "upphandling", "dialog"):
        with transaction():
            decisions.move(edition.id, item.id, slug, by=by, now=clock.now())
    assert sorted(verb for _, verb in deliverable()) == [Verb.ACCEPT, Verb.MOVE]
    words = written(LETTER, queued()[-1].subject_id, "sv", clock.now())
    assert "Årets dialog" in words.text or item.category.name("sv") in words.text
    act("decline", edition, item, by, clock.now())
    assert [verb for _, verb in deliverable()] == [Verb.DECLINE]


def test_the_letter_says_what_was_written_and_what_belongs_to_it(edition, clock, by) -> None:
    first, second = nominated(edition, 1), nominated(edition, 2, language="en")
    put_together(first, second, by)
    to(edition, Phase.SHORTLISTING)
    with transaction():
        day = (clock.now() + timedelta(days=10)).date()
        letter = decisions.Letter(reason_en="The date.")
        decisions.ask(
            edition.id, first.id, "Datumet.", complete_by=day, letter=letter, by=by, now=clock.now()
        )
    author, other = (written(LETTER, row.subject_id, row.language, clock.now()) for row in mailed(LETTER))
    assert "Datumet." in author.text
    assert "11 september 2026" in author.text
    assert "/nominera/2026/andra/" in author.text
    assert "The date." in other.text
    assert "11 September 2026" in other.text
    assert "/andra/" not in other.text
    assert author.reply_to == "sekretariatet@example.se"


STEPS = st.lists(
    st.tuples(
        st.sampled_from(
            ["accept", "ask", "decline", "take-back", "edit", "withdraw", "merge", "undo", "send"]
        ),
        st.integers(0, 2),
    ),
    max_size=14,
)


class Year:
    """An edition with three nominations, and what can happen to them. A step is (what, to which of the three)."""

    def __init__(self, by: int, now: datetime) -> None:
        year = next(years)
        self.by, self.now = by, now
        send_all(now)  # what a year before left behind
        self.edition = open_edition(now, slug=str(year), year=year)
        self.items = [nominated(self.edition, number) for number in (1, 2, 3)]

    def step(self, what: str, place: int) -> None:
        """Does it, or finds that it is refused."""
        special = {
            "merge": self.merge,
            "undo": self.undo,
            "send": self.send,
            "edit": self.edit,
            "withdraw": self.withdraw,
        }
        try:
            if what in special:
                special[what](place)
            else:
                act(what, self.edition, self.items[place], self.by, self.now)
        except REFUSED:
            db.session.rollback()

    def merge(self, place: int) -> None:
        put_together(self.items[place], self.items[(place + 1) % 3], self.by, category="target")

    def undo(self, _place: int) -> None:
        for found in merging.merges(self.edition.id)[:1]:
            take_apart(found, self.by)

    def edit(self, place: int) -> None:
        with transaction():
            row = db.session.get_one(Nomination, self.items[place].id)
            typed = {"category": "upphandling", "title": f"{row.title} igen"}
            nominations.edit(self.edition.id, row.public_id, row.link_version, typed, now=self.now)

    def withdraw(self, place: int) -> None:
        with transaction():
            row = db.session.get_one(Nomination, self.items[place].id)
            nominations.withdraw(self.edition.id, row.public_id, row.link_version, now=self.now)

    def send(self, _place: int) -> None:
        for address, verb in send_all(self.now):
            assert self.stands(address, verb)

    def stands(self, address: str, verb: Verb) -> bool:
        """Whether what the address nominated stands so now."""
        mine = Nomination.edition_id == self.edition.id, Nomination.contact_email == address
        return (
            root(db.session.scalars(select(Nomination).where(*mine)).one()).state is decisions.LEADS_TO[verb]
        )

    def check(self) -> None:
        """One letter at most waits for each, and what would be written is so."""
        waiting = [row for row in queued() if row.edition_id == self.edition.id]
        assert len(waiting) == len({row.to for row in waiting})
        for row in waiting:
            if written(LETTER, row.subject_id, "sv", self.now) is not None:
                assert self.stands(row.to, db.session.get_one(DecisionLetter, row.subject_id).decision.verb)


@both_databases
def test_after_any_sequence_one_letter_waits_and_only_what_stands_is_told(app, clock, by) -> None:
    now = clock.now()

    @settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
    @given(STEPS)
    def sequences(steps: list[tuple[str, int]]) -> None:
        db.session.rollback()
        year = Year(by, now)
        for what, place in steps:
            year.step(what, place)
            year.check()

    sequences()


@both_databases
def test_of_secretaries_who_decide_at_once_the_last_is_told_alone(app, edition, clock, by) -> None:
    item = nominated(edition, 1)
    now, names = clock.now(), ["accept", "decline", "ask", "accept", "decline", "ask"]
    edition_, item_ = SimpleNamespace(id=edition.id), SimpleNamespace(id=item.id)
    barrier = threading.Barrier(len(names))

    def secretary_presses(name: str) -> None:
        with app.app_context():
            barrier.wait(30)
            try:
                act(name, edition_, item_, by, now)
            except REFUSED:
                pass
            finally:
                db.session.remove()

    db.session.rollback()
    with ThreadPoolExecutor(len(names)) as pool:
        list(pool.map(secretary_presses, names))
    db.session.expire_all()
    verb = decisions.in_force(anew(item)).verb
    assert len(queued()) == 1
    assert deliverable() == [("asa1@leverantor.example", verb)]
