"""Doubts: each has a sentence, each is noted once, and no file makes endless ones."""

from __future__ import annotations

import pytest

from app.procurement.doubts import LONGEST_DETAIL, MOST, SENTENCES, Doubts, sentence
from app.procurement.notice import Doubt, Why


@pytest.mark.parametrize("why", Why)
def test_every_doubt_has_a_sentence_even_where_nothing_stands_there(why: Why) -> None:
    said = sentence(Doubt("value", why))
    assert said.startswith("value: ")
    assert said.endswith((".", ".)"))
    assert "{" not in said


def test_a_sentence_says_what_stands_there_and_takes_nothing_from_it_as_its_own() -> None:
    detail = {"total": "5 SEK", "lots": "{found} {0.__class__} %s"}
    said = sentence(Doubt("value", Why.LOTS_ADD_UP_OTHERWISE, detail))
    assert (
        said == "value: The stated total is 5 SEK, but what was awarded adds up to {found} {0.__class__} %s."
    )


def test_no_two_doubts_have_the_same_sentence() -> None:
    assert len(set(SENTENCES.values())) == len(Why)


def test_a_doubt_is_noted_once_and_its_detail_is_cut() -> None:
    said = Doubts()
    for _ in range(3):
        said.add("value", Why.UNREADABLE_VALUE, found="x" * 5_000, empty="")
    assert said.all() == (Doubt("value", Why.UNREADABLE_VALUE, {"found": "x" * LONGEST_DETAIL}),)


def test_doubts_are_bounded_and_keep_their_order() -> None:
    said = Doubts()
    for number in range(10_000):
        said.add("cpv", Why.UNREADABLE_CPV, found=str(number))
    assert [doubt.detail["found"] for doubt in said.all()] == [str(number) for number in range(MOST)]


def test_what_was_noted_about_a_field_is_dropped_and_asked_for() -> None:
    said = Doubts()
    said.add("awarded", Why.AWARD_UNCLEAR)
    said.add("value", Why.NO_VALUE)
    said.forget("awarded")
    assert said.has(Why.AWARD_UNCLEAR, Why.NO_VALUE)
    assert not said.has(Why.AWARD_UNCLEAR)
