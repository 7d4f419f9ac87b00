"""The secretariat's list: what is asked for in its address, found on both databases, and never a question too many."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import event

from app.extensions import db, transaction
from app.nominations.models import Nomination, Relation, State
from app.nominations.rules import Check, of_edition
from app.screening.decisions import decisions
from app.screening.eligibility import eligibility, rules
from app.screening.merges import duplicates
from app.screening.models import Party, Told
from app.screening.pages import alike, correcting, listing
from app.screening.pages.listing import Asked
from tests.awards.browsing import Browser, Page
from tests.databases import both_databases
from tests.screening.nominated import nominated, put_together, take_apart
from tests.screening.nominated import secretary as account

LIST = "/sekretariat/2026/nomineringar"
HOSTILE = "<script>alert(1)</script> \"'& %_\\ مرحبا שלום 🏛🇸🇪"


def titles(page: Page) -> list[str]:
    return [
        " ".join(link.text_content().split()) for link in page.root.xpath("//ul[@class='rows']/li/div[1]/a")
    ]


def found(edition: Any, **args: str) -> set[str]:
    return {item.title for item in listing.listing(edition.id, Asked.of(args)).rows}


def told(item: Nomination) -> None:
    db.session.add(Told(nomination_id=item.id, party=Party.AUTHORITY, told_at=item.created_at))
    db.session.commit()


@contextmanager
def statements() -> Iterator[list[str]]:
    """The statements that reach the database."""
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_others: Any) -> None:
        seen.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    yield seen
    event.remove(db.engine, "before_cursor_execute", note)


@both_databases
def test_states_with_their_counts(edition, secretary) -> None:
    states = (State.CONFIRMED, State.CONFIRMED, State.ACCEPTED, State.DECLINED, State.SUBMITTED, State.DRAFT)
    for number, state in enumerate(states, 1):
        nominated(edition, number, state)
    page = secretary.get(LIST)
    assert re.search(r"Alla som räknas 4\b", page.text)
    assert "Upphandling 5" not in titles(page)
    assert set(titles(page)) == {"Upphandling 1", "Upphandling 2", "Upphandling 3", "Upphandling 4"}
    assert titles(secretary.get(f"{LIST}?state=submitted")) == ["Upphandling 5"]
    assert titles(secretary.get(f"{LIST}?state=accepted")) == ["Upphandling 3"]
    assert titles(secretary.get(f"{LIST}?state=draft")) == titles(page)


@both_databases
def test_the_search_forgives_capitals_rings_and_dots(edition) -> None:
    nominated(edition, 1, title="Måltider på äldreboenden", authority="Växjö kommun")
    nominated(edition, 2, title="Vägunderhåll ÖSTER", authority="Åre kommun", company="Café Éclair AB")
    for search in ("växjö", "VÄXJÖ", "vaxjo", "Måltid växj", "MALTIDER", "äldre"):
        assert found(edition, q=search) == {"Måltider på äldreboenden"}, search
    for search in ("öster", "OSTER", "are kommun", "ÅRE", "cafe eclair", "CAFÉ"):
        assert found(edition, q=search) == {"Vägunderhåll ÖSTER"}, search
    assert found(edition, q="kommun") == {"Måltider på äldreboenden", "Vägunderhåll ÖSTER"}
    assert found(edition, q="växjö öster") == set()


@both_databases
def test_the_search_finds_every_number_in_any_spelling(edition) -> None:
    nominated(
        edition, 1, title="Rätt", notice="2021/S 060-151531", publication="151531-2021", procurement_id="SE75790",
        reference="KS 2026/123", buyer_number="212000-0662", winners="Peab AB, 556061-4330",
        contact_name="Örjan Åkesson", contact_email="orjan@leverantor.example",
    )  # fmt: skip
    nominated(edition, 2, title="Fel")
    searches = (
        "151531-2021", "2021/S 060-151531", "https://ted.europa.eu/sv/notice/-/detail/151531-2021", "00151531-2021",
        "SE75790", "se75790", "KS 2026/123", "2120000662", "212000-0662", "SE212000066201", "peab", "556061",
        "åkesson", "ORJAN@leverantor.example",
    )  # fmt: skip
    for search in searches:
        assert found(edition, q=search) == {"Rätt"}, search


@both_databases
def test_signs_that_mean_something_to_a_database_are_only_signs(edition) -> None:
    nominated(edition, 1, title="100% återvunnet")
    nominated(edition, 2, title="Under_streck\\bak")
    assert found(edition, q="100%") == {"100% återvunnet"}
    assert found(edition, q="%") == {"100% återvunnet"}
    assert found(edition, q="_") == {"Under_streck\\bak"}
    assert found(edition, q="\\") == {"Under_streck\\bak"}
    for search in ("'", '"', "';--", "\x00", "\u202e", "a" * 5000, " ".join("abcdefghij")):
        found(edition, q=search)


@both_databases
def test_filters_narrow_together(edition) -> None:
    good = {"awarded_on": date(2026, 3, 9), "buyer_number": "212000-0662", "relation": Relation.WON}
    nominated(edition, 1, title="Ja", notice="151531-2021", **good)
    nominated(edition, 2, title="Gammal", **{**good, "awarded_on": date(2020, 1, 1)})
    nominated(edition, 3, title="Oklar", category="dialog", relation=Relation.LOST)
    told(nominated(edition, 4, State.ACCEPTED, title="Underrättad", read={"awarded": True, "name": "f.xml"}))
    assert found(edition, eligible="eligible") == {"Ja"}
    assert found(edition, eligible="not") == {"Gammal"}
    assert found(edition, eligible="unclear") == {"Oklar", "Underrättad"}
    assert found(edition, relation="won") == {"Ja", "Gammal"}
    assert found(edition, relation="lost", category="dialog") == {"Oklar"}
    assert found(edition, notice="yes") == {"Ja", "Underrättad"}
    assert found(edition, notice="no") == {"Gammal", "Oklar"}
    assert found(edition, told="yes") == {"Underrättad"}
    assert found(edition, told="no") == {"Ja", "Gammal", "Oklar"}
    assert found(edition, relation="won", notice="yes", eligible="not") == set()
    assert found(edition, category="dialog") == {"Oklar"}
    assert found(edition, category="finns-inte") == set()


@both_databases
def test_possible_duplicates(edition, secretary) -> None:
    nominated(edition, 1, title="Måltider", publication="151531-2021", notice="151531-2021")
    nominated(edition, 2, title="Mat", publication="151531-2021", notice="151531-2021")
    nominated(edition, 3, title="Vägar", authority="Trafikverket")
    assert found(edition, duplicates="yes") == {"Måltider", "Mat"}
    assert "/sekretariat/2026/dubbletter" in secretary.get(LIST).links()


@both_databases
def test_a_merged_nomination_is_found_under_its_root(edition, secretary, clock) -> None:
    by = account()
    first = nominated(edition, 1, title="Roten", relation=Relation.LOST)
    second = nominated(edition, 2, title="Den andra", company="Dold Leverantör AB", relation=Relation.WON)
    third = nominated(edition, 3, title="Den tredje", contact_email="djup@leverantor.example")
    put_together(second, third, by)
    put_together(first, second, by)
    assert found(edition) == {"Roten"}
    assert found(edition, q="dold leverantör") == {"Roten"}
    assert found(edition, q="djup@") == {"Roten"}
    assert found(edition, relation="won") == {"Roten"}
    assert found(edition, relation="lost", q="dold") == set()
    assert "3 nomineringar" in secretary.get(LIST).text
    merged = secretary.get(f"{LIST}?state=merged")
    assert set(titles(merged)) == {"Den andra", "Den tredje"}
    assert "Står bakom Roten" in merged.text
    told(second)
    assert found(edition, told="yes") == {"Roten"}


@both_databases
def test_orders(edition, clock) -> None:
    day = timedelta(days=1)
    names = ("Örebro kommun", "arvika kommun", "Zinkgruvan AB", "Åre kommun", "Ängelholms kommun")
    for number, name in enumerate(names, 1):
        item = nominated(edition, number, State.ACCEPTED, authority=name, now=clock.now() + number * day)
        item.decided_at = clock.now() - number * day if number != 3 else None
    db.session.commit()

    def order(sort: str) -> list[str]:
        return [item.authority for item in listing.listing(edition.id, Asked.of({"sort": sort})).rows]

    assert order("newest") == [*reversed(names)] == order("")
    assert order("oldest") == [*names]
    assert order("authority") == [
        "arvika kommun", "Zinkgruvan AB", "Åre kommun", "Ängelholms kommun", "Örebro kommun",
    ]  # fmt: skip
    assert order("decision")[:2] == ["Örebro kommun", "arvika kommun"]
    assert order("decision")[-1] == "Zinkgruvan AB"


def test_pages_and_how_many_of_how_many(edition, secretary) -> None:
    for number in range(1, listing.PAGE + 3):
        nominated(edition, number, authority="Växjö kommun" if number % 2 else "Trafikverket")
    first, second = secretary.get(LIST), secretary.get(f"{LIST}?page=2")
    assert len(titles(first)) == listing.PAGE
    assert len(titles(second)) == 2
    assert f"{LIST}?page=2" in first.links()
    assert "Sida 2 av 2" in second.text
    narrowed = secretary.get(f"{LIST}?q=trafikverket")
    assert "26 av 52 nomineringar" in narrowed.text
    beyond = secretary.get(f"{LIST}?page=9&q=trafikverket")
    assert f"{LIST}?q=trafikverket" in beyond.links()


def test_the_address_holds_everything_and_the_form_keeps_it(edition, secretary) -> None:
    nominated(edition, 1, State.ACCEPTED)
    args = (
        "state=accepted&category=upphandling&eligible=unclear&notice=no&told=no&q=v%C3%A4xj%C3%B6&sort=oldest"
    )
    page = secretary.get(f"{LIST}?{args}")
    assert titles(page) == ["Upphandling 1"]
    form = next(form for form in page.root.forms if form.get("role") == "search")
    assert dict(form.form_values()) == {
        "state": "accepted", "q": "växjö", "category": "upphandling", "eligible": "unclear", "relation": "",
        "notice": "no", "told": "no", "duplicates": "", "sort": "oldest",
    }  # fmt: skip
    link = next(link for link in page.links() if re.search(r"/nomineringar/\d+\?", link))
    assert "q=v%C3%A4xj%C3%B6" in link
    assert "eligible=unclear" in link


def test_empty_lists_say_why_and_what_to_do(edition, secretary) -> None:
    assert "Ingen nominering är bekräftad än" in secretary.get(LIST).text
    nominated(edition, 1)
    assert "”finns inte”" in secretary.get(f"{LIST}?q=finns+inte").text
    assert "Ingen nominering passar" in secretary.get(f"{LIST}?category=dialog").text
    page = secretary.get(f"{LIST}?state=declined&q=upphandling")
    assert "Det finns en i ett annat läge" in page.text
    assert f"{LIST}?q=upphandling" in page.links()


def test_each_row_says_what_it_waits_for(edition, secretary, clock) -> None:
    nominated(edition, 1, title="Fråga", awarded_on=date(2026, 3, 9))
    nominated(edition, 2, title="Klar", awarded_on=date(2026, 3, 9), buyer_number="212000-0662")
    nominated(edition, 3, State.ACCEPTED, title="Otalad")
    nominated(edition, 4, State.COMPLETION_ASKED, title="Komplettering")
    answered = nominated(edition, 5, State.ACCEPTED, title="Svarad")
    told(answered)
    row = db.session.query(Told).one()
    row.answered_at, row.declines = clock.now(), True
    db.session.commit()
    rows = {
        " ".join(item.xpath("./div[1]/a")[0].text_content().split()): " ".join(item.text_content().split())
        for item in secretary.get(LIST).root.xpath("//ul[@class='rows']/li")
    }
    assert "En regel att svara på" in rows["Fråga"]
    assert "Kan beslutas" in rows["Klar"]
    assert "Uppfyller reglerna" in rows["Klar"]
    assert "Myndigheten är inte underrättad" in rows["Otalad"]
    assert "Väntar på den som nominerade" in rows["Komplettering"]
    assert "Ett svar är oläst" in rows["Svarad"]
    assert "Vill inte vara med" in rows["Svarad"]


def test_a_longer_list_asks_the_database_no_more(edition, secretary) -> None:
    def asked(path: str) -> int:
        with statements() as seen:
            secretary.get(path)
        return len(seen)

    nominated(edition, 1, State.ACCEPTED)
    paths = (
        LIST,
        f"{LIST}?q=v%C3%A4xj%C3%B6&eligible=unclear&relation=won&told=no",
        f"{LIST}?duplicates=yes",
    )
    secretary.get(LIST)
    before = [asked(path) for path in paths]
    for number in range(2, 40):
        nominated(edition, number, State.ACCEPTED, relation=Relation.WON)
    secretary.get(LIST)
    assert [asked(path) for path in paths] == before


@both_databases
def test_script_and_odd_signs_in_every_field_are_text(edition, secretary) -> None:
    fields = (
        "title",
        "authority",
        "company",
        "contact_name",
        "why",
        "remarks",
        "notice",
        "reference",
        "winners",
    )
    nominated(edition, 1, **dict.fromkeys(fields, HOSTILE * 40))
    for path in (
        LIST,
        f"{LIST}?q=%3Cscript%3E",
        f"{LIST}?state=%3Cscript%3E",
        f"{LIST}?sort=%3Cb%3E&page=1e9",
    ):
        page = secretary.get(path)
        assert "<script>alert" not in page.html
    assert len(titles(secretary.get(f"{LIST}?q=%D9%85%D8%B1%D8%AD%D8%A8%D8%A7"))) == 1


@given(
    st.dictionaries(
        st.sampled_from([*listing.CHOICES, "q", "page", "category", "x"]), st.text(max_size=30), max_size=9
    )
)
def test_any_address_is_read_and_written_back_the_same(args) -> None:
    asked = Asked.of(args)
    assert Asked.of({name: str(value) for name, value in asked.args.items()}) == asked
    assert asked.state in listing.CHOICES["state"]
    assert asked.page >= 1


def test_only_the_secretariat_reads_the_list(edition, app) -> None:
    from app.access import Role

    for role in (Role.JUROR, Role.OBSERVER):
        browser = Browser(app)
        browser.sign_in(role, email=f"{role}@example.se")
        browser.get(LIST, code=403)


@pytest.mark.parametrize("sort", listing.SORTS)
def test_the_page_knows_its_place_in_the_list(edition, secretary, sort) -> None:
    items = [nominated(edition, number, authority=f"Myndighet {number}") for number in range(1, 5)]
    nominated(edition, 9, State.DECLINED)
    asked = Asked.of({"sort": sort, "state": "confirmed"})
    order = [item.id for item in listing.listing(edition.id, asked).rows]
    assert sorted(order) == [item.id for item in items]
    for place, number in enumerate(order):
        before = order[place - 1] if place else None
        after = order[place + 1] if place < 3 else None
        assert listing.neighbours(edition.id, asked, number) == (place + 1, 4, before, after)
    page = secretary.get(f"{LIST}/{order[1]}?sort={sort}&state=confirmed")
    assert "2 av 4" in page.text
    assert any(f"/{order[2]}?" in link for link in page.links())


@both_databases
def test_the_number_of_duplicates_is_right_after_whatever_happens(edition, clock) -> None:
    by = account()

    def number() -> int:
        assert alike.found(edition.id).pairs == len(duplicates.open_pairs(edition.id))
        return alike.found(edition.id).pairs

    same = {"publication": "151531-2021", "notice": "151531-2021"}
    first, second = (
        nominated(edition, 1, title="Måltider", **same),
        nominated(edition, 2, title="Mat", **same),
    )
    assert number() == 1
    with transaction():
        duplicates.distinguish(edition.id, first.id, second.id, by=by, now=clock.now())
    assert number() == 0
    with transaction():
        duplicates.reconsider(edition.id, first.id, second.id, by=by, now=clock.now())
    assert number() == 1
    merge = put_together(first, second, by)
    assert number() == 0
    take_apart(merge, by)
    assert number() == 1
    nominated(edition, 3, title="Lunch", **same)
    assert number() == 3
    with transaction():
        decisions.decline(edition.id, first.id, "Nej.", by=by, now=clock.now())
    number()
    values = {name: getattr(second, name) or "" for name in correcting.FIELDS}
    with transaction():
        correcting.correct(
            edition.id, second.id, {**values, "notice": "", "authority": "Trafikverket", "title": "Vägar"},
            seen=correcting.stamp(db.session.get_one(Nomination, second.id)), by=by, now=clock.now(),
        )  # fmt: skip
    assert number() == 1


@both_databases
def test_the_filter_by_rules_is_right_after_whatever_happens(edition, clock) -> None:
    by, item = account(), nominated(edition, 1, awarded_on=date(2026, 3, 9))
    asked = of_edition(edition.id)[2]

    def standing() -> str:
        found_in = {said for said in ("eligible", "not", "unclear") if found(edition, eligible=said)}
        (only,) = found_in
        assert only == eligibility.standing(db.session.get_one(Nomination, item.id))
        return only

    assert standing() == "unclear"
    for holds, expected in ((True, "eligible"), (False, "not")):
        with transaction():
            eligibility.answer(edition.id, item.id, asked.id, holds=holds, note="", by=by, now=clock.now())
        assert standing() == expected
    with transaction():
        rules.remove(edition.id, asked.id, by=by, now=clock.now())
    assert standing() == "eligible"
    question = {"check": Check.QUESTION, "text_sv": "Dialog?", "text_en": "Dialogue?"}
    dialog = next(category for category in edition.categories if category.slug == "dialog")
    with transaction():
        rules.add(edition.id, {**question, "category_id": dialog.id}, by=by, now=clock.now())
    assert standing() == "eligible"
    with transaction():
        decisions.move(edition.id, item.id, "dialog", by=by, now=clock.now())
    assert standing() == "unclear"
