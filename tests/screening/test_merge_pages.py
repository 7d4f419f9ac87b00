"""The pages on which the secretariat finds, compares, merges and takes apart."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from app.access import Role
from app.awards.models import Edition
from app.core.phases import Phase
from app.extensions import db, transaction
from app.mail.models import Letter, LetterState
from app.nominations import shortlist
from app.nominations.letters import changed
from app.nominations.models import Nomination, Relation, State
from app.screening.decisions import decisions
from app.screening.merges import duplicates, latecomers, merging
from app.screening.models import DecisionLetter, Merge
from tests.awards.browsing import Browser
from tests.conftest import START
from tests.databases import both_databases
from tests.nominations.conftest import edit_path, mailed, withdraw_path
from tests.screening.nominated import (
    anew,
    nominated,
    open_edition,
    put_together,
    secretary,
    take_apart,
    to,
)
from tests.screening.pages import at, resend, send

ALL = "/sekretariat/2026/dubbletter"
HOSTILE = '<script>alert(1)</script> "\u202eåäö'


@pytest.fixture
def edition(app, clock) -> Edition:
    return open_edition()


@pytest.fixture
def by(app, clock) -> int:
    return secretary()


@pytest.fixture
def sofia(app, by) -> Browser:
    browser = Browser(app)
    browser.sign_in()
    return browser


def two(first: Nomination, second: Nomination) -> str:
    return f"{ALL}/{first.id}/{second.id}"


def undo_of(merge: Merge) -> str:
    return f"/sekretariat/2026/sammanslagningar/{merge.id}"


def only_merge() -> Merge:
    db.session.expire_all()
    return db.session.scalars(select(Merge)).one()


def letters() -> list[tuple[str, str]]:
    """Every letter about a decision: to whom, and how far it has come."""
    db.session.expire_all()
    query = select(Letter).where(Letter.name == "nomination_decision").order_by(Letter.id)
    return [(row.to, str(row.state)) for row in db.session.scalars(query)]


def test_only_the_secretariat_comes_here(edition, by, app) -> None:
    one, other = nominated(edition, 1), nominated(edition, 2)
    merge = put_together(one, other, by)
    paths = (ALL, f"{ALL}/{one.id}", two(one, other), undo_of(merge))
    for role in (Role.JUROR, Role.OBSERVER):
        browser = Browser(app)
        browser.sign_in(role, email=f"{role}@example.se")
        for path in paths:
            browser.get(path, code=403)


def test_addresses_that_lead_nowhere(edition, by, sofia) -> None:
    one = nominated(edition, 1)
    elsewhere = nominated(open_edition(slug="2027", year=2027), 2)
    theirs = put_together(elsewhere, nominated(db.session.get(Edition, elsewhere.edition_id), 3), by)
    for path in (
        f"{ALL}/99", f"{ALL}/{one.id}/99", f"{ALL}/{one.id}/{one.id}", two(one, elsewhere), "/sekretariat/2026/sammanslagningar/99",
        undo_of(theirs), f"{ALL}/{2**31}/{one.id}",
    ):  # fmt: skip
        sofia.get(path, code=404)
    assert sofia.get(f"{ALL}?page=-7").code == sofia.get(f"{ALL}?page=x").code == 200


def test_the_list_says_why_and_is_empty_where_nothing_is(edition, by, sofia) -> None:
    assert "Inga två nomineringar" in sofia.get(ALL).text
    one = nominated(edition, 1, title="Måltider", publication="7-2026")
    nominated(edition, 2, title="Mat", publication="7-2026", category="dialog")
    nominated(edition, 3, title="Tolktjänster 2025", authority="Lunds kommun")
    nominated(edition, 4, title="Tolktjänster 2026", authority="Lunds kommun")
    page = sofia.get(ALL)
    assert page.text.index("Samma annons") < page.text.index("Kanske bara lika: samma myndighet och namn")
    assert "Två kategorier" in page.text
    assert two(one, anew(one)).rsplit("/", 1)[0] in page.html
    assert "The same notice." in sofia.get(f"/en{ALL}").text


def test_it_has_pages(edition, sofia) -> None:
    for number in range(60):
        nominated(edition, number, authority=f"Kommun {number}", publication=f"{number // 2 + 1}-2026")
    assert "30 ställen" in sofia.get(ALL).text
    assert len(sofia.get(ALL).root.find_class("pairs")[0].findall("./li")) == 25
    assert len(sofia.get(f"{ALL}?page=2").root.find_class("pairs")[0].findall("./li")) == 5


def test_two_stand_side_by_side_with_what_differs_and_every_word(edition, by, sofia) -> None:
    one = nominated(edition, 1, title="Mat", value="4 mnkr", relation=Relation.WON, why="De lyssnade.")
    other = nominated(
        edition, 2, title="Mat", reference="KS 2026/0123", why="Vi förlorade rättvist.", remarks="Ring."
    )
    third = nominated(edition, 3, title="Mat", why="En tredje röst.")
    put_together(other, third, by)
    page = sofia.get(two(one, other))
    for text in (
        "Värde Bara i A", "Diarienummer Bara i B", "4 mnkr", "KS 2026/0123", "De lyssnade.", "Vi förlorade rättvist.", "Ring.",
        "En tredje röst.", "Vann ett avtal", "En till står bakom den", "med 3 nomineringar bakom sig", "Leverantör 3 AB",
    ):  # fmt: skip
        assert text in page.text, text
    assert "asa3@leverantor.example" in page.text  # among those who get no letter
    chosen = {
        field.get("name"): field.get("value") for field in page.root.xpath("//input[@type='radio'][@checked]")
    }
    assert chosen == {"stands": "first", "take_value": "first", "take_reference": "second"}
    same = [each.text for each in page.root.xpath("//section[@aria-labelledby='same']//dd")]
    assert same == ["Årets upphandling", "Växjö kommun", "Mat"]


@both_databases
def test_merging_in_the_browser(edition, by, sofia) -> None:
    one = nominated(edition, 1, title="Mat", value="4 mnkr")
    other = nominated(edition, 2, title="Måltider", reference="KS 2026/0123")
    done = send(sofia, two(one, other), "seen_first", take_title="second", take_reference="first")
    page = sofia.follow(done)
    assert "Nu står 2 nomineringar bakom den" in page.text
    one, other = anew(one), anew(other)
    assert (one.title, one.reference, one.value) == ("Måltider", "", "4 mnkr")
    assert (other.state, other.merged_into_id) == (State.MERGED, one.id)
    assert page.root.xpath("//*[@data-behind]")[0].get("data-behind") == "2"
    assert "Sammanslagna" in sofia.get(ALL).text
    assert "Den står bakom Måltider" in sofia.get(at(edition, other)).text


def test_the_second_can_stand_for_both(edition, by, sofia) -> None:
    one, other = nominated(edition, 1, title="Mat"), nominated(edition, 2, title="Måltider")
    send(sofia, two(one, other), "seen_first", stands="second", take_title="first")
    assert (anew(one).state, anew(one).merged_into_id) == (State.MERGED, other.id)
    assert anew(other).title == "Mat"


def test_the_address_the_other_way_round_leads_to_the_same_page(edition, sofia) -> None:
    one, other = nominated(edition, 1), nominated(edition, 2)
    assert sofia.get(two(other, one), code=302).answer.headers["Location"].endswith(two(one, other))


def test_one_that_changed_is_a_conflict_and_what_was_chosen_is_kept(edition, by, sofia) -> None:
    one, other = (
        nominated(edition, 1, title="Mat", value="4 mnkr"),
        nominated(edition, 2, title="Måltider", value="5"),
    )
    path = two(one, other)
    opened = sofia.get(path)
    anew(other).reference = "KS 2026/0123"
    db.session.commit()
    page = resend(
        sofia, opened, path, "seen_first", code=409, stands="second", take_title="second", take_value="first"
    )
    assert "Inget slogs ihop" in page.text
    assert "har ändrats" in page.text
    assert "KS 2026/0123" in page.text
    chosen = {
        field.get("name"): field.get("value") for field in page.root.xpath("//input[@type='radio'][@checked]")
    }
    assert chosen == {
        "stands": "second",
        "take_title": "second",
        "take_value": "first",
        "take_reference": "second",
    }
    assert anew(other).state is State.CONFIRMED
    assert resend(sofia, page, path, "seen_first").code == 302  # pressed again, with what is there now
    assert anew(one).state is State.MERGED
    assert (anew(other).value, anew(other).title) == ("4 mnkr", "Måltider")


def test_one_that_was_withdrawn_meanwhile(edition, sofia) -> None:
    one, other = nominated(edition, 1), nominated(edition, 2)
    opened = sofia.get(two(one, other))
    anew(other).state = State.WITHDRAWN
    db.session.commit()
    page = resend(sofia, opened, two(one, other), "seen_first", code=409)
    assert "dragits tillbaka" in page.text
    assert not page.root.xpath("//button[@value='merge']")


def test_two_categories_have_to_be_chosen_between(edition, sofia) -> None:
    one, other = nominated(edition, 1), nominated(edition, 2, category="dialog")
    opened = sofia.get(two(one, other))
    assert "nominerad i två kategorier med avsikt" in opened.text
    page = resend(sofia, opened, two(one, other), "seen_first", code=422, take_title="second")
    assert "Välj i vilken kategori" in page.errors
    assert page.root.xpath("//input[@name='take_title'][@value='second'][@checked]")
    resend(sofia, page, two(one, other), "seen_first", take_category="second")
    assert (anew(one).category.slug, anew(one).title) == ("dialog", "Upphandling 2")


def test_what_stands_on_the_shortlist_stands_for_both(edition, by, sofia) -> None:
    items = [nominated(edition, number, State.ACCEPTED) for number in (1, 2, 3)]
    to(edition, Phase.SHORTLISTING)
    with transaction():
        for item in items[1:]:
            shortlist.add(edition.id, item.id, by=by, now=START)
    page = sofia.get(two(items[0], items[1]))
    assert [field.get("value") for field in page.root.xpath("//input[@name='stands']")] == ["second"]
    assert "Orden på röstsedeln ändras inte" in page.text
    resend(sofia, page, two(items[0], items[1]), "seen_first", code=422, stands="first")
    resend(sofia, page, two(items[0], items[1]), "seen_first")
    assert anew(items[0]).merged_into_id == items[1].id
    page = sofia.get(two(items[1], items[2]))
    assert "Båda står i urvalet" in page.text
    assert not page.root.xpath("//button[@value='merge']")
    numbers = sofia.get("/sekretariat/2026/urval").root.xpath("//*[@data-behind]")
    assert sorted(each.get("data-behind") for each in numbers) == ["1", "2"]


def test_different_procurements_are_noted_and_taken_back(edition, by, sofia) -> None:
    one, other = nominated(edition, 1, title="Samma namn"), nominated(edition, 2, title="Samma namn")
    path = two(one, other)
    page = sofia.follow(sofia.post(f"{path}/olika", page=path))
    assert "det är olika upphandlingar" in page.text
    assert "Bedömda som olika" in page.text
    opened = sofia.get(path)
    assert "Någon har kommit fram till" in opened.text
    assert not opened.root.xpath("//button[@value='merge']")
    assert "Bedömd som en annan upphandling än" in sofia.get(at(edition, one)).text
    page = sofia.follow(sofia.post(f"{path}/lika", page=path))
    assert page.root.xpath("//button[@value='merge']")
    sofia.follow(sofia.post(f"{path}/lika", page=path))  # pressed twice
    assert duplicates.all_marks(edition.id) == []


@both_databases
def test_taking_apart_in_the_browser(edition, by, sofia) -> None:
    one, other = nominated(edition, 1, title="Mat"), nominated(edition, 2, title="Måltider")
    merge = put_together(one, other, by, title="source")
    page = sofia.get(undo_of(merge))
    for text in (
        "i väntan på beslut",
        "”Måltider” får tillbaka",
        "Upphandling Måltider →blev Mat",
        "Ingen får brev",
    ):
        assert text in page.text, text
    assert "Sofia Sekreterare, 1 sep. 10.00" in page.text
    now, then = (page.root.xpath(f"//dd/{tag}")[0].text for tag in ("del", "ins"))
    assert (now, then) == ("Måltider", "Mat")
    assert sofia.follow(sofia.post(undo_of(merge), {"reason": "Två avtal."})).code == 200
    assert (anew(one).title, anew(other).state) == ("Mat", State.CONFIRMED)
    assert only_merge().undone_because == "Två avtal."
    assert "Två avtal." in sofia.get(at(edition, one)).text
    again = sofia.follow(sofia.get(undo_of(merge), code=302))
    assert "redan isärtagna" in again.text


def test_a_reason_too_long_is_said_and_kept(edition, by, sofia) -> None:
    merge = put_together(nominated(edition, 1), nominated(edition, 2), by)
    page = sofia.post(undo_of(merge), {"reason": "x" * 501}, code=422)
    assert page.errors
    assert page.value("reason") == "x" * 501
    assert only_merge().undone_at is None


def test_once_the_ballot_is_prepared_pages_say_so(edition, by, sofia) -> None:
    one, other, third = (nominated(edition, number, title="Samma namn") for number in (1, 2, 3))
    merge = put_together(one, other, by)
    pages = {path: sofia.get(path) for path in (two(one, third), undo_of(merge))}
    to(edition, Phase.PREPARED)
    for path, opened in pages.items():
        assert "Röstsedeln är gjord" in sofia.get(path).text
        assert not sofia.get(path).root.xpath("//main//button[@name='action']")
        having = "seen_first" if "dubbletter" in path else "reason"
        assert "Röstsedeln är gjord" in resend(sofia, opened, path, having, code=409).text
    assert only_merge().undone_at is None
    assert "Ta isär" not in sofia.get(ALL).text
    assert "Ta isär" not in sofia.get(at(edition, one)).text


def test_another_one_is_looked_up_by_hand(edition, sofia) -> None:
    one, other = nominated(edition, 1, title="Mat"), nominated(edition, 2, title="Interpreters")
    assert f"{ALL}/{one.id}" in sofia.get(at(edition, one)).html
    page = sofia.get(f"{ALL}/{one.id}?q=interpreters")
    assert two(one, other) in page.links()
    assert "passar in" in sofia.get(f"{ALL}/{one.id}?q=%00finns-inte").text
    anew(other).state = State.WITHDRAWN
    db.session.commit()
    assert two(one, other) not in sofia.get(f"{ALL}/{one.id}?q=interpreters").links()
    sofia.get(f"{ALL}/{other.id}", code=302)


def test_hostile_words_do_nothing(edition, by, sofia) -> None:
    fields = dict.fromkeys(("title", "authority", "why", "remarks", "company", "value", "winners"), HOSTILE)
    one, other = nominated(edition, 1, **fields), nominated(edition, 2, **(fields | {"value": HOSTILE * 2}))
    for path in (ALL, two(one, other), f"{ALL}/{one.id}?q=script", at(edition, one)):
        assert "<script>alert" not in sofia.get(path).html
    merge = put_together(one, other, by, value="source")
    for path in (ALL, undo_of(merge), at(edition, one), at(edition, other)):
        assert "<script>alert" not in sofia.get(path).html


def test_the_author_of_a_merged_one_sees_that_and_can_change_and_withdraw(edition, by, app) -> None:
    fields = {"relation": Relation.LOST, "awarded_on": START.date()}
    one, other = nominated(edition, 1, **fields), nominated(edition, 2, **fields)
    put_together(one, other, by)
    supplier, link = Browser(app), edit_path(edition, anew(other))
    page = supplier.get(link)
    assert "Fler har nominerat samma upphandling" in page.text
    assert "Fler har nominerat" not in supplier.get(edit_path(edition, anew(one))).text
    resend(supplier, page, link, "why", why="Nya ord, om samma sak.", action="change")
    assert (anew(other).why, anew(other).state) == ("Nya ord, om samma sak.", State.MERGED)
    assert "Nya ord" not in anew(one).why
    letter = mailed("nomination_changed")[-1]
    assert letter.to == "asa2@leverantor.example"
    assert changed(letter.subject_id, START) is not None
    supplier.post(withdraw_path(edition, anew(other)), page=link, code=200)
    assert (anew(other).state, anew(one).state) == (State.WITHDRAWN, State.CONFIRMED)
    assert only_merge().undone_by is None


def decide(nomination: Nomination, by: int, reason: str = "") -> None:
    with transaction():
        if reason:
            decisions.decline(nomination.edition_id, nomination.id, reason, by=by, now=START)
        else:
            decisions.accept(nomination.edition_id, nomination.id, by=by, now=START)


def leave() -> None:
    """Every letter that is queued has left."""
    for row in db.session.scalars(select(Letter).where(Letter.state == LetterState.QUEUED)):
        row.state = LetterState.SENT
    db.session.commit()


@both_databases
def test_merging_sends_nothing_and_stops_what_has_not_left(edition, by) -> None:
    one, other = nominated(edition, 1), nominated(edition, 2)
    decide(other, by)
    assert letters() == [("asa2@leverantor.example", "queued")]
    merge = put_together(one, other, by)
    assert letters() == [("asa2@leverantor.example", "cancelled")]
    decide(anew(one), by)
    assert letters()[1:] == [("asa1@leverantor.example", "queued"), ("asa2@leverantor.example", "queued")]
    take_apart(merge, by)  # the source was accepted, and its own letter never left
    assert letters()[1:] == [("asa1@leverantor.example", "queued"), ("asa2@leverantor.example", "cancelled")]
    assert [each.address for each in latecomers.untold(anew(other))] == ["asa2@leverantor.example"]


@both_databases
def test_who_came_after_the_decision_is_told_when_somebody_says_so(edition, by, sofia) -> None:
    one, other, third = (nominated(edition, number, title="Samma namn") for number in (1, 2, 3))
    anew(third).contact_email = "ASA1@leverantor.example"
    db.session.commit()
    decide(one, by)
    leave()
    assert "Det har inte berättats för asa2@leverantor.example" in sofia.get(two(one, other)).text
    put_together(anew(one), other, by)
    put_together(anew(one), third, by)
    assert len(letters()) == 1
    page = sofia.get(at(edition, one))
    assert "En nominerande har inte fått veta att den är godtagen" in page.text
    done = sofia.follow(resend(sofia, page, at(edition, one, "/beratta-for-resten"), "seen"))
    assert "Ett brev är på väg" in done.text
    assert letters()[1:] == [("asa2@leverantor.example", "queued")]
    again = sofia.follow(resend(sofia, page, at(edition, one, "/beratta-for-resten"), "seen"))
    assert "Inget skickades" in again.text
    assert len(letters()) == 2


@both_databases
def test_a_letter_that_was_stopped_can_be_sent_again(edition, by) -> None:
    one, other = nominated(edition, 1), nominated(edition, 2)
    decide(one, by)
    leave()
    for wanted in (1, 2):
        merge = put_together(anew(one), anew(other), by)
        with transaction():
            assert latecomers.tell(edition.id, one.id, latecomers.stamp(anew(one)), by=by, now=START) == 1
        assert [state for address, state in letters() if address.startswith("asa2")].count("queued") == 1
        take_apart(merge, by)
        assert [state for address, state in letters() if address.startswith("asa2")] == ["cancelled"] * wanted
    assert len(db.session.scalars(select(DecisionLetter)).all()) == 2


def test_the_first_page_says_what_to_look_at(edition, by, sofia) -> None:
    one, other = nominated(edition, 1, publication="7-2026"), nominated(edition, 2, publication="7-2026")
    nominated(edition, 3, title="Tolktjänster 2025", authority="Lunds kommun")
    nominated(edition, 4, title="Tolktjänster 2026", authority="Lunds kommun")
    page = sofia.get("/sekretariat/2026")
    assert "En upphandling kan vara nominerad två gånger" in page.text
    assert ALL in page.links()
    decide(one, by)
    leave()
    put_together(anew(one), other, by)
    page = sofia.get("/sekretariat/2026")
    assert "kan vara nominerad" not in page.text
    assert "En nominerande har inte hört om ett beslut" in page.text
    with transaction():
        latecomers.tell(edition.id, one.id, latecomers.stamp(anew(one)), by=by, now=START)
    assert "har inte hört om ett beslut" not in sofia.get("/sekretariat/2026").text


def test_who_heard_the_same_of_their_own_is_not_told_twice(edition, by) -> None:
    one, other, third = (nominated(edition, number) for number in (1, 2, 3))
    decide(one, by)
    decide(other, by)
    decide(third, by, "Den avbröts.")
    leave()
    put_together(anew(one), anew(other), by)
    put_together(anew(one), anew(third), by)
    assert [each.address for each in latecomers.untold(anew(one))] == ["asa3@leverantor.example"]


def test_the_undo_page_says_who_has_heard_of_what(edition, by, sofia) -> None:
    one, other = nominated(edition, 1), nominated(edition, 2)
    merge = put_together(one, other, by)
    assert "har fått brev om ett beslut" not in sofia.get(undo_of(merge)).text
    decide(one, by)
    leave()
    assert "har fått brev om ett beslut" in sofia.get(undo_of(merge)).text


def test_stamps_tell_what_was_seen(edition, by) -> None:
    one, other = nominated(edition, 1), nominated(edition, 2)
    first = merging.stamp(one)
    merge = put_together(one, other, by)
    assert merging.stamp(anew(one)) != first
    take_apart(merge, by)
    assert merging.stamp(anew(one)) == first
