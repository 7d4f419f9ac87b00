"""What the nominated answer through their link, and what the secretariat makes of it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from app import tokens
from app.awards import privacy
from app.awards import service as awards
from app.core.phases import Phase
from app.extensions import db, transaction
from app.jobs.service import kinds as jobs
from app.ledger import service as ledger
from app.nominations.models import State
from app.screening.decisions import decisions
from app.screening.models import Decision, Party, Told, ToldLetter
from app.screening.told import concerned, reminders, replying, telling
from app.screening.told.replying import token
from app.tokens import Purpose
from tests.databases import both_databases
from tests.nominations.conftest import mailed
from tests.screening.nominated import anew, nominated, open_edition, put_together, secretary, to
from tests.screening.pages import at, resend, send

FACTS = {
    "notice": "151531-2021", "cpv": "55320000-9", "procedure": "open", "awarded_on": date(2026, 5, 4), "value": "4,5 mnkr",
    "tenders": 4, "buyer_number": "212000-0662", "remarks": "Bara för juryn", "winners": "Storkök AB",
}  # fmt: skip


@pytest.fixture
def by(app, clock) -> int:
    return secretary()


@pytest.fixture
def told(edition, clock, by) -> Told:
    """An authority that has been told."""
    item = nominated(edition, 1, State.ACCEPTED, **FACTS)
    return tell(edition, item, by, clock.now())


def tell(edition, item, by: int, now, party: Party = Party.AUTHORITY, version: int = 0) -> Told:
    with transaction():
        return telling.tell(
            edition.id, item.id, party, email=f"{party}@vaxjo.example", version=version, by=by, now=now
        )


def path(edition, told: Told, lang: str = "") -> str:
    return f"{lang}/svar/{edition.slug}/{token(told)}"


def fresh() -> Told:
    db.session.expire_all()
    return db.session.scalars(select(Told)).one()


@both_databases
def test_they_see_what_is_kept_and_never_who_nominated(edition, browser, told) -> None:
    for lang in ("", "/en"):
        page = browser.get(path(edition, told, lang))
        for shown in ("Växjö kommun", "Upphandling 1", "151531-2021", "4,5 mnkr", "Storkök AB", "imy.se"):
            assert shown in page.text, shown
        for secret in ("Leverantör", "Åsa Ödman", "asa1@", "Bara för juryn", "De frågade oss"):
            assert secret not in page.html, secret


def test_looking_changes_nothing(edition, browser, told) -> None:
    for method in ("GET", "HEAD", "GET"):
        assert browser.raw(method, path(edition, told)).status_code == 200
    assert fresh().answered_at is None


@both_databases
def test_an_answer_is_kept_recorded_and_waits_to_be_read(edition, browser, secretary, clock, told) -> None:
    page = send(
        browser, path(edition, told), "reply", reply="Tack!\r\nVi är glada.", title="Måltider i Växjö"
    )
    assert "Tack" in browser.follow(page).text
    kept = fresh()
    assert (kept.reply, kept.corrections, kept.declines) == (
        "Tack!\nVi är glada.",
        {"title": "Måltider i Växjö"},
        False,
    )
    entry = ledger.last(edition=edition.id, kind="nominee-answered")
    assert entry.data["by"] == {"role": "nominee", "who": None}
    assert (entry.data["party"], entry.data["declines"]) == ("authority", False)
    assert anew(kept.nomination).title == "Upphandling 1"  # theirs is a proposal
    (todo,) = reminders.todos(edition, now=clock.now())
    assert todo.endpoint == "screening.answers"
    page = secretary.get(at(edition, kept.nomination, "/svar"))
    assert "Vi är glada." in page.text
    assert "Måltider i Växjö" in page.text


def test_the_newest_answer_counts_and_the_earlier_stay(edition, browser, secretary, clock, told) -> None:
    send(browser, path(edition, told), "reply", reply="Första svaret", cpv="55300000-3")
    page = browser.get(path(edition, told))
    assert page.value("cpv") == "55300000-3"
    assert page.value("reply") == "Första svaret"
    resend(browser, page, path(edition, told), "reply")  # the same again
    assert fresh().earlier == []
    clock.set(clock.now() + timedelta(hours=1))
    resend(browser, page, path(edition, told), "reply", reply="Andra svaret", declines="y", cpv="55320000-9")
    kept = fresh()
    assert (kept.reply, kept.declines, kept.corrections) == ("Andra svaret", True, {})
    assert [one["reply"] for one in kept.earlier] == ["Första svaret"]
    page = secretary.get(at(edition, kept.nomination, "/svar"))
    assert "Första svaret" in page.text
    assert anew(kept.nomination).state is State.ACCEPTED  # what follows is the secretariat's to decide
    (todo,) = reminders.todos(edition, now=clock.now())
    assert todo.warn


def test_an_empty_answer_is_none(edition, browser, told) -> None:
    assert send(browser, path(edition, told), "reply", code=422).errors
    assert fresh().answered_at is None


@pytest.mark.parametrize(
    "typed",
    [
        {"reply": "x" * 5001},
        {"reply": "Ring 640823-3234"},
        {"reply": "vänd \u202eom"},
        {"title": ""},
        {"title": "x" * 301},
        {"cpv": "många"},
        {"awarded_on": "i våras"},
        {"awarded_on": "2099-01-01"},
        {"tenders": "fler än fyra"},
        {"buyer_number": "640823-3234"},
        {"authority_email": "a@example.se\nBcc: b@example.se"},
        {"procedure": "hemligt"},
        {"notice": "javascript:alert(1)"},
    ],
)
def test_what_cannot_be_kept_is_said_and_nothing_is_lost(edition, browser, told, typed) -> None:
    page = send(browser, path(edition, told), "reply", code=422, **{"reply": "Mina ord", **typed})
    assert page.errors
    if "reply" not in typed:
        assert page.value("reply") == "Mina ord"
    assert fresh().answered_at is None


def test_what_was_wrong_before_is_not_theirs_to_put_right(edition, browser, clock, by) -> None:
    item = nominated(edition, 1, State.ACCEPTED, cpv="okänd", notice="htp:/fel", title="x" * 400)
    told = tell(edition, item, by, clock.now())
    send(browser, path(edition, told), "reply", reply="Tack")
    assert fresh().corrections == {}


@pytest.mark.parametrize("text", ["<script>alert(1)</script>", "🎉 مرحبا", "{{ 7 * 7 }} %s %(x)s", "'\"<>&"])
def test_odd_answers_are_shown_as_words(edition, browser, secretary, told, text) -> None:
    send(browser, path(edition, told), "reply", reply=text, title=f"{text} X")
    page = secretary.get(at(edition, told.nomination, "/svar"))
    assert " ".join(text.split()) in page.text
    assert "<script>alert" not in page.html


def test_a_person_corrects_their_name_and_no_more(edition, browser, secretary, clock, by) -> None:
    item = nominated(edition, 1, State.ACCEPTED, person_name="Anna Ask", person_email="anna@vaxjo.example")
    told = tell(edition, item, by, clock.now(), Party.PERSON)
    page = browser.get(path(edition, told))
    assert "Anna Ask" in page.text
    resend(browser, page, path(edition, told), "reply", person_name="Anna Ask-Berg", title="Något annat")
    assert fresh().corrections == {"person_name": "Anna Ask-Berg"}
    send(secretary, at(edition, item, "/svar"), "stamp")  # as the page proposes: taken over
    assert anew(item).person_name == "Anna Ask-Berg"
    assert [party for _, party in concerned.untold(edition)] == [Party.AUTHORITY]


@both_databases
def test_corrections_are_taken_over_one_by_one(edition, browser, secretary, clock, told, by) -> None:
    typed = {
        "title": "Måltider",
        "tenders": "5",
        "awarded_on": "2026-05-05",
        "value": "5 mnkr",
        "procedure": "restricted",
    }
    send(browser, path(edition, told), "reply", **typed)
    item = told.nomination
    chosen = {"take-value": "no", "take-procedure": None}
    secretary.follow(send(secretary, at(edition, item, "/svar"), "stamp", **chosen))
    row = anew(item)
    assert (row.title, row.tenders, row.awarded_on) == ("Måltider", 5, date(2026, 5, 5))
    assert (row.value, row.procedure) == ("4,5 mnkr", "open")
    assert row.versions[-1].account_id is not None
    assert row.versions[-1].content["title"] == "Måltider"
    assert ledger.last(edition=edition.id, kind="nomination-corrected").data["by"]["role"] == "secretariat"
    assert row.state is State.ACCEPTED
    kept = fresh()
    assert kept.settled == {"title": True, "tenders": True, "awarded_on": True, "value": False}
    assert [name for name, _, _ in replying.open_corrections(kept)] == ["procedure"]
    assert replying.unread(edition.id) == []
    secretary.get(at(edition, item, "/svar"))


def test_corrections_of_something_else_by_now_are_looked_at_once_more(
    edition, browser, secretary, told
) -> None:
    send(browser, path(edition, told), "reply", title="Måltider")
    item = told.nomination
    page = secretary.get(at(edition, item, "/svar"))
    anew(item).title = "Skolmat"
    db.session.commit()
    secretary.follow(resend(secretary, page, "", "stamp"))
    assert anew(item).title == "Skolmat"
    assert replying.unread(edition.id)


def test_an_answer_about_a_merged_nomination_stands_at_the_one_above(
    edition, browser, secretary, clock, told, by
) -> None:
    root = nominated(edition, 2, State.CONFIRMED, title="Roten")
    put_together(root, told.nomination, by)
    page = browser.get(path(edition, told))
    assert "Roten" in page.text
    resend(browser, page, path(edition, told), "reply", title="Rättad rot")
    page = secretary.get(at(edition, root, "/svar"))
    assert "Rättad rot" in page.text
    send(secretary, at(edition, root, "/svar"), "stamp")
    assert anew(root).title == "Rättad rot"


@pytest.mark.parametrize("phase", [Phase.PREPARED, Phase.VOTING, Phase.PUBLISHED])
def test_once_the_ballot_is_prepared_it_can_be_read_and_not_changed(edition, browser, told, phase) -> None:
    page = browser.get(path(edition, told))
    to(edition, phase)
    late = resend(browser, page, path(edition, told), "reply", code=409, reply="För sent")
    assert "För sent" in late.html
    assert "Växjö kommun" in browser.get(path(edition, told)).text
    assert fresh().answered_at is None


# ---- dead links ---------------------------------------------------------------------------------


def test_links_that_open_nothing_say_why(edition, browser, clock, told, by) -> None:
    old = path(edition, told)
    tell(edition, told.nomination, by, clock.now(), version=1)
    assert browser.get(old, code=410).errors == ""
    browser.get(path(edition, told))
    other = open_edition(clock.now(), slug="2027", year=2027)
    browser.get(path(other, told), code=410)
    for wrong in (
        "x",
        token(told)[:-2],
        tokens.make(Purpose.EDIT_NOMINATION, [told.id, 2]),
        tokens.make(Purpose.NOMINEE, {"a": 1}),
        tokens.make(Purpose.NOMINEE, "nej"),
        tokens.make(Purpose.NOMINEE, [told.id]),
    ):
        browser.get(f"/svar/{edition.slug}/{wrong}", code=404)
    browser.get(f"/svar/{edition.slug}/{tokens.make(Purpose.NOMINEE, [9999, 1])}", code=410)
    clock.set(clock.now() + replying.LINK_AGE + timedelta(days=1))
    browser.get(old, code=410)


def test_settling_what_is_not_there_is_not_found(edition, secretary, told) -> None:
    for number in (told.id, 9999):  # not answered yet, and nobody
        token_ = secretary.get("/sekretariat/2026/installningar").value("csrf_token")
        target = f"{at(edition, told.nomination, '/svar')}/{number}"
        secretary._open("POST", target, code=404, data={"csrf_token": token_, "stamp": ""})


# ---- how long -----------------------------------------------------------------------------------


def test_words_and_people_go_when_the_edition_says(edition, browser, clock, told, by) -> None:
    send(browser, path(edition, told), "reply", reply="Hälsningar från Anna", title="Måltider")
    send(browser, path(edition, told), "reply", reply="Nya hälsningar från Anna")
    item = nominated(edition, 2)
    with transaction():
        decisions.decline(edition.id, item.id, "Anna har fel.", by=by, now=clock.now())
    link = path(edition, told)
    with transaction():
        awards.record_phase(edition.id, Phase.CANCELLED, account_id=None, reason="För få.", now=clock.now())
    end = clock.now() + timedelta(days=edition.people_kept_days)
    for letter in mailed("nomination_decision") + mailed("nominee_told"):
        letter.state, letter.finished_at = "sent", clock.now()
    db.session.commit()
    run(end - timedelta(seconds=1))
    assert fresh().reply
    run(end)
    kept = fresh()
    emptied: list[Any] = [kept.name, kept.email, kept.reply, kept.corrections, kept.earlier]
    assert emptied == ["", "", "", {}, []]
    assert [letter.words for letter in db.session.scalars(select(ToldLetter))] == [""]
    made = db.session.scalars(select(Decision)).one()
    assert (made.reason, made.words_sv, made.subject_sv) == ("", "", "")
    assert mailed("nomination_decision") == mailed("nominee_told") == []
    browser.get(link, code=410)


def run(now) -> None:
    jobs()["screening.forget"].run({}, now=now, progress=lambda done, total: None)


def test_the_privacy_page_tells_of_them(edition, browser) -> None:
    assert len(privacy.all_kept()) >= 4
    assert browser.get("/integritet").code == 200


def test_one_link_takes_so_many_answers_and_no_more(edition, told, browser, monkeypatch) -> None:
    monkeypatch.setattr(replying, "MOST_ANSWERS", 2)
    for number in range(3):
        browser.post(path(edition, told), {"reply": f"Svar {number}"})
    page = browser.post(path(edition, told), {"reply": "Ett svar till"}, code=409)
    assert page.value("reply") == "Ett svar till"
    assert (fresh().reply, len(fresh().earlier)) == ("Svar 2", 2)
