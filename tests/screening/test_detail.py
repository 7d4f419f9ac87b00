"""The page of one nomination, and the secretariat's correction of its facts."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from app.access import Role
from app.core.phases import Phase
from app.extensions import db, transaction
from app.ledger import service as ledger
from app.nominations import notices
from app.nominations.drafts import NotNow
from app.nominations.models import Nomination, Relation, State
from app.procurement.reading import read
from app.screening.decisions.decisions import WrongPhase
from app.screening.eligibility import eligibility
from app.screening.eligibility.eligibility import Standing
from app.screening.pages import correcting
from app.screening.pages.correcting import ChangedMeanwhile
from tests import needs
from tests.awards.browsing import Browser, Page
from tests.awards.test_service import kinds
from tests.databases import both_databases
from tests.screening.nominated import anew, nominated, put_together, to
from tests.screening.nominated import secretary as account

LIST = "/sekretariat/2026/nomineringar"
HOSTILE = "<script>alert(1)</script> \"'& مرحبا 🏛"


def page_of(item: Nomination) -> str:
    return f"{LIST}/{item.id}"


def fact(page: Page, label: str) -> str:
    """What stands beside a label among the facts."""
    for name in page.root.xpath("//section[@aria-labelledby='facts']//dt"):
        if name.text_content().strip() == label:
            return " ".join(name.getnext().text_content().split())
    raise AssertionError(label)


def facts_of(item: Nomination, **changes: Any) -> dict[str, Any]:
    values = {name: getattr(anew(item), name) for name in correcting.FIELDS}
    plain = {name: "" if value is None else value for name, value in values.items()}
    return {**plain, "seen": correcting.stamp(item), **changes}


def from_notice(edition, clock, name: str) -> Nomination:
    path = needs.sample_data() / "notices" / name
    item = nominated(edition, 1, authority="", title="")
    notices.fill(item, read(path.read_bytes(), name), origin=name, now=clock.now())
    db.session.commit()
    return item


def test_each_fact_says_where_it_is_from(edition, secretary, clock) -> None:
    item = from_notice(edition, clock, "ted-F06-143160-2017-SE-Trafikverket.xml")
    item.title = "Vägen heter något annat"
    item.reference = "TRV 2016/1"
    db.session.commit()
    page = secretary.get(page_of(item))
    assert fact(page, "Myndighet").endswith("Ur annonsen.")
    assert "Ur annonsen" not in fact(page, "Diarienummer")
    assert fact(page, "Upphandling").startswith("Vägen heter något annat Annonsen säger: ")
    assert "Inläst ur ted-F06-143160-2017-SE-Trafikverket.xml" in page.text
    assert fact(page, "Värde").startswith("1 000 000 000")
    assert any("ted.europa.eu" in link for link in page.links())


def test_what_was_unclear_in_the_notice_stands_at_its_field(edition, secretary) -> None:
    doubts = [
        ["value", "several-currencies", {"currencies": "EUR, SEK"}],
        ["lots", "too-many-lots", {"number": "900"}],
    ]
    item = nominated(
        edition, 1, read={"name": "n.xml", "buyer": {}, "lots": [], "doubts": doubts}, value="5 mnkr"
    )
    page = secretary.get(page_of(item))
    assert len(page.root.find_class("doubt")) == 2
    assert "5 mnkr" in fact(page, "Värde")


def test_everyone_behind_it_with_their_words(edition, secretary) -> None:
    first = nominated(edition, 1, relation=Relation.WON, remarks="Ring gärna.")
    second = nominated(edition, 2, relation=Relation.OTHER, relation_words="Vi gav råd")
    put_together(first, second, account())
    page = secretary.get(page_of(first))
    articles = [" ".join(item.text_content().split()) for item in page.root.iter("article")]
    assert len(articles) == 2
    assert "Leverantör 1 AB" in articles[0]
    assert "Ring gärna." in articles[0]
    assert "Vi gav råd" in articles[1]
    assert "asa2@leverantor.example" in articles[1]
    behind = secretary.get(page_of(second))
    assert "står bakom en annan" in behind.text
    assert page_of(first) in behind.links()


def test_history_and_versions_say_what_changed_when_and_by_whom(edition, secretary, clock) -> None:
    item, by = nominated(edition, 1), account()
    clock.set(clock.now() + timedelta(hours=1))
    with transaction():
        correcting.correct(
            edition.id, item.id, facts_of(item, title="Måltider", winners="Peab AB\nNCC AB"),
            seen=correcting.stamp(item), reason="Enligt myndigheten.", by=by, now=clock.now(),
        )  # fmt: skip
    with transaction():
        correcting.correct(
            edition.id, item.id, facts_of(item, winners="Peab AB\nSkanska AB"),
            seen=correcting.stamp(anew(item)), by=by, now=clock.now(),
        )  # fmt: skip
    page = secretary.get(page_of(item))
    assert "Enligt myndigheten." in page.text
    assert "3 versioner" in page.text
    versions = page.root.find_class("versions")[0]
    assert [one.text_content().strip() for one in versions.iter("ins")] == [
        "Skanska",
        "Måltider",
        "Peab AB\nNCC AB",
    ]
    assert [one.text_content().strip() for one in versions.iter("del")] == ["NCC", "Upphandling 1"]
    assert "Sofia Sekreterare" in versions.text_content()


def test_the_next_step_is_named_and_leads_there(edition, secretary) -> None:
    item = nominated(edition, 1, awarded_on=date(2026, 3, 9))
    page = secretary.get(page_of(item))
    step = page.root.find_class("next")[0].find("a")
    assert step.get("href") == "#rules"
    assert page.root.get_element_by_id("rules") is not None


def test_a_nomination_that_does_not_count_has_no_checklist(edition, secretary) -> None:
    for number, state in enumerate((State.SUBMITTED, State.WITHDRAWN), 1):
        page = secretary.get(page_of(nominated(edition, number, state)))
        assert not page.root.xpath("//*[@id='rules']")
        assert not page.root.find_class("next")


def test_nothing_is_there_for_others(edition, app) -> None:
    item = nominated(edition, 1)
    for role in (Role.JUROR, Role.OBSERVER):
        browser = Browser(app)
        browser.sign_in(role, email=f"{role}@example.se")
        for path in (page_of(item), f"{page_of(item)}/ratta"):
            browser.get(path, code=403)
        for path in (
            f"{page_of(item)}/ratta",
            f"{page_of(item)}/regler/1",
            f"{page_of(item)}/regler/1/ta-tillbaka",
        ):
            assert browser.raw("POST", path).status_code in {400, 403}


def test_what_is_not_there_is_not_found(edition, secretary) -> None:
    item = nominated(edition, 1)
    for path in (
        f"{LIST}/999",
        f"{LIST}/999/ratta",
        f"/sekretariat/2031/nomineringar/{item.id}",
        f"{LIST}/99999999999",
    ):
        secretary.get(path, code=404)


@both_databases
def test_script_in_every_field_is_text_on_every_page(edition, secretary) -> None:
    names = (
        "authority", "buyer_number", "authority_email", "person_name", "person_email", "title", "notice", "procurement_id",
        "reference", "cpv", "value", "winners", "why", "remarks", "company", "contact_name", "relation_words",
    )  # fmt: skip
    long = HOSTILE + " x" * 2000
    lots = [{"id": HOSTILE, "title": HOSTILE, "award_date": HOSTILE}, {"id": "2"}]
    noticed = {
        "name": HOSTILE, "publication_number": HOSTILE, "award_date": HOSTILE, "awarded": None, "lots": lots,
        "buyer": {"id": HOSTILE, "name": HOSTILE, "country": "<b>"}, "title": HOSTILE, "cpv": [HOSTILE],
        "winners": [{"name": HOSTILE, "id": HOSTILE}], "doubts": [["value", HOSTILE, {"x": HOSTILE}], [HOSTILE, "no-cpv", {}]],
    }  # fmt: skip
    item = nominated(
        edition, 1, **dict.fromkeys(names, long), read=noticed, lots=[HOSTILE], typed={"tenders": HOSTILE},
        procedure=HOSTILE[:40],
        sources={"title": {"value": long, "from": HOSTILE}, "authority": {"value": "x", "from": HOSTILE}},
        relation=Relation.OTHER,
    )  # fmt: skip
    with transaction():
        eligibility.answer(
            edition.id, item.id, 1, holds=True, note=HOSTILE, by=account(), now=item.created_at
        )
    for path in (
        page_of(item),
        f"/en{page_of(item)}",
        f"{page_of(item)}/ratta",
        f"{page_of(item)}?q=%3Cscript%3E",
    ):
        page = secretary.get(path)
        assert "<script>alert" not in page.html
        assert HOSTILE.split('"', maxsplit=1)[0] in page.html.replace("&lt;", "<").replace("&gt;", ">")


# ---- correcting ----


@both_databases
def test_the_secretariat_corrects_facts_on_record_and_words_stay(edition, secretary, clock) -> None:
    item = nominated(edition, 1, buyer_number="", awarded_on=None)
    assert eligibility.standing(item) is Standing.UNCLEAR
    before = (item.why, item.company, item.contact_email, item.link_version)
    path = f"{page_of(item)}/ratta"
    values = facts_of(
        item, title="Måltider till äldreboenden", buyer_number="2120000662", awarded_on="2026-03-09", value="4,5 mnkr",
        notice="2021/S 060-151531", tenders="4", reason="Myndigheten ringde.",
    )  # fmt: skip
    secretary.post(path, values)
    now = anew(item)
    assert (now.title, now.buyer_number, now.buyer_country) == (
        "Måltider till äldreboenden",
        "212000-0662",
        "SE",
    )
    assert (now.awarded_on, now.amount, now.currency, now.tenders) == (date(2026, 3, 9), 4_500_000, "SEK", 4)
    assert now.publication == "151531-2021"
    assert (now.why, now.company, now.contact_email, now.link_version) == before
    assert now.state is State.CONFIRMED
    assert [version.number for version in now.versions] == [1, 2]
    assert now.versions[-1].account_id is not None
    assert eligibility.standing(now) is Standing.ELIGIBLE
    assert kinds(edition)[-1] == "nomination-corrected"
    entry = ledger.last(edition=edition.id, kind="nomination-corrected")
    assert entry.data["by"]["role"] == "secretariat"
    assert "Måltider" not in str(entry.data)
    page = secretary.get(page_of(item))
    assert fact(page, "Upphandling") == "Måltider till äldreboenden Rättat av sekretariatet."
    assert "Myndigheten ringde." in page.text
    assert "enligt sekretariatets rättelse" in page.text


def test_a_correction_that_says_the_same_is_none(edition, secretary) -> None:
    item = nominated(edition, 1, value="4,5 mnkr", awarded_on=date(2026, 3, 9), tenders=4)
    before = kinds(edition)
    secretary.post(f"{page_of(item)}/ratta", facts_of(item))
    assert kinds(edition) == before
    assert len(anew(item).versions) == 1
    assert anew(item).sources == {}


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"title": " "}, "title"),
        ({"authority": "x" * 161}, "authority"),
        ({"cpv": "123"}, "cpv"),
        ({"awarded_on": "i våras"}, "awarded_on"),
        ({"awarded_on": "2031-01-01"}, "awarded_on"),
        ({"buyer_number": "212000-0663"}, "buyer_number"),
        ({"buyer_number": "900101-1239"}, "buyer_number"),
        ({"notice": "javascript:alert(1)"}, "notice"),
        ({"person_email": "bo@example.se"}, "person_email"),
        ({"person_name": "Bo", "person_email": "bo@"}, "person_email"),
        ({"tenders": "många"}, "tenders"),
        ({"reason": "Se 19900101-1239"}, "reason"),
    ],
)
def test_a_correction_that_cannot_be_is_refused_and_kept(edition, secretary, changes, field) -> None:
    item = nominated(edition, 1)
    page = secretary.post(f"{page_of(item)}/ratta", facts_of(item, title="Ny titel") | changes, code=422)
    assert page.errors
    assert page.root.get_element_by_id(field).get("aria-invalid") == "true"
    assert anew(item).title == "Upphandling 1"
    if field != "title":
        assert page.value("title") == "Ny titel"


@both_databases
def test_two_who_correct_at_once_lose_nothing(edition, secretary, clock) -> None:
    item = nominated(edition, 1)
    path = f"{page_of(item)}/ratta"
    late = facts_of(item, authority="Trafikverket")
    secretary.post(path, facts_of(item, title="Den första rättelsen"))
    page = secretary.post(path, late, code=409)
    assert "Någon har ändrat uppgifterna" in page.text
    assert "Den första rättelsen" in page.text
    assert page.value("authority") == "Trafikverket"
    assert anew(item).authority == "Växjö kommun"
    again = late | {"title": "Den första rättelsen", "seen": page.value("seen")}
    secretary.post(path, again)
    assert (anew(item).authority, anew(item).title) == ("Trafikverket", "Den första rättelsen")


def test_corrections_end_with_the_ballot_and_belong_to_what_counts(edition, secretary, clock) -> None:
    by, merged = account(), nominated(edition, 2)
    item, withdrawn = nominated(edition, 1), nominated(edition, 3, State.WITHDRAWN)
    put_together(item, merged, by)

    def correct(one: Nomination) -> None:
        with transaction():
            correcting.correct(
                edition.id, one.id, facts_of(one, title="Ny"), seen=correcting.stamp(anew(one)), by=by, now=clock.now()
            )  # fmt: skip

    for one in (merged, withdrawn):
        with pytest.raises(NotNow):
            correct(one)
        assert f"{page_of(one)}/ratta" not in secretary.get(page_of(one)).links()
    to(edition, Phase.PREPARED)
    with pytest.raises(WrongPhase):
        correct(item)
    assert (
        secretary.get(f"{page_of(item)}/ratta", code=302).answer.headers["Location"].endswith(page_of(item))
    )
    secretary.post(
        f"{page_of(item)}/ratta", {"title": "Ny"}, page="/sekretariat/2026/installningar", code=409
    )


def test_a_correction_with_an_old_look_is_refused_by_the_service(edition, clock) -> None:
    item, by = nominated(edition, 1), account()
    with pytest.raises(ChangedMeanwhile), transaction():
        correcting.correct(edition.id, item.id, facts_of(item), seen="[]", by=by, now=clock.now())


def test_what_its_author_writes_after_a_correction_is_theirs_again(edition, secretary, clock) -> None:
    item = nominated(edition, 1)
    secretary.post(f"{page_of(item)}/ratta", facts_of(item, title="Rättad"))
    assert correcting.corrected(anew(item), "title")
    anew(item).title = "Ändrad av den som nominerade"
    db.session.commit()
    assert not correcting.corrected(anew(item), "title")
    assert "Rättat av sekretariatet" not in fact(secretary.get(page_of(item)), "Upphandling")


def test_parts_are_corrected_among_those_of_the_notice(edition, secretary) -> None:
    lots = [{"id": "LOT-1", "title": "Norr"}, {"id": "LOT-2", "title": "Söder"}]
    item = nominated(
        edition, 1, read={"name": "n.xml", "buyer": {}, "lots": lots, "doubts": []}, lots=["LOT-1"]
    )
    secretary.post(f"{page_of(item)}/ratta", facts_of(item, lots=["LOT-2"]))
    assert anew(item).lots == ["LOT-2"]
    assert "LOT-2: Söder" in fact(secretary.get(page_of(item)), "Delar")
    without = facts_of(item)
    del without["lots"]
    secretary.post(f"{page_of(item)}/ratta", without)
    assert anew(item).lots == []
