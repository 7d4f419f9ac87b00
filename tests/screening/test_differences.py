"""What differs between two texts, word by word."""

from __future__ import annotations

import time

from hypothesis import given
from hypothesis import strategies as st

from app.screening.pages.differences import Op, words

texts = st.text(alphabet="aåb .\n🏛,é", max_size=60)


@given(texts, texts)
def test_both_texts_can_be_put_together_again(before, after) -> None:
    pieces = words(before, after)
    assert "".join(text for op, text in pieces if op is not Op.ADDED) == before
    assert "".join(text for op, text in pieces if op is not Op.REMOVED) == after
    assert all(text for _, text in pieces)


@given(texts)
def test_the_same_text_has_no_difference(text) -> None:
    assert {op for op, _ in words(text, text)} <= {Op.SAME}


def test_a_word_is_shown_as_a_word() -> None:
    assert words("De lyssnade på oss.", "De frågade på oss.") == [
        (Op.SAME, "De"),
        (Op.REMOVED, " lyssnade"),
        (Op.ADDED, " frågade"),
        (Op.SAME, " på oss."),
    ]


def test_texts_made_to_be_slow_are_shown_whole() -> None:
    before, after = "a " * 1500, "a " * 1499 + "b"
    begun = time.perf_counter()
    pieces = words(before, after)
    assert time.perf_counter() - begun < 0.5
    assert pieces == [(Op.REMOVED, before), (Op.ADDED, after)]
