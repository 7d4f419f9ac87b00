"""Whoever a nomination concerns is told: when, of what, how often, and never who nominated."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from app.core.phases import Phase
from app.extensions import db, transaction
from app.ledger import service as ledger
from app.mail.addresses import BadAddress
from app.mail.models import Letter, LetterState
from app.mail.rendering import written
from app.nominations.drafts import NotNow
from app.nominations.models import State
from app.screening.decisions import decisions
from app.screening.decisions.decisions import WrongPhase
from app.screening.models import Party, Told, ToldLetter
from app.screening.told import concerned, reminders, telling
from app.screening.told.concerned import NobodyNamed
from tests.databases import both_databases
from tests.nominations.conftest import mailed
from tests.screening.nominated import anew, nominated, put_together, secretary, take_apart, to
from tests.screening.pages import at, decide, send, values

LETTER = "nominee_told"
TOLD = "registrator@vaxjo.example"


@pytest.fixture
def by(app, clock) -> int:
    return secretary()


def tell(
    edition, item, by: int, now, party: Party = Party.AUTHORITY, version: int = 0, email: str = TOLD
) -> Told:
    with transaction():
        return telling.tell(edition.id, item.id, party, email=email, version=version, by=by, now=now)


def said(name: str = LETTER, lang: str = "sv", now=None) -> object:
    """What the newest letter says."""
    letter = mailed(name)[-1]
    return written(name, letter.subject_id, lang, now or letter.queued_at)


def endpoints(edition, now) -> list[str]:
    db.session.expire_all()
    return [todo.endpoint for todo in reminders.todos(edition, now=now)]


@both_databases
def test_an_accepted_nominations_authority_is_told_once(edition, clock, by) -> None:
    item = nominated(edition, 1, State.ACCEPTED)
    assert endpoints(edition, clock.now()) == ["screening.tell"]
    tell(edition, item, by, clock.now())
    with pytest.raises(telling.ToldMeanwhile):
        tell(edition, item, by, clock.now())
    assert endpoints(edition, clock.now()) == []
    entry = ledger.last(edition=edition.id, kind="nominee-told")
    assert (entry.data["party"], entry.data["by"]["role"]) == ("authority", "secretariat")
    assert TOLD not in str(entry.data)
    assert anew(item).events[-1].what == "told"
    assert [letter.to for letter in mailed(LETTER)] == [TOLD]


def test_told_again_the_earlier_link_and_its_letter_die(edition, clock, by) -> None:
    item = nominated(edition, 1, State.ACCEPTED)
    tell(edition, item, by, clock.now())
    told = tell(edition, item, by, clock.now(), version=1, email="upphandling@vaxjo.example")
    assert (told.link_version, told.email) == (2, "upphandling@vaxjo.example")
    first, second = mailed(LETTER)
    assert (first.state, second.state) == ("cancelled", "queued")
    assert written(LETTER, first.subject_id, "sv", clock.now()) is None  # even where a worker had it already
    assert written(LETTER, second.subject_id, "sv", clock.now()) is not None
    assert len(db.session.scalars(select(Told)).all()) == 1
    assert [letter.version for letter in db.session.scalars(select(ToldLetter))] == [1, 2]


@pytest.mark.parametrize("state", [State.CONFIRMED, State.DECLINED, State.COMPLETION_ASKED, State.WITHDRAWN])
def test_only_what_is_accepted_is_told(edition, secretary, clock, by, state) -> None:
    item = nominated(edition, 1, state)
    with pytest.raises(NotNow):
        tell(edition, item, by, clock.now())
    page = secretary.get(at(edition, item, "/beratta/myndigheten"))
    assert page.root.xpath("//form[@method='post']") == []
    assert endpoints(edition, clock.now()) == []


@pytest.mark.parametrize("phase", [Phase.PREPARED, Phase.VOTING, Phase.REVIEW])
def test_the_law_does_not_end_with_the_ballot(edition, clock, by, phase) -> None:
    item = nominated(edition, 1, State.ACCEPTED)
    to(edition, phase)
    assert endpoints(edition, clock.now()) == ["screening.tell"]
    tell(edition, item, by, clock.now())
    assert (
        "kan inget ändras" in said().text
        or "inte ändras" in said().text
        or "nothing can be changed" in said().text
    )
    to(edition, Phase.PUBLISHED)
    with pytest.raises(WrongPhase):
        tell(edition, item, by, clock.now(), version=1)


def test_a_letter_that_came_back_or_never_left_does_not_count(edition, clock, by) -> None:
    item = nominated(edition, 1, State.ACCEPTED)
    tell(edition, item, by, clock.now())
    for state in (LetterState.FAILED, LetterState.CANCELLED):
        db.session.scalars(select(Letter).where(Letter.name == LETTER)).one().state = state
        db.session.commit()
        assert endpoints(edition, clock.now()) == ["screening.tell"]
        assert not concerned.standing(anew(item))[0].reached


def test_a_letter_does_not_leave_once_the_nomination_is_not_accepted(edition, clock, by) -> None:
    item = nominated(edition, 1, State.ACCEPTED)
    tell(edition, item, by, clock.now())
    with transaction():
        decisions.take_back(edition.id, item.id, by=by, now=clock.now())
    assert said() is None


@both_databases
def test_what_is_merged_is_told_once_and_after_undoing_too(edition, clock, by) -> None:
    first, second = nominated(edition, 1), nominated(edition, 2, State.ACCEPTED)
    tell(edition, second, by, clock.now())
    merge = put_together(first, second, by)
    with transaction():
        decisions.accept(edition.id, first.id, by=by, now=clock.now())
    (stands,) = concerned.standing(anew(first))
    assert stands.reached
    assert endpoints(edition, clock.now()) == []
    tell(edition, first, by, clock.now(), version=1, email="annan@vaxjo.example")
    assert len(db.session.scalars(select(Told)).all()) == 1
    with transaction():
        decisions.take_back(edition.id, first.id, by=by, now=clock.now())
    take_apart(merge, by)
    assert concerned.standing(anew(second))[0].reached
    assert not concerned.standing(anew(first))[0].reached
    assert endpoints(edition, clock.now()) == []  # the first is not accepted, the second's authority knows
    with transaction():
        decisions.accept(edition.id, first.id, by=by, now=clock.now())
    assert endpoints(edition, clock.now()) == ["screening.tell"]


@both_databases
def test_each_person_is_told_by_name_whoever_named_them(edition, clock, by) -> None:
    first = nominated(edition, 1, State.ACCEPTED, person_name="Anna Ask", person_email="anna@vaxjo.example")
    second = nominated(edition, 2, person_name="Bo Berg")
    third = nominated(edition, 3, person_name="anna  ask")
    for source in (second, third):
        put_together(first, source, by)
    found = [(stands.party, stands.name, stands.nomination.id) for stands in concerned.standing(anew(first))]
    assert found == [
        (Party.AUTHORITY, "Växjö kommun", first.id),
        (Party.PERSON, "Anna Ask", first.id),
        (Party.PERSON, "Bo Berg", second.id),
    ]
    assert len(concerned.untold(edition)) == 3
    tell(edition, second, by, clock.now(), Party.PERSON, email="bo@vaxjo.example")
    tell(edition, first, by, clock.now(), Party.PERSON, email="anna@vaxjo.example")
    assert [party for _, party in concerned.untold(edition)] == [Party.AUTHORITY]
    with pytest.raises(NobodyNamed):
        tell(edition, second, by, clock.now())  # the authority is the root's


def test_another_person_named_later_is_somebody_else(edition, clock, by) -> None:
    item = nominated(edition, 1, State.ACCEPTED, person_name="Anna Ask")
    told = tell(edition, item, by, clock.now(), Party.PERSON, email="anna@vaxjo.example")
    told.reply = "Tack!"
    anew(item).person_name = "Bo Berg"
    db.session.commit()
    assert [party for _, party in concerned.untold(edition)] == [Party.AUTHORITY, Party.PERSON]
    told = tell(edition, item, by, clock.now(), Party.PERSON, email="bo@vaxjo.example")
    assert (told.name, told.reply, told.link_version) == ("Bo Berg", "", 2)


@pytest.mark.parametrize("lang", ["sv", "en"])
@pytest.mark.parametrize("party", list(Party))
def test_the_letter_says_what_article_14_wants_and_never_who_nominated(
    edition, clock, by, lang, party
) -> None:
    item = nominated(
        edition,
        1,
        State.ACCEPTED,
        person_name="Anna Ask",
        remarks="Ring mig om ni undrar",
        buyer_number="212000-0662",
    )
    with transaction():
        telling.tell(edition.id, item.id, party, email=TOLD, language=lang, by=by, now=clock.now())
    words = said(lang=lang)
    both = words.text + words.html
    for secret in ("Leverantör 1", "Åsa Ödman", "asa1@", "Ring mig", "De frågade oss"):
        assert secret not in both
    assert ("Anna Ask" in both) is (party is Party.PERSON)
    assert ("212000-0662" in both) is (party is Party.AUTHORITY)
    for wanted in (
        "Upphandling 1",
        "6.1 f",
        "365",
        "imy.se",
        "sekretariatet@example.se",
        f"/svar/{edition.slug}/",
    ):
        assert wanted in both, wanted
    assert words.reply_to == "sekretariatet@example.se"
    assert ("/en/svar/" in words.text) is (lang == "en")


def test_an_address_that_is_none_is_refused(edition, clock, by) -> None:
    item = nominated(edition, 1, State.ACCEPTED)
    with pytest.raises(BadAddress):
        tell(edition, item, by, clock.now(), email="inte en adress")
    assert db.session.scalars(select(Told)).all() == []


# ---- the pages ----------------------------------------------------------------------------------


def fields(item, **changes):
    return {f"authority-{item.id}-{name}": value for name, value in changes.items()}


@both_databases
def test_accepting_offers_the_letters_and_sends_what_is_ticked(edition, secretary, clock) -> None:
    item = nominated(
        edition, 1, authority_email=TOLD, person_name="Anna Ask", person_email="anna@vaxjo.example"
    )
    page = secretary.get(at(edition, item, "/acceptera"))
    shown = values(page, "seen_nomination")
    assert shown[f"authority-{item.id}-tell"] == ["y"]
    assert shown[f"authority-{item.id}-email"] == [TOLD]
    decide(
        secretary, edition, item, "acceptera",
        **fields(item, words="Hej registrator!"), **{f"person-{item.id}-tell": None},
    )  # fmt: skip
    assert [letter.to for letter in mailed(LETTER)] == [TOLD]
    assert "Hej registrator!" in said().text
    assert anew(item).state is State.ACCEPTED
    assert endpoints(edition, clock.now()) == ["screening.tell"]  # the person


def test_where_no_address_is_known_one_can_be_typed(edition, secretary, clock) -> None:
    item = nominated(edition, 1)
    page = secretary.get(at(edition, item, "/acceptera"))
    assert f"authority-{item.id}-tell" not in values(page, "seen_nomination")
    page = decide(secretary, edition, item, "acceptera", code=422, **fields(item, email=TOLD))
    assert page.errors  # typed, and not ticked
    for wrong in ("", "registratorn"):
        page = decide(secretary, edition, item, "acceptera", code=422, **fields(item, tell="y", email=wrong))
        assert page.errors
    assert anew(item).state is State.CONFIRMED
    decide(secretary, edition, item, "acceptera", **fields(item, tell="y", email=TOLD))
    assert [letter.to for letter in mailed(LETTER)] == [TOLD]


def test_who_is_told_already_is_not_offered_again(edition, secretary, clock, by) -> None:
    item = nominated(edition, 1, State.ACCEPTED)
    tell(edition, item, by, clock.now())
    with transaction():
        decisions.take_back(edition.id, item.id, by=by, now=clock.now())
    mailed(LETTER)
    db.session.scalars(select(Letter).where(Letter.name == LETTER)).one().state = LetterState.SENT
    db.session.commit()
    page = secretary.get(at(edition, item, "/acceptera"))
    assert not [name for name in values(page, "seen_nomination") if name.startswith("authority")]


def test_told_by_itself_later_and_in_english(edition, secretary, clock) -> None:
    item = nominated(edition, 1, State.ACCEPTED)
    path = at(edition, item, "/beratta/myndigheten")
    preview = secretary.raw("GET", f"{path}/utseende?sprak=en").get_data(as_text=True)
    assert "Your procurement is nominated" in preview or "Your procurement" in preview
    send(
        secretary,
        f"{path}?sprak=en",
        f"authority-{item.id}-email",
        **fields(item, email=TOLD, words="Dear all"),
    )
    assert (mailed(LETTER)[0].language, mailed(LETTER)[0].to) == ("en", TOLD)
    assert "Dear all" in said(lang="en").text
    page = secretary.get(at(edition, item))
    assert TOLD in page.text


def test_pressed_twice_it_leaves_once(edition, secretary, clock) -> None:
    item = nominated(edition, 1, State.ACCEPTED)
    path = at(edition, item, "/beratta/myndigheten")
    form = values(secretary.get(path), f"authority-{item.id}-email") | fields(
        item, email=TOLD, words="Mina ord"
    )
    secretary._open("POST", path, code=302, data=form)
    again = secretary._open("POST", path, code=409, data=form)
    assert "Mina ord" in again.html
    assert len(mailed(LETTER)) == 1


@pytest.mark.parametrize(
    "changes",
    [
        {"subject": "Hej\r\nBcc: alla@example.se"},
        {"subject": ""},
        {"words": "x" * 5001},
        {"words": "Ring 640823-3234."},
        {"email": "a@example.se\nBcc: b@example.se"},
        {"email": "a@example.se, b@example.se"},
    ],
)
def test_a_letter_to_them_that_cannot_be_sent_loses_nothing(edition, secretary, changes) -> None:
    item = nominated(edition, 1, State.ACCEPTED)
    path = at(edition, item, "/beratta/myndigheten")
    typed = {"email": TOLD, "subject": "Ämne", "words": "Ord", **changes}
    page = send(secretary, path, f"authority-{item.id}-email", code=422, **fields(item, **typed))
    assert page.errors
    kept = values(page, f"authority-{item.id}-email")
    for name in set(typed) - set(changes):
        assert kept[f"authority-{item.id}-{name}"] == [typed[name]]
    assert mailed(LETTER) == []


def test_nobody_is_told_whom_the_nomination_does_not_name(edition, secretary) -> None:
    item = nominated(edition, 1, State.ACCEPTED)
    for rest in ("/beratta/personen", "/beratta/personen/utseende", "/beratta/grannen"):
        secretary.get(at(edition, item, rest), code=404)
