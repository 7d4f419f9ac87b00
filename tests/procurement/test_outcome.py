"""What awards say together: values, tenders, dates, whether anything was awarded, and who won."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.procurement import outcome
from app.procurement.awards import Award, Description, State, Stated, distinct, of_whole
from app.procurement.doubts import Doubts
from app.procurement.notice import Money, Organisation, Why

WON = Award("1", State.AWARDED)
CLOSED = Award("1", State.CLOSED)
DAY, LATER = date(2025, 2, 3), date(2025, 3, 4)


def sek(amount: float) -> Money:
    return Money(Decimal(amount), "SEK")


def together(*awards: Award, stated: Stated | None = None) -> tuple[outcome.Outcome, set[Why]]:
    said = Doubts()
    return outcome.of_awards(awards, said, stated or Stated()), {doubt.why for doubt in said.all()}


# Values


def test_several_awards_of_one_lot_are_added() -> None:
    found, _ = together(replace(WON, value=sek(100)), replace(WON, value=sek(50)))
    assert found.value == sek(150)


def test_the_same_amount_several_times_may_be_one_value() -> None:
    found, whys = together(replace(WON, value=sek(100)), replace(WON, value=sek(100)))
    assert found.value is None
    assert Why.SEVERAL_VALUES in whys


def test_under_a_framework_amounts_are_not_added_within_a_lot() -> None:
    awards = [replace(WON, value=sek(amount), is_framework=True) for amount in (100, 50)]
    found, whys = together(*awards)
    assert found.value is None
    assert Why.SEVERAL_VALUES in whys


@pytest.mark.parametrize("total", [300, 299.5, 302])
def test_rounding_is_no_contradiction(total: float) -> None:
    awards = [replace(WON, lot=str(lot), value=sek(100)) for lot in range(3)]
    found, whys = together(*awards, stated=Stated(totals=[sek(total)]))
    assert found.value == sek(total)
    assert Why.LOTS_ADD_UP_OTHERWISE not in whys


def test_a_total_that_counts_the_same_value_of_a_lot_once_is_no_contradiction() -> None:
    awards = [
        replace(WON, value=sek(100)),
        replace(WON, value=sek(100)),
        replace(WON, lot="2", value=sek(50)),
    ]
    _, whys = together(*awards, stated=Stated(totals=[sek(150)]))
    assert Why.LOTS_ADD_UP_OTHERWISE not in whys


def test_the_same_total_twice_is_one() -> None:
    found, whys = together(WON, stated=Stated(totals=[sek(150), Money(Decimal("150.00"), "SEK")]))
    assert found.value == sek(150)
    assert Why.SEVERAL_VALUES not in whys


def test_a_total_in_another_currency_than_the_lots_is_said() -> None:
    found, whys = together(replace(WON, value=Money(Decimal(10), "EUR")), stated=Stated(totals=[sek(110)]))
    assert found.value == sek(110)
    assert Why.SEVERAL_CURRENCIES in whys


def test_what_is_withheld_is_not_added_up_from_its_parts() -> None:
    found, _ = together(replace(WON, value=sek(100)), stated=Stated(is_withheld=True))
    assert found.value is None


def test_nothing_awarded_has_no_value_whatever_is_stated() -> None:
    found, whys = together(CLOSED, stated=Stated(totals=[sek(100)]))
    assert (found.awarded, found.value, whys) == (False, None, set())


@given(
    st.lists(
        st.tuples(st.integers(1, 5), st.integers(0, 10**9), st.sampled_from(["SEK", "EUR", "NOK"])),
        max_size=12,
    )
)
def test_a_sum_is_of_one_currency_and_of_all_lots(rows: list[tuple[int, int, str]]) -> None:
    awards = [
        Award(str(lot), State.AWARDED, Money(Decimal(amount), currency)) for lot, amount, currency in rows
    ]
    found, whys = together(*awards)
    currencies = {currency for *_, currency in rows}
    if found.value is not None:
        assert currencies == {found.value.currency}
        assert found.value.amount == sum(amount for _, amount, _ in rows)
    elif rows:
        assert whys & {Why.SEVERAL_CURRENCIES, Why.SEVERAL_VALUES, Why.UNLIKELY_VALUE}


# Everything else


def test_counts_of_one_lot_that_differ_leave_no_count() -> None:
    found, whys = together(replace(WON, tenders=3), replace(WON, tenders=5))
    assert found.tenders_received is None
    assert Why.TENDERS_DIFFER in whys


def test_a_count_stands_for_the_notice_only_where_there_is_one_lot() -> None:
    assert together(replace(WON, tenders=3), replace(WON, tenders=3))[0].tenders_received == 3
    found, whys = together(replace(WON, tenders=3), replace(WON, lot="2", tenders=3))
    assert found.tenders_received is None
    assert Why.TENDERS_PER_LOT in whys


@pytest.mark.parametrize(
    ("days", "expected", "why"),
    [
        ([(DAY,), (DAY,)], DAY, None),
        ([(DAY,), ()], DAY, None),
        ([(DAY,), (LATER,)], None, Why.SEVERAL_DATES),
        ([(), ()], None, Why.NO_AWARD_DATE),
    ],
)
def test_the_date_is_the_notices_where_all_awards_share_it(
    days: list[tuple[date, ...]], expected: date | None, why: Why | None
) -> None:
    found, whys = together(*(replace(WON, lot=str(lot), days=of) for lot, of in enumerate(days)))
    assert found.award_date == expected
    assert whys & {Why.SEVERAL_DATES, Why.NO_AWARD_DATE} == ({why} if why else set())


def test_contracts_of_one_whole_that_were_not_all_awarded_are_said() -> None:
    found, whys = together(of_whole(WON), of_whole(CLOSED))
    assert found.awarded is True
    assert Why.PARTLY_AWARDED in whys


def test_nothing_is_known_without_awards() -> None:
    found, whys = together()
    assert (found.awarded, found.value, found.winners, whys) == (None, None, (), set())


def test_an_organisation_is_named_once_by_number_or_else_by_name() -> None:
    first = Organisation("Gatu AB", "556036-0793", "SE")
    again = Organisation("GATU AB (publ)", "556036-0793", "SE")
    nameless = Organisation("gatu ab", None, "SE")
    abroad = Organisation("Gatu AS", "556036-0793", "NO")
    other = Organisation("Väg AB", None, "SE")
    assert distinct([first, again, nameless, abroad, other, other]) == (first, abroad, other)


def test_lots_that_were_decided_but_not_described_are_listed_too() -> None:
    found, _ = together(replace(WON, lot="2", tenders=4), replace(CLOSED, lot="3"))
    lots = outcome.lots({"1": Description("A"), "2": Description("B")}, found.results, Doubts())
    assert [(lot.id, lot.title, lot.awarded, lot.tenders_received) for lot in lots] == [
        ("1", "A", None, None),
        ("2", "B", True, 4),
        ("3", None, False, None),
    ]


def test_an_award_that_is_announced_is_not_in_force() -> None:
    said = Doubts()
    decided = outcome.pending(outcome.of_awards([WON], said, Stated(totals=[sek(5)])), said)
    assert (decided.awarded, decided.value) == (None, sek(5))
    assert decided.results is not None
    assert decided.results["1"].awarded is None
    assert said.has(Why.AWARD_PENDING)


def test_winners_are_bounded_and_that_is_said() -> None:
    many = tuple(Organisation(f"Nr {number}") for number in range(700))
    found, whys = together(replace(WON, winners=many))
    assert len(found.winners) == outcome.MOST_WINNERS
    assert Why.TOO_MANY_WINNERS in whys
