"""The public pages say where the year stands; the secretariat's change what can be changed."""

from __future__ import annotations

from datetime import timedelta

import pytest

from app.access import Role
from app.awards import outlook, service
from app.awards.models import Edition
from app.core.phases import Phase
from app.extensions import db, transaction
from tests.awards.browsing import Browser
from tests.awards.conftest import DAY
from tests.awards.test_service import move

SETTINGS = "/sekretariat/2026/installningar"


def to(edition: Edition, phase: Phase) -> None:
    edition.phase = phase
    db.session.commit()


@pytest.mark.parametrize("path", ["/", "/kontakt", "/tillganglighet", "/integritet"])
@pytest.mark.parametrize("prefix", ["", "/en"])
def test_public_pages_are_there_with_and_without_an_edition(app, browser, clock, path, prefix) -> None:
    from tests.awards.conftest import make_edition

    browser.get(prefix + path)
    to(make_edition(clock.now()), Phase.NOMINATING)
    browser.get(prefix + path)


def test_a_draft_is_nowhere_to_be_seen(edition, browser) -> None:
    assert edition.name_sv not in browser.get("/").html
    browser.get("/arg/2026", code=404)
    browser.get("/arg/finns-inte", code=404)


def test_every_phase_has_its_words_and_the_one_thing_to_do(edition, browser, clock) -> None:
    seen = set()
    for phase in Phase:
        if phase is Phase.DRAFT:
            continue
        to(edition, phase)
        page = browser.get("/")
        seen.add(page.root.get_element_by_id("now").text_content())
        assert len(page.root.xpath("//main//a[@class='button']")) <= 1
        browser.get("/arg/2026")
        browser.get("/en/arg/2026")
    assert len(seen) == 7


def test_what_one_can_do_follows_the_deadline(edition, clock) -> None:
    to(edition, Phase.NOMINATING)
    assert outlook.outlook(edition, clock.now()).endpoint == "nominations.new"
    assert outlook.outlook(edition, edition.nominations_close_at).endpoint == ""
    assert outlook.steps(edition, edition.nominations_close_at)[1].state == "now"
    to(edition, Phase.VOTING)
    assert outlook.outlook(edition, clock.now()).endpoint == "ballots.booth"
    assert outlook.outlook(edition, edition.voting_closes_at).endpoint == ""


def test_a_cancelled_edition_says_why(edition, browser, clock) -> None:
    move(edition, Phase.NOMINATING, now=clock.now())
    with transaction():
        service.record_phase(
            edition.id, Phase.CANCELLED, account_id=None, reason="För få <nominerade>.", now=clock.now()
        )
    assert "För få <nominerade>." in browser.get("/arg/2026").text


def test_the_form_without_javascript_is_said_where_it_is_allowed(edition, browser) -> None:
    to(edition, Phase.VOTING)
    before = browser.get("/tillganglighet").text
    edition.plain_voting = True
    db.session.commit()
    assert browser.get("/tillganglighet").text != before


def test_a_new_edition_comes_filled_in(app, secretary) -> None:
    page = secretary.get("/sekretariat/ny")
    assert page.value("slug") == "2026"
    assert page.value("voting_closes_at").endswith("T18:00")
    form = {name: value for name, value in page.root.forms[0].fields.items() if value}
    secretary.post("/sekretariat/ny", {**form, "name_sv": "Vårt pris"})
    edition = service.edition("2026")
    assert (edition.name_sv, edition.phase, len(edition.categories)) == ("Vårt pris", Phase.DRAFT, 2)
    page = secretary.post("/sekretariat/ny", form, code=422)
    assert page.errors


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("slug", "Årets pris"), ("slug", "service"), ("slug", "ny"), ("slug", "x" * 41), ("year", "MMXXVI"), ("year", "99"),
        ("name_sv", ""), ("name_en", "x" * 81), ("intro_sv", "a\0b"), ("signoffs_needed", "0"), ("spare_count", "-1"),
        ("contact_email", "inte en adress"), ("voting_closes_at", "i morgon"), ("voting_closes_at", "2026-09-02T10:00"),
        ("voting_opens_at", "2026-09-02T10:00"), ("result_at", "2026-09-02T10:00"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_an_edition_is_said_at_its_field(app, secretary, field, value) -> None:
    form = {
        name: text for name, text in secretary.get("/sekretariat/ny").root.forms[0].fields.items() if text
    }
    page = secretary.post("/sekretariat/ny", {**form, field: value}, code=422)
    assert f"{field}-error" in page.html
    assert service.editions() == []


def test_settings_lose_the_fields_that_are_fixed(edition, secretary) -> None:
    assert "slug" in secretary.get(SETTINGS).root.forms[0].fields
    to(edition, Phase.NOMINATING)
    fields = secretary.get(SETTINGS).root.forms[0].fields
    assert "slug" not in fields
    assert "nominations_close_at" not in fields
    assert "heading_sv" in fields
    to(edition, Phase.PREPARED)
    assert "heading_sv" not in secretary.get(SETTINGS).root.forms[0].fields


def test_a_fixed_field_that_is_sent_all_the_same_changes_nothing(edition, secretary) -> None:
    to(edition, Phase.NOMINATING)
    form = {name: text for name, text in secretary.get(SETTINGS).root.forms[0].fields.items() if text}
    secretary.post(SETTINGS, {**form, "slug": "annat", "name_sv": "Nytt namn"})
    db.session.rollback()
    assert service.edition("2026").name_sv == "Nytt namn"


def test_draft_deadlines_move_together_in_the_settings(edition, secretary) -> None:
    form = {name: text for name, text in secretary.get(SETTINGS).root.forms[0].fields.items() if text}
    later = {
        "nominations_close_at": "2027-03-01T18:00", "voting_opens_at": "2027-04-01T09:00",
        "voting_closes_at": "2027-05-01T18:00", "result_at": "2027-05-05T10:00",
    }  # fmt: skip
    secretary.post(SETTINGS, {**form, **later})
    db.session.rollback()
    assert service.edition("2026").voting_closes_at.isoformat() == "2027-05-01T16:00:00+00:00"


def test_extending_is_a_form_of_its_own(edition, secretary, clock) -> None:
    to(edition, Phase.NOMINATING)
    path = "/sekretariat/2026/forlang/nominations"
    before = edition.nominations_close_at
    page = secretary.post(path, {"to": "2026-09-05T10:00"}, code=422)
    assert page.errors
    secretary.post(path, {"to": (before + 7 * DAY).strftime("%Y-%m-%dT%H:%M")})
    db.session.rollback()
    after = service.edition("2026").nominations_close_at
    assert before < after
    clock.set(after + timedelta(seconds=1))
    secretary.sign_in()
    page = secretary.get(path)
    assert not [form for form in page.root.forms if "to" in form.fields]
    secretary.get("/sekretariat/2026/forlang/annat", code=404)


def test_categories_are_added_changed_and_removed(edition, secretary) -> None:
    path = "/sekretariat/2026/kategorier"
    fields = {
        "slug": "mod", "name_sv": "Årets mod", "name_en": "Courage of the year", "description_sv": "", "description_en": "",
        "kind": "approve", "max_choices": "3", "tie_rule": "jury",
    }  # fmt: skip
    secretary.post(f"{path}/ny", fields)
    secretary.post(f"{path}/ny", fields, code=422)
    secretary.post(f"{path}/mod", {**fields, "kind": "choose-one", "max_choices": "3"})
    db.session.rollback()
    assert service.edition("2026").categories[2].max_choices == 1
    secretary.post(f"{path}/mod/ta-bort", page=f"{path}/mod")
    db.session.rollback()
    assert len(service.edition("2026").categories) == 2
    secretary.get(f"{path}/mod", code=404)
    secretary.post(f"{path}/dialog", {**fields, "max_choices": "31"}, code=422)


@pytest.mark.parametrize("role", [Role.JUROR, Role.OBSERVER])
def test_only_the_secretariat_sets_an_edition_up(edition, app, role) -> None:
    browser = Browser(app)
    browser.sign_in(role, email="jury@example.se")
    for path in (
        "/sekretariat/ny",
        SETTINGS,
        "/sekretariat/2026/kategorier/dialog",
        "/sekretariat/2026/forlang/voting",
    ):
        browser.get(path, code=403)
