"""The secretariat's side: lists, the shortlist, and what must be done before the ballot is made."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from app.access import Role
from app.awards import categories
from app.awards import service as awards
from app.awards.categories import CategoryInUse
from app.core.phases import Phase
from app.extensions import db, transaction
from app.ledger import service as ledger
from app.nominations import service, shortlist
from app.nominations.models import Nomination, Nominee, State
from app.screening import service as screening
from app.screening.decisions import decisions
from tests.awards.browsing import Browser
from tests.databases import both_databases
from tests.nominations.conftest import COMPLETE

LIST = "/sekretariat/2026/nomineringar"
SHORTLIST = "/sekretariat/2026/urval"


def nomination(
    edition, clock, number: int = 1, state: State = State.CONFIRMED, category: str = "upphandling", **fields
) -> Nomination:
    """A nomination as it stands after its confirmation."""
    now = clock.now()
    values = {
        name: COMPLETE[name] for name in ("authority", "why", "company", "contact_name", "contact_email")
    }
    made = Nomination(
        edition_id=edition.id, category=categories.category(edition.id, category), public_id=f"public-{number:04}",
        state=state, orgnr="5560360793", created_at=now, updated_at=now, sent_at=now,
        confirmed_at=None if state in (State.DRAFT, State.SUBMITTED) else now, **{"title": f"Upphandling {number}", **values, **fields},
    )  # fmt: skip
    db.session.add(made)
    db.session.commit()
    return made


def to_shortlisting(edition, clock) -> None:
    clock.set(edition.nominations_close_at)
    with transaction():
        awards.record_phase(edition.id, Phase.SHORTLISTING, account_id=None, now=clock.now())


def test_only_the_secretariat_reads_nominations(edition, clock, app) -> None:
    item = nomination(edition, clock)
    for role in (Role.JUROR, Role.OBSERVER):
        browser = Browser(app)
        browser.sign_in(role, email=f"{role}@example.se")
        for path in (LIST, f"{LIST}/{item.id}", SHORTLIST):
            browser.get(path, code=403)
    assert Browser(app).raw("GET", LIST).status_code == 302
    assert Browser(app).raw("POST", f"{LIST}/{item.id}/acceptera").status_code in {400, 401}


def test_the_list_filters_searches_and_counts(edition, secretary, clock) -> None:
    nomination(edition, clock, 1, title="Vägunderhåll")
    nomination(edition, clock, 2, State.ACCEPTED, "dialog", title="Tolktjänster 100%")
    nomination(edition, clock, 3, State.SUBMITTED, title="Obekräftad")
    nomination(edition, clock, 4, State.DRAFT, title="Utkast")
    page = secretary.get(LIST)
    assert "Vägunderhåll" in page.text
    assert "Tolktjänster" in page.text
    assert "Utkast" not in page.text
    assert "Obekräftad" not in page.text
    assert "Obekräftad" in secretary.get(f"{LIST}?state=submitted").text
    assert "Vägunderhåll" not in secretary.get(f"{LIST}?category=dialog").text
    assert "Tolktjänster" in secretary.get(f"{LIST}?q=100%25").text
    assert "Vägunderhåll" not in secretary.get(f"{LIST}?q=100%25").text
    assert "Vägunderhåll" in secretary.get(f"{LIST}?q=VÄXJÖ väg").text
    assert secretary.get(f"{LIST}?q=%00&state=x&page=-3&category=%00").code == 200


@both_databases
def test_the_shortlist_is_chosen_ordered_worded_and_recorded(edition, secretary, clock) -> None:
    items = [nomination(edition, clock, number, State.ACCEPTED) for number in (1, 2, 3)]
    to_shortlisting(edition, clock)
    secretary.sign_in()
    for item in items:
        secretary.post(f"{SHORTLIST}/lagg-till/{item.id}", page=SHORTLIST)
    secretary.post(f"{SHORTLIST}/lagg-till/{items[0].id}", page=SHORTLIST)
    first = service.nominees(edition.id)[0]
    secretary.post(f"{SHORTLIST}/{first.id}/down", page=SHORTLIST)
    secretary.post(f"{SHORTLIST}/{service.nominees(edition.id)[2].id}/remove", page=SHORTLIST)
    db.session.rollback()
    assert [item.title for item in service.nominees(edition.id)] == ["Upphandling 2", "Upphandling 1"]
    words = {"title": "Mat som smakar", "authority": "Växjö kommun", "summary_sv": "Kort.", "summary_en": ""}
    secretary.post(f"{SHORTLIST}/{first.id}", words)
    db.session.rollback()
    nominee = db.session.get(Nominee, first.id)
    assert (nominee.title, nominee.summary("en")) == ("Mat som smakar", "Kort.")
    page = secretary.post(f"{SHORTLIST}/{first.id}", {**words, "title": "UPPHANDLING 2"}, code=422)
    assert page.errors
    with transaction():
        service.enter(edition.id, Phase.PREPARED, by=None, now=clock.now())
    entry = ledger.last(edition=edition.id, kind="shortlist-made")
    assert entry.data["categories"] == [
        {"category": "upphandling", "nominees": 2},
        {"category": "dialog", "nominees": 0},
    ]


def test_two_of_the_same_name_get_different_names(edition, clock) -> None:
    items = [nomination(edition, clock, number, State.ACCEPTED, title="Måltider") for number in (1, 2, 3)]
    to_shortlisting(edition, clock)
    account = _account(clock)
    with transaction():
        titles = [shortlist.add(edition.id, item.id, by=account, now=clock.now()).title for item in items]
    assert titles == ["Måltider", "Måltider (Växjö kommun)", "Måltider (2)"]


def test_the_shortlist_is_made_between_nominating_and_the_ballot_only(edition, secretary, clock) -> None:
    item = nomination(edition, clock, 1, State.ACCEPTED)
    token = secretary.get("/sekretariat/2026/installningar").value("csrf_token")
    secretary._open("POST", f"{SHORTLIST}/lagg-till/{item.id}", code=409, data={"csrf_token": token})
    assert service.nominees(edition.id) == []


def test_what_blocks_the_ballot(edition, clock) -> None:
    to_shortlisting(edition, clock)
    account = _account(clock)
    waiting = nomination(edition, clock, 1)
    assert len(service.blockers(edition, Phase.PREPARED, now=clock.now())) == 2  # two short categories
    assert len(screening.blockers(edition, Phase.PREPARED, now=clock.now())) == 1  # one to decide
    with transaction():
        decisions.decline(edition.id, waiting.id, "Nej.", by=account, now=clock.now())
    for number, category in ((2, "upphandling"), (3, "upphandling"), (4, "dialog"), (5, "dialog")):
        item = nomination(edition, clock, number, State.ACCEPTED, category)
        with transaction():
            shortlist.add(edition.id, item.id, by=account, now=clock.now())
    assert service.blockers(edition, Phase.PREPARED, now=clock.now()) == []
    assert screening.blockers(edition, Phase.PREPARED, now=clock.now()) == []
    with transaction():
        categories.change(edition.id, "dialog", by=None, now=clock.now(), fields={"max_choices": 3})
    assert len(service.blockers(edition, Phase.PREPARED, now=clock.now())) == 1
    assert [todo.endpoint for todo in service.todos(edition, now=clock.now())] == ["nominations.shortlist"]


def test_a_ballot_holds_thirty_and_no_more(edition, clock, monkeypatch) -> None:
    monkeypatch.setattr(shortlist, "MOST_NOMINEES", 1)
    items = [nomination(edition, clock, number, State.ACCEPTED) for number in (1, 2)]
    to_shortlisting(edition, clock)
    account = _account(clock)
    with transaction():
        shortlist.add(edition.id, items[0].id, by=account, now=clock.now())
    with pytest.raises(shortlist.ShortlistFull), transaction():
        shortlist.add(edition.id, items[1].id, by=account, now=clock.now())


def test_a_category_with_nominations_stays_and_drafts_lose_theirs(edition, clock) -> None:
    item = nomination(edition, clock, 1, State.DECLINED, "dialog")
    draft = nomination(edition, clock, 2, State.DRAFT, "dialog")
    with pytest.raises(CategoryInUse), transaction():
        categories.remove(edition.id, "dialog", by=None, now=clock.now())
    with transaction():
        decisions.move(edition.id, item.id, "upphandling", by=_account(clock), now=clock.now())
    with transaction():
        categories.remove(edition.id, "dialog", by=None, now=clock.now())
    assert db.session.get(Nomination, draft.id).category is None
    assert [category.slug for category in awards.edition("2026").categories] == ["upphandling"]


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("Kort text.", "Kort text."),
        ("En mening. " * 40, ("En mening. " * 27).strip()),
        ("ord " * 200, ("ord " * 74).strip() + "…"),
        ("x" * 400, "x" * 299 + "…"),
    ],
)
def test_the_first_words_are_proposed_for_the_ballot(text, first) -> None:
    assert shortlist.opening(text) == first
    assert len(shortlist.opening(text)) <= shortlist.SUMMARY_LIMIT


def test_a_link_to_the_notice_is_http_or_teds_own_page(edition, secretary, clock) -> None:
    for number, (notice, address) in enumerate(
        (
            ("https://www.example.se/annons?id=1", "https://www.example.se/annons?id=1"),
            ("2021/S 061-151531", "https://ted.europa.eu/sv/notice/-/detail/151531-2021"),
            ("javascript:alert(1)", None),
            ("dnr 12-34", None),
        )
    ):
        item = nomination(edition, clock, number, notice=notice)
        links = secretary.get(f"{LIST}/{item.id}").links()
        assert (
            (address in links) if address else not any("alert" in link or "12-34" in link for link in links)
        )


def _account(clock) -> int:
    from app.accounts import service as accounts

    found = accounts.by_address("beslut@example.se")
    if found is None:
        with transaction():
            found = accounts.create(
                email="beslut@example.se",
                name="Bo Beslut",
                role=Role.SECRETARIAT,
                language="sv",
                now=clock.now(),
            )
    return found.id


def test_the_rows_of_nominees_follow_categories_and_positions(edition, clock) -> None:
    second = nomination(edition, clock, 1, State.ACCEPTED, "dialog")
    first = nomination(edition, clock, 2, State.ACCEPTED)
    to_shortlisting(edition, clock)
    account = _account(clock)
    with transaction():
        for item in (second, first):
            shortlist.add(edition.id, item.id, by=account, now=clock.now())
    assert [item.nomination_id for item in service.nominees(edition.id)] == [first.id, second.id]
    assert len(db.session.scalars(select(Nominee)).all()) == 2


@both_databases
def test_odd_addresses_are_not_found_and_break_nothing(edition, secretary, clock) -> None:
    item = nomination(edition, clock)
    for path in (
        "/arg/%00", "/nominera/%00", "/nominera/2026/bekrafta/%00", "/sekretariat/%00/installningar",
        "/sekretariat/2026/kategorier/%00", f"{LIST}/99999999999999999999", f"{SHORTLIST}/99999999999999999999",
        f"/sekretariat/{'x' * 3000}/urval",
    ):  # fmt: skip
        secretary.get(path, code=404)
    secretary.post(f"{LIST}/{item.id}/flytta", {"category": "\0"}, code=409)
