"""Whether a nomination meets the rules: what the data says and why, what a person answers, and what both together mean."""

from __future__ import annotations

from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from app.awards import categories
from app.core.phases import Phase
from app.extensions import db, transaction
from app.nominations import notices
from app.nominations.drafts import NotNow
from app.nominations.models import Nomination, State
from app.nominations.rules import Check, of_edition
from app.procurement.reading import read
from app.screening.eligibility import eligibility, evidence, rules
from app.screening.eligibility.checks import SECRETARIAT, Facts, find
from app.screening.eligibility.eligibility import By, Standing, overall
from app.screening.eligibility.rules import NoSuchRule, RulesLocked
from app.screening.models import Answer
from tests import needs
from tests.databases import both_databases
from tests.screening.nominated import anew, nominated, put_together, to
from tests.screening.nominated import secretary as account
from tests.screening.pages import at, decide

LIST = "/sekretariat/2026/nomineringar"
YEAR = {"starts_on": date(2026, 1, 1), "ends_on": date(2026, 12, 31)}
VAXJO, TRAFIKVERKET, COMPANY = "212000-0662", "202100-6297", "556036-0793"


def rule(check: str, **days: date | None) -> Any:
    return SimpleNamespace(check=Check(check), **{"starts_on": None, "ends_on": None, **days})


def notice(**said: Any) -> dict[str, Any]:
    return {
        "publication_number": "143160-2017",
        "name": "f06.xml",
        "buyer": {},
        "lots": [],
        "doubts": [],
        **said,
    }


def filled(**values: str) -> dict[str, dict[str, str]]:
    return {name: {"value": value, "from": "143160-2017"} for name, value in values.items()}


def words(rule_: Any, facts: Facts) -> str:
    return " ".join(evidence.sentences(find(rule_, facts)))


# ---- the period ----


@pytest.mark.parametrize(
    ("day", "holds"),
    [
        (date(2025, 12, 31), False),
        (date(2026, 1, 1), True),
        (date(2026, 12, 31), True),
        (date(2027, 1, 1), False),
        (None, None),
    ],
)
def test_a_period_includes_both_its_days(day, holds) -> None:
    assert find(rule("period", **YEAR), Facts(1, awarded_on=day)).holds is holds


@given(day=st.dates(), first=st.none() | st.dates(), last=st.none() | st.dates())
def test_an_open_end_leaves_nothing_out(day, first, last) -> None:
    found = find(rule("period", starts_on=first, ends_on=last), Facts(1, awarded_on=day))
    assert found.holds is ((first is None or day >= first) and (last is None or day <= last))


def test_the_period_says_the_day_its_source_and_itself(app) -> None:
    facts = Facts(
        1,
        awarded_on=date(2017, 2, 1),
        read=notice(award_date="2017-02-01"),
        sources=filled(awarded_on="2017-02-01"),
    )
    year = rule("period", starts_on=date(2016, 1, 1), ends_on=date(2016, 12, 31))
    assert find(year, facts).holds is False
    assert words(year, facts) == (
        "Tilldelad 1 februari 2017 enligt annonsen 143160-2017; perioden är 1 januari 2016 – 31 december 2016."
    )
    typed = Facts(1, awarded_on=date(2026, 3, 9))
    assert words(rule("period", starts_on=date(2025, 1, 1)), typed) == (
        "Tilldelad 9 mars 2026 enligt nomineringen; perioden börjar den 1 januari 2025."
    )


def test_a_day_that_contradicts_the_notice_is_nobodys_answer(app) -> None:
    facts = Facts(1, awarded_on=date(2026, 2, 1), read=notice(award_date="2025-02-01"))
    assert find(rule("period", **YEAR), facts).holds is None
    said = words(rule("period", **YEAR), facts)
    assert "1 februari 2026" in said
    assert "1 februari 2025" in said


def test_the_secretariats_correction_stands_above_the_notice(app) -> None:
    facts = Facts(
        1, awarded_on=date(2026, 2, 1), read=notice(award_date="2025-02-01"),
        sources={"awarded_on": {"value": "2026-02-01", "from": SECRETARIAT}},
    )  # fmt: skip
    assert find(rule("period", **YEAR), facts).holds is True
    assert "sekretariatets rättelse" in words(rule("period", **YEAR), facts)
    assert "1 februari 2025" in words(rule("period", **YEAR), facts)


def test_a_day_that_only_the_notice_has_counts(app) -> None:
    facts = Facts(1, read=notice(award_date="2026-02-01"))
    assert find(rule("period", **YEAR), facts).holds is True


@pytest.mark.parametrize(
    ("days", "chosen", "holds"),
    [
        (["2026-01-03", "2026-05-01"], [], True),
        (["2024-01-03", "2024-05-01"], [], False),
        (["2024-01-03", "2026-05-01"], [], None),
        (["2024-01-03", "2026-05-01"], ["LOT-1"], True),
        (["2024-01-03", "2026-05-01"], ["LOT-0"], False),
        ([None, "i våras"], [], None),
    ],
)
def test_parts_with_days_of_their_own(app, days, chosen, holds) -> None:
    lots = [{"id": f"LOT-{number}", "award_date": day} for number, day in enumerate(days)]
    facts = Facts(1, lots=chosen, read=notice(lots=lots))
    assert find(rule("period", **YEAR), facts).holds is holds
    assert words(rule("period", **YEAR), facts)


# ---- awarded ----


@pytest.mark.parametrize(
    ("facts", "holds", "said"),
    [
        (Facts(1, read=notice(awarded=True)), True, "tilldelad enligt annonsen"),
        (Facts(1, read=notice(awarded=False)), False, "avbröts"),
        (Facts(1, read=notice(awarded=None)), None, "säger inte om den är tilldelad"),
        (Facts(1), None, "ingen annons och inget datum"),
        (Facts(1, awarded_on=date(2026, 1, 2)), True, "2 januari 2026 enligt nomineringen"),
        (Facts(1, awarded_on=date(2026, 1, 2), read=notice(awarded=None)), True, "säger inget om det"),
        (Facts(1, awarded_on=date(2026, 1, 2), read=notice(awarded=False)), None, "avbröts"),
        (
            Facts(
                1, awarded_on=date(2026, 1, 2), read=notice(awarded=False),
                sources={"awarded_on": {"value": "2026-01-02", "from": SECRETARIAT}},
            ),
            True, "sekretariatets rättelse",
        ),
        (
            Facts(1, awarded_on=date(2026, 1, 2), read=notice(awarded=False), sources=filled(awarded_on="2026-01-02")),
            False, "avbröts",
        ),
        (Facts(1, read=notice(awarded=None, doubts=[["awarded_on", "award-pending", {}]])), None, "oklart"),
    ],
)  # fmt: skip
def test_awarded_and_not_discontinued(app, facts, holds, said) -> None:
    assert find(rule("awarded"), facts).holds is holds
    assert said in words(rule("awarded"), facts)


@pytest.mark.parametrize(
    ("states", "chosen", "holds"),
    [
        ([True, True], [], True),
        ([True, False], [], True),
        ([True, False], ["LOT-0"], True),
        ([True, False], ["LOT-1"], False),
        ([True, False, None], ["LOT-0", "LOT-1"], None),
    ],
)
def test_a_part_that_was_not_awarded_cannot_win(app, states, chosen, holds) -> None:
    lots = [{"id": f"LOT-{number}", "awarded": state} for number, state in enumerate(states)]
    facts = Facts(1, lots=chosen, read=notice(awarded=True, lots=lots))
    assert find(rule("awarded"), facts).holds is holds
    assert words(rule("awarded"), facts)


# ---- a Swedish authority ----


@pytest.mark.parametrize(
    ("facts", "holds", "said"),
    [
        (Facts(1, buyer_number=VAXJO), True, "212000-0662 är en kommuns, enligt nomineringen"),
        (Facts(1, buyer_number="2120000662"), True, "212000-0662 är en kommuns"),
        (Facts(1, buyer_number="SE212000066201"), True, "212000-0662 är en kommuns"),
        (
            Facts(1, buyer_number=TRAFIKVERKET, sources=filled(buyer_number=TRAFIKVERKET)),
            True,
            "en statlig myndighets, enligt annonsen 143160-2017",
        ),
        (Facts(1, buyer_number="232100-0255"), True, "en regions"),
        (Facts(1, buyer_number="252002-6135"), None, "trossamfund"),
        (Facts(1, buyer_number=COMPANY), None, "börjar på 5"),
        (Facts(1, buyer_number="212000-0663"), None, "går att kontrollera"),
        (Facts(1, buyer_number="HRB 86891", buyer_country="DE"), False, "Tyskland"),
        (Facts(1, buyer_country="GB"), False, "Storbritannien"),
        (Facts(1, buyer_country="SE"), None, "saknar organisationsnummer"),
        (Facts(1), None, "Varken"),
        (Facts(1, read=notice(buyer={"id": VAXJO, "country": "SE"})), True, "enligt annonsen 143160-2017"),
        (Facts(1, buyer_number=VAXJO, read=notice(buyer={"id": "2120000662"})), True, "kommuns"),
        (Facts(1, buyer_number=VAXJO, read=notice(buyer={"id": TRAFIKVERKET})), None, TRAFIKVERKET),
        (Facts(1, buyer_number=VAXJO, read=notice(buyer={"country": "DK"})), None, "Danmark"),
    ],
)
def test_a_swedish_authority_is_known_by_its_number(app, facts, holds, said) -> None:
    assert find(rule("swedish-authority"), facts).holds is holds
    assert said in words(rule("swedish-authority"), facts)


def test_a_question_is_never_answered_by_data(app) -> None:
    assert (
        find(rule("question"), Facts(1, awarded_on=date(2026, 1, 1), read=notice(awarded=True))).holds is None
    )
    assert words(rule("question"), Facts(1)) == "Det här kan bara en människa svara på."


_values = (
    st.none()
    | st.text(max_size=12)
    | st.booleans()
    | st.sampled_from(["2026-02-30", "2026-01-01", VAXJO, "SE"])
)


@given(
    said=st.fixed_dictionaries(
        {"awarded": st.none() | st.booleans(), "award_date": _values},
        optional={
            "buyer": st.dictionaries(st.sampled_from(["id", "country"]), _values),
            "lots": st.lists(st.dictionaries(st.sampled_from(["id", "award_date", "awarded"]), _values), max_size=3),
            "doubts": st.lists(st.lists(st.text(max_size=5), min_size=3, max_size=3), max_size=2),
        },
    ),
    number=st.text(max_size=14),
    chosen=st.lists(st.text(max_size=3), max_size=2),
    day=st.none() | st.dates(),
    check=st.sampled_from(list(Check)),
)  # fmt: skip
def test_whatever_a_notice_says_there_is_an_answer_with_grounds(said, number, chosen, day, check) -> None:
    facts = Facts(1, awarded_on=day, buyer_number=number, lots=chosen, read=said)
    found = find(rule(check, **YEAR), facts)
    assert found.holds in (True, False, None)
    assert found.grounds


@given(st.lists(st.sampled_from([True, False, None])))
def test_one_no_is_no_one_open_is_unclear(holds) -> None:
    expected = Standing.NOT if False in holds else Standing.UNCLEAR if None in holds else Standing.ELIGIBLE
    assert overall(holds) is expected


# ---- real notices ----


@pytest.mark.parametrize(
    ("file", "expected"),
    [
        ("ted-F06-143160-2017-SE-Trafikverket.xml", {"awarded": True, "swedish-authority": True}),
        ("ted-F03-151531-2021-SE-Vaxjo.xml", {"awarded": False, "swedish-authority": True}),
        ("ocds-213czf-000-00001-04-award.json", {"awarded": None, "swedish-authority": False}),
    ],
)
def test_real_notices_answer_for_themselves(edition, clock, file, expected) -> None:
    path = needs.sample_data() / "notices" / file
    item = nominated(edition, 1, authority="", title="")
    notices.fill(item, read(path.read_bytes(), file), origin=file, now=clock.now())
    db.session.commit()
    holds = {str(one.rule.check): one.holds for one in eligibility.judged(item)}
    assert {check: holds[check] for check in expected} == expected


# ---- persons ----


def rules_by_check(edition) -> dict[Check, Any]:
    return {item.check: item for item in of_edition(edition.id)}


def complete(edition, number: int = 1, **fields: Any) -> Nomination:
    return nominated(
        edition,
        number,
        **{"awarded_on": date(2026, 3, 9), "buyer_number": VAXJO, "buyer_country": "SE", **fields},
    )


@both_databases
def test_a_persons_answer_stands_above_the_data_and_can_be_taken_back(edition, secretary, clock) -> None:
    item = complete(edition, buyer_number=COMPANY)
    asked = rules_by_check(edition)[Check.SWEDISH_AUTHORITY]
    assert eligibility.standing(item) is Standing.UNCLEAR
    page = f"{LIST}/{item.id}"
    answer = {f"rule-{asked.id}-note": "Ägs helt av kommunen.", "holds": "yes"}
    secretary.post(f"{page}/regler/{asked.id}", answer, page=page)
    assert eligibility.standing(anew(item)) is Standing.ELIGIBLE
    shown = secretary.get(page).text
    assert "Ja, säger Sofia Sekreterare" in shown
    assert "Ägs helt av kommunen." in shown
    assert "börjar på 5" in shown
    secretary.post(f"{page}/regler/{asked.id}", {**answer, "holds": "no"}, page=page)
    judged = next(one for one in eligibility.judged(anew(item)) if one.rule.id == asked.id)
    assert (judged.holds, judged.by) == (False, By.PERSON)
    assert len(db.session.scalars(select(Answer)).all()) == 1
    secretary.post(f"{page}/regler/{asked.id}/ta-tillbaka", page=page)
    assert eligibility.standing(anew(item)) is Standing.UNCLEAR
    assert [event.what for event in anew(item).events] == ["rule-met", "rule-not-met", "rule-open"]


def test_a_note_is_checked_and_what_was_typed_comes_back(edition, secretary) -> None:
    item = complete(edition)
    asked = rules_by_check(edition)[Check.AWARDED]
    page = f"{LIST}/{item.id}"
    long = {f"rule-{asked.id}-note": "x" * 1001, "holds": "no"}
    refused = secretary.post(f"{page}/regler/{asked.id}", long, page=page, code=422)
    assert "för lång" in refused.errors
    assert refused.value(f"rule-{asked.id}-note") == "x" * 1001
    secretary.post(f"{page}/regler/{asked.id}", {"holds": "kanske"}, page=page, code=400)
    secretary.post(f"{page}/regler/999999", {"holds": "yes"}, page=page, code=404)
    assert db.session.scalar(select(Answer)) is None


def test_answers_end_with_the_ballot_and_belong_to_what_counts(edition, clock) -> None:
    by, asked = account(), rules_by_check(edition)[Check.AWARDED]
    open_, withdrawn = complete(edition, 1), complete(edition, 2, state=State.WITHDRAWN)

    def answer(item: Nomination) -> None:
        with transaction():
            eligibility.answer(edition.id, item.id, asked.id, holds=True, note="", by=by, now=clock.now())

    with pytest.raises(NotNow):
        answer(withdrawn)
    to(edition, Phase.PREPARED)
    with pytest.raises(RulesLocked):
        answer(open_)


def test_an_answer_from_before_a_change_says_so(edition, secretary, clock) -> None:
    item, by = complete(edition), account()
    asked = rules_by_check(edition)[Check.SWEDISH_AUTHORITY]
    with transaction():
        eligibility.answer(edition.id, item.id, asked.id, holds=True, note="", by=by, now=clock.now())
    assert "Regeln har ändrats sedan dess" not in secretary.get(f"{LIST}/{item.id}").text
    clock.set(clock.now() + timedelta(hours=1))
    with transaction():
        fields = {"check": Check.SWEDISH_AUTHORITY, "text_sv": "Ny lydelse.", "text_en": "New words."}
        rules.change(edition.id, asked.id, fields, by=by, now=clock.now())
    assert "Regeln har ändrats sedan dess" in secretary.get(f"{LIST}/{item.id}").text


@both_databases
def test_a_categorys_rule_applies_there_alone_and_a_move_judges_anew(edition, clock) -> None:
    by, item = account(), complete(edition)
    dialog = categories.category(edition.id, "dialog")
    question = {
        "check": Check.QUESTION,
        "text_sv": "Dialog?",
        "text_en": "Dialogue?",
        "category_id": dialog.id,
    }
    with transaction():
        asked = rules.add(edition.id, question, by=by, now=clock.now())
    assert eligibility.standing(anew(item)) is Standing.ELIGIBLE
    with pytest.raises(NoSuchRule), transaction():
        eligibility.answer(edition.id, item.id, asked.id, holds=True, note="", by=by, now=clock.now())
    anew(item).category_id = dialog.id
    db.session.commit()
    assert eligibility.standing(anew(item)) is Standing.UNCLEAR
    assert eligibility.summaries(edition.id)[item.id].open == 1


@both_databases
def test_the_list_and_the_page_agree_on_every_standing(edition, clock) -> None:
    by = account()
    asked = rules_by_check(edition)[Check.SWEDISH_AUTHORITY]
    made = [
        complete(edition, 1),
        complete(edition, 2, awarded_on=date(2020, 1, 1)),
        complete(edition, 3, buyer_number=""),
        complete(edition, 4, buyer_number=COMPANY),
        complete(edition, 5, read=notice(awarded=False)),
        complete(
            edition, 6, lots=["LOT-1"], read=notice(awarded=True, lots=[{"id": "LOT-1", "awarded": False}])
        ),
    ]
    with transaction():
        eligibility.answer(edition.id, made[3].id, asked.id, holds=True, note="", by=by, now=clock.now())
    found = eligibility.summaries(edition.id)
    standings = [eligibility.standing(anew(item)) for item in made]
    assert [found[item.id].standing for item in made] == standings
    assert standings == [
        Standing.ELIGIBLE, Standing.NOT, Standing.UNCLEAR, Standing.ELIGIBLE, Standing.UNCLEAR, Standing.NOT,
    ]  # fmt: skip
    assert eligibility.summaries(edition.id, [made[1].id]).keys() == {made[1].id}


def test_answers_of_a_merged_nomination_stay_with_it(edition, clock) -> None:
    by, asked = account(), rules_by_check(edition)[Check.SWEDISH_AUTHORITY]
    first, second = complete(edition, 1, buyer_number=""), complete(edition, 2, buyer_number="")
    with transaction():
        eligibility.answer(edition.id, second.id, asked.id, holds=True, note="", by=by, now=clock.now())
    put_together(first, second, by)
    assert eligibility.standing(anew(first)) is Standing.UNCLEAR
    assert eligibility.standing(anew(second)) is Standing.ELIGIBLE


def test_without_rules_nothing_is_asked(edition, secretary) -> None:
    item = complete(edition)
    for each in of_edition(edition.id):
        db.session.delete(each)
    db.session.commit()
    page = secretary.get(f"{LIST}/{item.id}")
    assert "inga regler" in page.text
    assert "Uppfyller" not in page.text
    assert "Uppfyller" not in secretary.get(LIST).text


def test_accepting_against_the_rules_asks_why_and_the_history_keeps_it(edition, secretary) -> None:
    item = complete(edition, awarded_on=date(2020, 1, 1))
    path = at(edition, item, "/acceptera")
    assert "Den uppfyller inte reglerna." in secretary.get(path).text
    refused = decide(secretary, edition, item, "acceptera", code=422)
    assert "Skriv varför den ändå godtas" in refused.errors
    assert anew(item).state is State.CONFIRMED
    decide(secretary, edition, item, "acceptera", despite="Avtalet förlängdes i år.")
    assert anew(item).state is State.ACCEPTED
    assert "Avtalet förlängdes i år." in secretary.get(f"{LIST}/{item.id}").text
    shown = secretary.get(at(edition, item)).text
    assert "Godtagen fast den inte uppfyller reglerna" in shown


def test_what_is_unclear_is_said_and_what_is_clear_asks_nothing(edition, secretary) -> None:
    unclear, clear = complete(edition, 1, buyer_number=""), complete(edition, 2)
    page = secretary.get(at(edition, unclear, "/acceptera"))
    assert "En regel är inte besvarad." in page.text
    assert not page.root.xpath("//*[@name='despite']")
    assert "regel är inte" not in secretary.get(at(edition, clear, "/acceptera")).text
    for one in (unclear, clear):
        decide(secretary, edition, one, "acceptera")
        assert anew(one).state is State.ACCEPTED
