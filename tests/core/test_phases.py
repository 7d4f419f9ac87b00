"""The order of phases: the year's way, the one way back, and the ways out."""

from __future__ import annotations

import itertools

import pytest

from app.core.phases import TRANSITIONS, Phase, TransitionRefused, allowed, check

YEAR = [
    Phase.DRAFT,
    Phase.NOMINATING,
    Phase.SHORTLISTING,
    Phase.PREPARED,
    Phase.VOTING,
    Phase.COUNTING,
    Phase.REVIEW,
    Phase.PUBLISHED,
    Phase.ARCHIVED,
]


def test_all_transitions() -> None:
    expected = set(itertools.pairwise(YEAR))
    expected |= {(phase, Phase.CANCELLED) for phase in YEAR[: YEAR.index(Phase.PUBLISHED)]}
    expected.add((Phase.PREPARED, Phase.SHORTLISTING))
    assert {(from_, to) for from_ in Phase for to in allowed(from_)} == expected
    assert set(TRANSITIONS) == set(Phase)


def test_no_way_back_once_a_letter_has_left() -> None:
    check(Phase.PREPARED, Phase.SHORTLISTING)
    with pytest.raises(TransitionRefused) as error:
        check(Phase.PREPARED, Phase.SHORTLISTING, letters_left=True)
    assert error.value.why == "letters-left"
    check(Phase.PREPARED, Phase.VOTING, letters_left=True)


@pytest.mark.parametrize(
    ("from_", "to"),
    [
        (Phase.VOTING, Phase.PREPARED),
        (Phase.PUBLISHED, Phase.CANCELLED),
        (Phase.DRAFT, Phase.DRAFT),
        (Phase.CANCELLED, Phase.DRAFT),
    ],
)
def test_everything_else_is_refused(from_: Phase, to: Phase) -> None:
    with pytest.raises(TransitionRefused) as error:
        check(from_, to)
    assert (error.value.from_, error.value.to, error.value.why) == (from_, to, "unknown")
