"""Who is reminded before the deadline, when, and how often."""

from __future__ import annotations

from datetime import timedelta

import pytest

from app.awards import deadlines
from app.awards.deadlines import Deadline
from app.extensions import db, transaction
from app.jobs.service import kinds
from app.mail.rendering import written
from app.nominations.models import State
from app.nominations.reminding import BEFORE, UNTOUCHED
from tests.awards.browsing import Browser
from tests.databases import both_databases
from tests.nominations.conftest import mailed
from tests.nominations.test_staff import nomination


def run(now) -> None:
    kinds()["nominations.remind"].run({}, now=now, progress=lambda done, total: None)


def reminded() -> list[str]:
    return sorted(letter.to for letter in mailed("nomination_reminder"))


@both_databases
def test_what_is_unfinished_is_reminded_of_once(edition, clock) -> None:
    for number, (state, address) in enumerate(
        [
            (State.DRAFT, "utkast@example.se"),
            (State.SUBMITTED, "osaker@example.se"),
            (State.DRAFT, "inte en adress"),
            (State.DRAFT, ""),
            (State.DRAFT, "UTKAST@example.se"),
            (State.CONFIRMED, "klar@example.se"),
            (State.WITHDRAWN, "borta@example.se"),
        ]
    ):
        nomination(edition, clock, number, state, contact_email=address)
    closes = edition.nominations_close_at
    run(closes - BEFORE - timedelta(seconds=1))
    assert reminded() == []
    run(closes - BEFORE)
    assert len(reminded()) == 2
    assert {address.lower() for address in reminded()} == {"utkast@example.se", "osaker@example.se"}
    run(closes - timedelta(minutes=1))
    assert len(reminded()) == 2


def test_who_is_at_it_needs_none_and_after_the_deadline_nobody_does(edition, clock) -> None:
    closes = edition.nominations_close_at
    clock.set(closes - timedelta(hours=1))
    nomination(edition, clock, 1, State.DRAFT)
    run(clock.now() + UNTOUCHED - timedelta(seconds=1))
    run(closes)
    assert reminded() == []


def test_after_an_extension_there_is_one_more(edition, clock) -> None:
    nomination(edition, clock, 1, State.DRAFT, contact_email="utkast@example.se")
    first = edition.nominations_close_at
    clock.set(first - timedelta(hours=5))
    run(clock.now())
    later = first + timedelta(days=7)
    with transaction():
        deadlines.change(edition.id, Deadline.NOMINATIONS, later, by=None, now=clock.now())
    run(later - timedelta(hours=5))
    assert reminded() == ["utkast@example.se"] * 2
    assert [letter.to for letter in mailed("nominations_extended")] == ["utkast@example.se"]


@pytest.mark.parametrize("lang", ["sv", "en"])
@pytest.mark.parametrize("state", [State.DRAFT, State.SUBMITTED])
def test_the_letter_leads_back_and_says_until_when(edition, clock, app, lang, state) -> None:
    item = nomination(edition, clock, 1, state, title="KÖP NU")
    words = written("nomination_reminder", item.id, lang, clock.now())
    assert words is not None
    assert "KÖP NU" not in words.text + words.html + words.subject  # a stranger may have typed the address
    assert ("Swedish time" if lang == "en" else "svensk tid") in words.text
    path = next(word for word in words.text.split() if "/nominera/" in word)
    Browser(app).get(path.removeprefix("http://127.0.0.1:8000"))


def test_it_is_not_sent_for_what_was_sent_meanwhile(edition, clock) -> None:
    item = nomination(edition, clock, 1, State.DRAFT)
    item.state = State.CONFIRMED
    db.session.commit()
    assert written("nomination_reminder", item.id, "sv", clock.now()) is None
