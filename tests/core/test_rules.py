"""What a question on the ballot may be."""

from __future__ import annotations

import pytest

from app.core.rules import MOST_NOMINEES, Kind, Question, RuleError, TieRule


def question(names: tuple[str, ...] = ("Ängsbacken", "Örnnäset", "Åre"), **changes: object) -> Question:
    return Question(category="arets-upphandling", text="Vilken?", kind=Kind.APPROVE, names=names, **changes)


def test_method_follows_from_the_kind() -> None:
    assert question(maximum=2).method == "approval"
    assert Question("a", "Vilken?", Kind.CHOOSE_ONE, ("x", "y")).method == "plurality"


def test_an_answer_is_zeros_and_ones_with_blank_first() -> None:
    assert question(maximum=2).choices(frozenset()) == [1, 0, 0, 0]
    assert question(maximum=2).choices(frozenset({0, 2})) == [0, 1, 0, 1]
    for marked in ({0, 1, 2}, {3}, {-1}):
        with pytest.raises(RuleError):
            question(maximum=2).choices(frozenset(marked))


def test_the_ledger_binds_the_tie_rule() -> None:
    assert question(maximum=2, tie=TieRule.JURY).ledger(4) == {
        "blank": True,
        "category": "arets-upphandling",
        "maximum": 2,
        "method": "approval",
        "minimum": 1,
        "names": ["Ängsbacken", "Örnnäset", "Åre"],
        "question": 4,
        "tie": "jury",
    }


@pytest.mark.parametrize(
    ("field", "changes"),
    [
        ("names", {"names": ()}),
        ("names", {"names": ("a", "b", "a")}),
        ("names", {"names": ("a", " ")}),
        ("names", {"names": ("a", "b\x1b")}),
        ("names", {"names": tuple(map(str, range(MOST_NOMINEES + 1)))}),
        ("maximum", {"maximum": 0}),
        ("maximum", {"maximum": 4}),
    ],
)
def test_an_impossible_question_is_refused(field: str, changes: dict[str, object]) -> None:
    with pytest.raises(RuleError) as error:
        question(**changes)
    assert error.value.field == field


def test_whoever_chooses_one_marks_one() -> None:
    with pytest.raises(RuleError):
        Question("a", "Vilken?", Kind.CHOOSE_ONE, ("x", "y"), maximum=2)
