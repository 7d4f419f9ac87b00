"""What is decided of a nomination: the verbs, what each does, what it refuses, and the page that shows it before."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from app.awards import categories
from app.awards.categories import NoSuchCategory
from app.core.phases import Phase
from app.extensions import db, transaction
from app.ledger import service as ledger
from app.nominations import shortlist
from app.nominations.drafts import NotNow
from app.nominations.models import Nomination, State
from app.screening import service as screening
from app.screening.decisions import decisions
from app.screening.decisions.decisions import Letter, OnShortlist, WrongPhase
from app.screening.decisions.recipients import Changed, recipients, seen
from app.screening.models import Decision, Verb
from tests.awards.browsing import Browser
from tests.awards.test_service import kinds as ledger_kinds
from tests.databases import both_databases
from tests.nominations.conftest import mailed
from tests.screening.nominated import anew, nominated, put_together, secretary, take_apart, to
from tests.screening.pages import at, decide, resend, values

LETTER = "nomination_decision"


@pytest.fixture
def by(app, clock) -> int:
    return secretary()


def done(verb: Verb, edition, nomination, by: int, now, **fields) -> Decision:
    """One verb, as the service does it."""
    acts = {
        Verb.ACCEPT: (decisions.accept, ()),
        Verb.ASK: (decisions.ask, ("Datum saknas.",)),
        Verb.DECLINE: (decisions.decline, ("Den är från 2019.",)),
        Verb.TAKE_BACK: (decisions.take_back, ()),
        Verb.MOVE: (decisions.move, ("dialog",)),
    }
    act, values = acts[verb]
    with transaction():
        return act(edition.id, nomination.id, *values, by=by, now=now, **fields)


@both_databases
def test_each_verb_changes_the_state_and_is_told_and_recorded(edition, clock, by) -> None:
    item = nominated(edition, 1)
    steps = (
        (Verb.ASK, State.COMPLETION_ASKED, "nomination-completion-asked", "asked"),
        (Verb.ACCEPT, State.ACCEPTED, "nomination-accepted", "accepted"),
        (Verb.TAKE_BACK, State.CONFIRMED, "nomination-reopened", "reopened"),
        (Verb.DECLINE, State.DECLINED, "nomination-declined", "declined"),
    )
    for verb, state, kind, event in steps:
        done(verb, edition, item, by, clock.now())
        assert anew(item).state is state
        assert ledger_kinds(edition)[-1] == kind
        assert ledger.last(edition=edition.id, kind=kind).data["by"]["role"] == "secretariat"
        assert item.events[-1].what == event
        assert decisions.in_force(item).verb is verb
    done(Verb.MOVE, edition, item, by, clock.now())
    assert anew(item).state is State.DECLINED
    assert item.category.slug == "dialog"
    assert ledger_kinds(edition)[-1] == "nomination-corrected"
    assert item.versions[-1].content["category"] == "dialog"
    assert item.versions[-1].account_id == by
    assert decisions.in_force(item).verb is Verb.DECLINE


def test_a_reason_stands_in_the_ledger_under_a_pseudonym_alone(edition, clock, by) -> None:
    item = nominated(edition, 1)
    done(Verb.DECLINE, edition, item, by, clock.now())
    assert "2019" not in str(ledger.last(edition=edition.id, kind="nomination-declined").data)
    assert anew(item).decision_reason == "Den är från 2019."


@pytest.mark.parametrize("state", [State.DRAFT, State.SUBMITTED, State.WITHDRAWN, State.MERGED])
@pytest.mark.parametrize("verb", list(Verb))
def test_what_does_not_count_and_what_is_merged_is_not_decided(edition, clock, by, state, verb) -> None:
    item = nominated(edition, 1, state)
    with pytest.raises(NotNow):
        done(verb, edition, item, by, clock.now())


@pytest.mark.parametrize(
    ("state", "verb"),
    [
        (State.ACCEPTED, Verb.ACCEPT),
        (State.DECLINED, Verb.DECLINE),
        (State.CONFIRMED, Verb.TAKE_BACK),
    ],
)
def test_the_same_is_not_decided_twice(edition, clock, by, state, verb) -> None:
    item = nominated(edition, 1, state)
    with pytest.raises(NotNow):
        done(verb, edition, item, by, clock.now())
    assert verb not in decisions.possible(item, edition.phase)


@pytest.mark.parametrize("phase", [Phase.PREPARED, Phase.VOTING, Phase.PUBLISHED, Phase.CANCELLED])
def test_nothing_is_decided_once_the_ballot_is_prepared(edition, clock, by, phase) -> None:
    item = nominated(edition, 1)
    to(edition, phase)
    for verb in (Verb.ACCEPT, Verb.ASK, Verb.DECLINE, Verb.MOVE):
        with pytest.raises(WrongPhase):
            done(verb, edition, item, by, clock.now())
    assert decisions.standing(anew(item)).verbs == []


def test_what_stands_on_the_shortlist_stays_as_it_is(edition, secretary, clock, by) -> None:
    item = nominated(edition, 1, State.ACCEPTED)
    to(edition, Phase.SHORTLISTING)
    with transaction():
        shortlist.add(edition.id, item.id, by=by, now=clock.now())
    for verb in (Verb.ASK, Verb.DECLINE, Verb.TAKE_BACK, Verb.MOVE):
        with pytest.raises(OnShortlist):
            done(verb, edition, item, by, clock.now())
    page = secretary.get(at(edition, item, "/avsla"), code=409)
    assert "urvalet" in page.text
    assert (anew(item).state, item.category.slug) == (State.ACCEPTED, "upphandling")


def test_a_category_that_is_not_there_moves_nothing(edition, clock, by) -> None:
    item = nominated(edition, 1)
    with pytest.raises(NoSuchCategory), transaction():
        decisions.move(edition.id, item.id, "\0", by=by, now=clock.now())
    assert anew(item).category.slug == "upphandling"
    assert db.session.scalars(select(Decision)).all() == []


def test_a_category_that_a_move_led_to_can_go_when_nothing_stands_in_it(edition, clock, by) -> None:
    item = nominated(edition, 1)
    done(Verb.MOVE, edition, item, by, clock.now())
    with transaction():
        decisions.move(edition.id, item.id, "upphandling", by=by, now=clock.now())
    with transaction():
        categories.remove(edition.id, "dialog", by=None, now=clock.now())
    assert next(made.category for made in db.session.scalars(select(Decision).order_by(Decision.id))) is None


# ---- who is told --------------------------------------------------------------------------------


@both_databases
def test_everyone_behind_gets_a_letter_in_their_own_language(edition, clock, by) -> None:
    first = nominated(edition, 1)
    second = nominated(edition, 2, language="en")
    third = nominated(edition, 3, contact_email="ASA1@leverantor.example")  # the first one's address again
    for source in (second, third):
        put_together(first, source, by)
    assert [(each.nomination.id, each.author) for each in recipients(first, Verb.ACCEPT)] == [
        (first.id, True),
        (second.id, False),
    ]
    done(Verb.ACCEPT, edition, first, by, clock.now())
    assert [(letter.to, letter.language) for letter in mailed(LETTER)] == [
        ("asa1@leverantor.example", "sv"),
        ("asa2@leverantor.example", "en"),
    ]


def test_who_is_forgotten_or_unknown_is_not_written_to(edition, clock, by) -> None:
    item = nominated(edition, 1, forgotten_at=clock.now())
    other = nominated(edition, 2, contact_email="")
    for each in (item, other):
        done(Verb.ACCEPT, edition, each, by, clock.now())
    assert mailed(LETTER) == []


@both_databases
def test_who_looked_at_something_else_decides_nothing(edition, clock, by) -> None:
    item, other = nominated(edition, 1), nominated(edition, 2)
    looked_at = seen(item, Verb.ACCEPT)
    merge = put_together(item, other, by)
    for changed in ({"nomination", "recipients"}, {"nomination"}):
        with pytest.raises(Changed) as caught, transaction():
            decisions.accept(edition.id, item.id, letter=Letter(looked_at=looked_at), by=by, now=clock.now())
        assert caught.value.what == changed
        assert anew(item).state is State.CONFIRMED
        take_apart(merge, by) if merge.undone_at is None else None
        looked_at = seen(anew(item), Verb.ACCEPT)
        item.title = f"{item.title} (ny)"
        db.session.commit()


def test_a_decision_goes_with_its_nomination(edition, clock, by) -> None:
    item = nominated(edition, 1)
    done(Verb.ACCEPT, edition, item, by, clock.now())
    db.session.delete(anew(item))
    db.session.commit()
    assert db.session.scalars(select(Decision)).all() == []


# ---- the pages ----------------------------------------------------------------------------------


@both_databases
def test_accepting_sends_what_the_page_showed(edition, secretary, clock) -> None:
    item = nominated(edition, 1)
    path = at(edition, item, "/acceptera")
    page = secretary.get(path)
    shown = values(page, "seen_nomination")
    assert "Upphandling 1" in shown["subject_sv"][0]
    assert "subject_en" not in shown
    assert "asa1@leverantor.example" in page.text
    secretary.follow(resend(secretary, page, path, "seen_nomination", words_sv="Grattis!\r\n\r\nVi hörs."))
    made = db.session.scalars(select(Decision)).one()
    assert (made.verb, made.words_sv) == (Verb.ACCEPT, "Grattis!\n\nVi hörs.")
    assert made.subject_sv == shown["subject_sv"][0]
    assert anew(item).state is State.ACCEPTED


def test_declining_and_asking_need_a_reason_and_a_day(edition, secretary, clock) -> None:
    item = nominated(edition, 1)
    page = decide(secretary, edition, item, "avsla", code=422, reason="  ", words_sv="Mina egna ord")
    assert page.errors
    assert page.value("words_sv") == "Mina egna ord"
    yesterday = (clock.now() - timedelta(days=1)).date()
    for day in (str(yesterday), "i morgon", "2099-01-01", ""):
        page = decide(secretary, edition, item, "komplettera", code=422, reason="Datum?", complete_by=day)
        assert page.errors
        assert page.value("reason") == "Datum?"
        assert page.value("complete_by") == day
    assert anew(item).state is State.CONFIRMED
    assert mailed(LETTER) == []
    decide(secretary, edition, item, "komplettera", reason="Datum?", complete_by="2026-09-20")
    assert db.session.scalars(select(Decision)).one().complete_by == date(2026, 9, 20)


@pytest.mark.parametrize(
    "fields",
    [
        {"subject_sv": ""},
        {"subject_sv": "x" * 161},
        {"subject_sv": "Hej\r\nBcc: alla@example.se"},
        {"words_sv": " "},
        {"words_sv": "x" * 5001},
        {"words_sv": "Ring 640823-3234 om något är oklart."},
        {"words_sv": "Ned\x07ringning"},
        {"subject_sv": "vänd \u202eom"},
        {"reason": "x" * 2001},
        {"reason": "Skriv till 640823-3234."},
    ],
)
def test_a_letter_that_cannot_be_sent_loses_nothing(edition, secretary, fields) -> None:
    item = nominated(edition, 1)
    typed = {"subject_sv": "Ämne", "words_sv": "Ord", "reason": "Skäl", **fields}
    page = decide(secretary, edition, item, "avsla", code=422, **typed)
    assert page.errors
    kept = values(page, "seen_nomination")
    for name in set(typed) - set(fields):
        assert kept[name] == [typed[name]]
    assert anew(item).state is State.CONFIRMED
    assert mailed(LETTER) == []


@pytest.mark.parametrize(
    "text", ["<script>alert(1)</script>", "{{ 7 * 7 }} %(title)s %s", "🎉 مرحبا Ærlig", "a" * 5000]
)
def test_odd_words_reach_the_letter_as_words(edition, secretary, clock, text) -> None:
    from app.mail.rendering import written

    item = nominated(edition, 1)
    decide(secretary, edition, item, "avsla", subject_sv=text[:160], words_sv=text, reason=text[:2000])
    words = written(LETTER, mailed(LETTER)[0].subject_id, "sv", clock.now())
    assert words.subject == text[:160]
    assert text in words.text
    assert "<script>" not in words.html
    assert secretary.get(at(edition, item)).code == 200


def test_english_recipients_get_an_english_letter_and_reason(edition, secretary, clock, by) -> None:
    item, other = nominated(edition, 1), nominated(edition, 2, language="en")
    put_together(item, other, by)
    page = decide(secretary, edition, item, "avsla", code=422, reason="För gammal.")
    assert page.errors  # the reason in English is missing
    decide(secretary, edition, item, "avsla", reason="För gammal.", reason_en="Too old.")
    made = db.session.scalars(select(Decision)).one()
    assert (made.reason, made.reason_en) == ("För gammal.", "Too old.")
    assert made.words_en.startswith("Your nomination")


@both_databases
def test_a_changed_nomination_or_another_recipient_gives_the_page_back(edition, secretary, clock, by) -> None:
    item, other = nominated(edition, 1), nominated(edition, 2)
    path = at(edition, item, "/avsla")
    page = secretary.get(path)
    put_together(item, other, by)
    again = resend(secretary, page, path, "seen_nomination", code=409, reason="Skäl", words_sv="Mina ord")
    assert again.value("words_sv") == "Mina ord"
    assert again.value("reason") == "Skäl"
    assert "asa2@leverantor.example" in again.text
    assert anew(item).state is State.CONFIRMED
    resend(secretary, again, path, "seen_nomination")
    assert anew(item).state is State.DECLINED
    assert len(mailed(LETTER)) == 2


def test_who_was_too_late_gets_their_words_back(edition, secretary, clock, by) -> None:
    item = nominated(edition, 1)
    path = at(edition, item, "/avsla")
    page = secretary.get(path)
    done(Verb.DECLINE, edition, item, by, clock.now())
    again = resend(
        secretary, page, path, "seen_nomination", code=409, reason="Mitt skäl", words_sv="Mina ord"
    )
    assert "Mitt skäl" in again.text
    assert "Mina ord" in again.text
    assert len(mailed(LETTER)) == 1


def test_a_preview_shows_what_is_typed_and_keeps_nothing(edition, secretary, clock) -> None:
    item = nominated(edition, 1)
    path = at(edition, item, "/komplettera")
    page = secretary.get(path)
    first = secretary.raw("GET", f"{path}/utseende?letter=sv")
    assert "Upphandling 1" in first.get_data(as_text=True)
    assert "sandbox" in first.headers["Content-Security-Policy"]
    typed = {
        **values(page, "seen_nomination"),
        "letter": "sv",
        "words_sv": "Helt andra ord",
        "reason": "Årtalet",
    }
    shown = secretary.raw("POST", f"{path}/utseende", data=typed).get_data(as_text=True)
    assert "Helt andra ord" in shown
    assert "Årtalet" in shown
    assert "11 september 2026" in shown
    assert secretary.raw("GET", f"{path}/utseende?letter=en").status_code == 404
    assert secretary.raw("GET", f"{path}/utseende").status_code == 404
    assert db.session.scalars(select(Decision)).all() == []


def test_taking_back_before_the_letter_left_tells_nobody(edition, secretary, clock) -> None:
    item = nominated(edition, 1)
    decide(secretary, edition, item, "acceptera", **{f"authority-{item.id}-tell": None})
    decide(secretary, edition, item, "ta-tillbaka")
    assert [letter.state for letter in mailed(LETTER)] == ["cancelled"]
    assert anew(item).state is State.CONFIRMED


def test_moving_tells_the_nominators_unless_it_should_not(edition, secretary, clock) -> None:
    item = nominated(edition, 1)
    assert decide(secretary, edition, item, "flytta", code=422, category="").errors
    decide(secretary, edition, item, "flytta", category="dialog")
    decide(secretary, edition, item, "flytta", category="upphandling", tell=None)
    assert anew(item).category.slug == "upphandling"
    assert [letter.state for letter in mailed(LETTER)] == ["cancelled"]  # what it said is no longer so


def test_only_the_secretariat_decides(edition, app, clock) -> None:
    from app.access import Role

    item = nominated(edition, 1)
    for role in (Role.JUROR, Role.OBSERVER):
        browser = Browser(app)
        browser.sign_in(role, email=f"{role}@example.se")
        for rest in ("/acceptera", "/acceptera/utseende?letter=sv", "/beratta/myndigheten", "/svar"):
            browser.get(at(edition, item, rest), code=403)


def test_one_of_another_edition_is_not_found(edition, secretary, clock) -> None:
    from tests.screening.nominated import open_edition

    item = nominated(open_edition(slug="2027", year=2027), 1)
    for rest in ("/acceptera", "/acceptera/utseende", "/beratta/myndigheten", "/svar", "/nagot"):
        secretary.get(at(edition, item, rest), code=404)


# ---- completing ---------------------------------------------------------------------------------


def test_what_is_missing_is_asked_for_answered_and_comes_back(edition, browser, secretary, clock, by) -> None:
    from app.nominations import service
    from tests.nominations.conftest import edit_path

    item = nominated(edition, 1)
    clock.set(edition.nominations_close_at + timedelta(days=2))
    to(edition, Phase.SHORTLISTING)
    secretary.sign_in()
    decide(secretary, edition, item, "komplettera", reason="När tilldelades den?")
    assert service.may_change(edition, anew(item), clock.now())
    page = secretary.get(at(edition, item))
    assert "När tilldelades den?" in page.text
    page = browser.get(edit_path(edition, item))
    assert "När tilldelades den?" in page.text
    assert page.value("title") == "Upphandling 1"
    clock.set(clock.now() + timedelta(days=11))
    assert [str(todo.title) for todo in screening.todos(edition, now=clock.now())] == [
        "En komplettering har inte kommit i tid"
    ]
    clock.set(clock.now() - timedelta(days=11))
    assert [todo.endpoint for todo in screening.todos(edition, now=clock.now())] == []
    with transaction():
        row = db.session.get_one(Nomination, item.id)
        typed = {"category": "upphandling", "title": "Upphandling 1", "awarded_on": "2026-05-04"}
        service.edit(edition.id, row.public_id, row.link_version, typed, now=clock.now())
    assert anew(item).state is State.CONFIRMED
    assert item.events[-1].what == "completed"
    assert ledger_kinds(edition)[-1] == "nomination-edited"
    assert [str(todo.title) for todo in screening.todos(edition, now=clock.now())]
    assert not service.may_change(edition, item, clock.now())
