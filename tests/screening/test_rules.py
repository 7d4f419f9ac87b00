"""The rules of nomination: what a new edition has, how the secretariat sets them, who reads them, what the ledger says."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import delete, select

from app.access import Role
from app.awards import categories
from app.awards.models import Edition
from app.core.phases import Phase
from app.extensions import db, transaction
from app.ledger import service as ledger
from app.nominations import rules as public_rules
from app.nominations.rules import Check, Rule
from app.screening.eligibility import rules
from app.screening.models import Answer
from tests.awards.browsing import Browser
from tests.awards.conftest import make_edition
from tests.awards.test_service import kinds
from tests.databases import both_databases
from tests.screening.nominated import nominated
from tests.screening.nominated import secretary as account

RULES = "/sekretariat/2026/nomineringsregler"
QUESTION = {
    "text_sv": "Dialogen ska gå att läsa om.",
    "text_en": "One must be able to read about the dialogue.",
    "category": "dialog",
    "check": "question",
}


def listed(edition: Edition) -> list[Rule]:
    db.session.rollback()
    return public_rules.of_edition(edition.id)


@both_databases
def test_a_new_edition_has_the_usual_rules_on_record(app, clock) -> None:
    edition = make_edition(clock.now())
    assert [item.check for item in listed(edition)] == [
        Check.PERIOD,
        Check.AWARDED,
        Check.SWEDISH_AUTHORITY,
    ]
    period = listed(edition)[0]
    assert (period.starts_on, period.ends_on) == (date(2025, 1, 1), None)
    assert kinds(edition)[-1] == "eligibility-set"
    assert ledger.last(edition=edition.id, kind="eligibility-set").data["rules"] == rules.fingerprint(edition)


def test_everyone_reads_the_rules(edition, browser) -> None:
    page = browser.get("/arg/2026")
    assert (
        "Upphandlingen ska ha tilldelats under prisets period. Perioden börjar den 1 januari 2025."
        in page.text
    )
    assert "The period begins on 1 January 2025." in browser.get("/en/arg/2026").text


@both_databases
def test_rules_are_added_changed_ordered_and_removed_each_on_record(edition, secretary) -> None:
    before = kinds(edition).count("eligibility-set")
    secretary.post(f"{RULES}/ny", QUESTION)
    added = listed(edition)[-1]
    assert (added.check, added.category_id) == (
        Check.QUESTION,
        categories.category(edition.id, "dialog").id,
    )
    assert "Årets dialog: Dialogen ska gå att läsa om." in public_rules.public(edition, "sv")
    first, second, *_ = listed(edition)
    changed = {"text_sv": "Tilldelad 2026.", "text_en": "Awarded in 2026.", "category": "", "check": "period"}
    days = {"starts_on": "2026-01-01", "ends_on": "2026-12-31"}
    secretary.post(f"{RULES}/{first.id}", {**changed, **days})
    assert "Perioden är 1 januari 2026 – 31 december 2026." in secretary.get(RULES).text
    secretary.post(f"{RULES}/{second.id}/up", page=RULES)
    assert [item.id for item in listed(edition)][:2] == [second.id, first.id]
    secretary.post(f"{RULES}/{second.id}/up", page=RULES)
    secretary.post(f"{RULES}/{second.id}/remove", page=RULES)
    assert second.id not in [item.id for item in listed(edition)]
    assert kinds(edition).count("eligibility-set") == before + 4
    last = ledger.last(edition=edition.id, kind="eligibility-set")
    assert last.data["rules"] == rules.fingerprint(edition)
    assert last.data["by"]["role"] == "secretariat"


def test_saving_without_a_change_is_no_event(edition, secretary) -> None:
    item = listed(edition)[1]
    before = kinds(edition)
    secretary.post(
        f"{RULES}/{item.id}",
        {"text_sv": item.text_sv, "text_en": item.text_en, "category": "", "check": "awarded"},
    )
    assert kinds(edition) == before


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"text_sv": " "}, "inte vara tom"),
        ({"text_en": "x" * 301}, "för lång"),
        ({"text_sv": "a\x07b"}, "osynliga tecken"),
        ({"category": "finns-inte"}, "Välj en kategori"),
        ({"check": "annat"}, "Välj hur"),
        ({"check": "period"}, "första dag"),
        ({"check": "period", "starts_on": "2026-02-01", "ends_on": "2026-01-31"}, "före den första"),
        ({"check": "period", "starts_on": "i fjol"}, "år-månad-dag"),
    ],
)
def test_a_rule_that_cannot_be_is_refused_and_kept(edition, secretary, changes, said) -> None:
    before = len(listed(edition))
    page = secretary.post(f"{RULES}/ny", {**QUESTION, **changes}, code=422)
    assert said in page.errors
    assert page.value("text_sv") == {**QUESTION, **changes}["text_sv"].strip()
    assert len(listed(edition)) == before


def test_a_days_belong_to_a_period_alone(edition, secretary) -> None:
    secretary.post(f"{RULES}/ny", {**QUESTION, "starts_on": "2026-01-01"})
    assert listed(edition)[-1].starts_on is None


def test_rules_are_locked_once_the_ballot_is_made(edition, secretary, clock) -> None:
    item = listed(edition)[0]
    db.session.get(Edition, edition.id).phase = Phase.PREPARED
    db.session.commit()
    assert "ändras reglerna inte längre" in secretary.get(RULES).text
    assert (
        secretary.get(f"{RULES}/{item.id}", code=302).answer.headers["Location"].endswith("nomineringsregler")
    )
    by = account()
    for act in (
        lambda: rules.add(edition.id, _values(), by=by, now=clock.now()),
        lambda: rules.change(edition.id, item.id, _values(), by=by, now=clock.now()),
        lambda: rules.shift(edition.id, item.id, 1, by=by, now=clock.now()),
        lambda: rules.remove(edition.id, item.id, by=by, now=clock.now()),
    ):
        with pytest.raises(rules.RulesLocked), transaction():
            act()


def test_an_edition_without_rules_gets_them_by_a_button(edition, secretary) -> None:
    db.session.execute(delete(Rule))
    db.session.commit()
    page = secretary.get(RULES)
    assert "Det finns inga regler" in page.text
    assert listed(edition) == []
    secretary.post(f"{RULES}/vanliga", page=RULES)
    assert len(listed(edition)) == 3
    secretary.post(f"{RULES}/vanliga", page=f"{RULES}/ny", code=409)


def test_there_is_an_end_to_rules(edition, secretary, clock) -> None:
    by = account()
    with transaction():
        for _ in range(rules.MOST_RULES - len(public_rules.of_edition(edition.id))):
            rules.add(edition.id, _values(), by=by, now=clock.now())
    assert f"{RULES}/ny" not in secretary.get(RULES).links()
    page = secretary.post(f"{RULES}/ny", QUESTION, code=422)
    assert "högst 30 regler" in page.text


def test_a_change_while_nominations_are_open_says_so(edition, secretary) -> None:
    assert "Nomineringen pågår" in secretary.get(RULES).text
    assert "Nomineringen pågår" in secretary.get(f"{RULES}/{listed(edition)[0].id}").text


def test_a_changed_rule_says_whose_answers_are_older(edition, secretary, clock) -> None:
    item, by = nominated(edition, 1), account()
    rule = listed(edition)[2]
    db.session.add(Answer(nomination_id=item.id, rule_id=rule.id, holds=True, account_id=by, at=clock.now()))
    db.session.commit()
    assert "besvarats för hand" in secretary.get(f"{RULES}/{rule.id}").text
    secretary.post(f"{RULES}/{rule.id}/remove", page=RULES)
    db.session.rollback()
    assert db.session.scalar(select(Answer)) is None


@both_databases
def test_a_category_takes_its_rules_with_it_on_record(app, clock) -> None:
    edition = make_edition(clock.now())
    by = account()
    dialog = categories.category(edition.id, "dialog")
    with transaction():
        rules.add(edition.id, {**_values(), "category_id": dialog.id}, by=by, now=clock.now())
    clock.set(clock.now() + timedelta(minutes=1))
    with transaction():
        categories.remove(edition.id, "dialog", by=by, now=clock.now())
    assert len(listed(edition)) == 3
    assert kinds(edition)[-2:] == ["edition-changed", "eligibility-set"]
    with transaction():
        categories.add(
            edition.id, by=by, now=clock.now(), fields={"slug": "ny", "name_sv": "Ny", "name_en": "New"}
        )
        categories.remove(edition.id, "ny", by=by, now=clock.now())
    assert kinds(edition)[-1] == "edition-changed"


def test_only_the_secretariat_sets_rules(edition, app) -> None:
    item = listed(edition)[0]
    juror = Browser(app)
    juror.sign_in(Role.JUROR, email="jurij@example.se")
    for path in (RULES, f"{RULES}/ny", f"{RULES}/{item.id}"):
        juror.get(path, code=403)
    assert juror.raw("POST", f"{RULES}/{item.id}/remove").status_code in {400, 403}
    assert Browser(app).raw("GET", RULES).status_code == 302


def test_rules_of_another_edition_are_not_here(edition, secretary, clock) -> None:
    other = make_edition(clock.now(), slug="2027", year=2027)
    theirs = listed(other)[0]
    secretary.get(f"{RULES}/{theirs.id}", code=404)
    secretary.post(f"{RULES}/{theirs.id}/remove", page=RULES, code=404)
    secretary.get(f"{RULES}/0", code=200)


def test_script_in_a_rule_is_shown_as_text(edition, secretary, browser) -> None:
    hostile = "<script>alert(1)</script> & مرحبا 🏛"
    secretary.post(f"{RULES}/ny", {**QUESTION, "text_sv": hostile, "text_en": hostile})
    for page in (secretary.get(RULES), browser.get("/arg/2026")):
        assert "<script>alert" not in page.html
        assert hostile in page.text


def _values() -> dict[str, object]:
    return {"check": Check.QUESTION, "text_sv": "En fråga.", "text_en": "A question.", "category_id": None}
