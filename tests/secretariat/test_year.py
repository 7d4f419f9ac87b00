"""The secretariat takes an edition from draft to a published result through its pages."""

from __future__ import annotations

from datetime import timedelta

from app.ballots import service as ballots
from app.core.phases import Phase
from app.extensions import db, transaction
from app.ledger import service as ledger
from app.review import acts
from app.review import service as review
from tests.awards.browsing import Page
from tests.secretariat.conftest import CLOSE, VOTE_CLOSES, Desk
from tests.tally import year


def filled(page: Page) -> list[str]:
    """The texts of the filled buttons in the page's main part."""
    buttons = page.root.xpath("//main//*[contains(concat(' ', @class, ' '), ' button ')]")
    return [b.text_content().strip() for b in buttons if "quiet" not in b.get("class").split()]


def here(page: Page) -> str:
    return str(page.root.xpath("//ol[@class='phases']/@data-phase")[0])


def test_the_whole_year(desk: Desk) -> None:
    page = desk.home()
    assert here(page) == "draft"
    assert any(link.endswith("/flytta/nominating") for link in page.links())
    desk.move("nominating")
    assert here(desk.home()) == "nominating"

    desk.move("shortlisting", code=422)  # a deadline is never shortened
    assert desk.phase is Phase.NOMINATING
    with transaction():
        year._nominees(desk.edition, year.NAMES, desk.clock.now())
    desk.clock.set(CLOSE + timedelta(minutes=11))
    desk.anna.sign_in(email="anna@example.se")
    desk.bo.sign_in(email="bo@example.se")
    desk.move("shortlisting")

    blocked = desk.move("prepared", code=422)
    assert "notice warn" in blocked.html
    desk.anna.post(
        "/sekretariat/2026/rostlangd/ny",
        {"company": "Acme", "number": "556036-0793", "email": "a@acme.se", "language": "sv"},
        code=303,
    )
    assert len(filled(desk.home())) == 1
    moved = desk.move("prepared")
    assert moved.answer.headers["Location"].endswith("/sekretariat/2026/framsteg")
    assert desk.anna.raw("GET", "/sekretariat/2026/framsteg.json").json["state"] == "queued"
    assert "data-progress" in desk.anna.get("/sekretariat/2026/framsteg").html
    desk.work()
    assert desk.phase is Phase.PREPARED
    done = desk.anna.raw("GET", "/sekretariat/2026/framsteg.json").json
    assert (done["state"], done["next"]) == ("done", "/sekretariat/2026")

    desk.move("voting", action="ask", reason="Provet är inte skickat", code=422)
    desk.send_test_letter()
    desk.move("voting", action="ask", reason="Första året: juryn får nycklar nästa gång.")
    assert desk.phase is Phase.PREPARED
    desk.move("voting", desk.bo, action="approve", count="2", code=422)
    opened = desk.move("voting", desk.bo, action="approve", count="1")
    assert opened.answer.headers["Location"].endswith("/sekretariat/2026/brev")
    assert desk.phase is Phase.VOTING
    assert ballots.delivery.counts(desk.edition_id).total == 1
    act = ledger.last(edition=desk.edition_id, kind="two-person-act")
    assert act is not None
    assert act.data["first"] != act.data["second"]

    voter = year.Year(desk.edition_id, "2026", [], [], None, year._secrets(desk.edition_id))  # type: ignore[arg-type]
    year.vote(voter, 0, [{0}, {0, 1}], now=desk.clock.now())
    assert "1" in desk.home().text
    desk.clock.set(VOTE_CLOSES + timedelta(seconds=61))
    desk.anna.sign_in(email="anna@example.se")
    desk.work()
    assert desk.phase is Phase.REVIEW

    desk.move("published", name="Anbudspriset 2026", code=422)  # nobody has signed
    seen = review.seen(desk.edition_id)
    db.session.rollback()
    assert seen is not None
    with transaction():
        acts.sign(
            edition_id=desk.edition_id, account_id=desk.people["jurij"], what=seen, now=desk.clock.now()
        )
    assert desk.anna.get("/resultat/2026").root.xpath("//h1")
    assert year.NAMES[0] not in desk.anna.get("/resultat/2026").text
    desk.move("published", name="Anbudspriset", code=422)
    desk.move("published", name=" anbudspriset  2026 ")
    assert desk.phase is Phase.PUBLISHED
    assert year.NAMES[0] in desk.anna.get("/resultat/2026").text
    desk.move("archived")
    assert here(desk.home()) == "archived"


def test_every_phase_has_a_page_with_one_filled_button_at_most(desk: Desk) -> None:
    assert len(filled(desk.home())) == 1
    desk.shortlisting()
    assert len(filled(desk.home())) == 1
    assert len(filled(desk.anna.get("/en/sekretariat/2026"))) == 1
    desk.move("prepared")
    desk.work()
    assert len(filled(desk.home())) == 1
    desk.move("cancelled", reason="Ingen tid i år.")
    page = desk.home()
    assert here(page) == "cancelled"
    assert "Ingen tid i år." in desk.anna.get("/resultat/2026").text


def test_without_an_edition_the_home_page_says_how_to_begin(desk: Desk) -> None:
    page = desk.anna.get("/sekretariat/")
    assert here(page) == "draft"


def test_going_back_destroys_the_ballots_and_opens_the_roll(desk: Desk) -> None:
    desk.prepared()
    desk.move("shortlisting")
    assert desk.phase is Phase.SHORTLISTING
    desk.anna.get("/sekretariat/2026/rostlangd/las-in")
    row = {"company": "Ny", "number": "5564230539", "email": "n@ny.se", "language": "sv"}
    desk.anna.post("/sekretariat/2026/rostlangd/ny", row, code=303)
    desk.move("prepared")
    desk.work()
    assert desk.phase is Phase.PREPARED
    assert len(year._secrets(desk.edition_id)) == 4


def test_what_is_wrong_comes_first_and_can_be_tried_again(desk: Desk) -> None:
    page = desk.home()
    first = page.root.find_class("todo")[0].xpath("./li")[0]
    assert first.get("class") == "warn"  # no worker is running in a test
    assert desk.anna.get("/sekretariat/2026/fel").root.find_class("notice error")
