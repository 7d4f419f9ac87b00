"""The public result: the page, the data, and what is not there before publication."""

from __future__ import annotations

import csv
import io
import json

import lxml.html
import pytest
from flask import Flask

from app.ballots import service as ballots
from app.core.phases import Phase
from app.core.rules import TieRule
from app.extensions import db, transaction
from app.results import service
from app.review import acts
from app.review import service as review
from app.roll.models import RollFreeze
from app.secretariat import service as secretariat
from app.tally import service as tally
from tests.awards.browsing import Browser
from tests.conftest import TestClock
from tests.tally import year
from tests.tally.year import BEST, TALK, Year

RESULT = "/resultat/2026"


def published(app: Flask, clock: TestClock, votes: list, **settings: object) -> Year:
    """A year whose result two of the jury have signed and the secretariat has published."""
    made = year.counted(app, clock, votes, **settings)
    sign(made, clock)
    publish(made, clock)
    return made


def sign(made: Year, clock: TestClock) -> None:
    seen = review.seen(made.edition_id)
    db.session.rollback()
    for juror in made.jurors[:2]:
        with transaction():
            acts.sign(edition_id=made.edition_id, account_id=juror.id, what=seen, now=clock.now())


def publish(made: Year, clock: TestClock) -> None:
    with transaction():
        secretariat.advance(
            made.edition_id,
            Phase.PUBLISHED,
            expected=Phase.REVIEW,
            by=made.secretaries[0].id,
            now=clock.now(),
        )


def words(html: str) -> str:
    return " ".join(lxml.html.fromstring(html).find(".//main").text_content().split())


def test_the_page_shows_winners_votes_turnout_and_who_signed(app: Flask, clock: TestClock) -> None:
    made = published(app, clock, [[{0}, {0, 1}], [{0}, {1}], [{1}, set()]], voters=4)
    for path, lead in ((RESULT, "sv"), (f"/en{RESULT}", "en")):
        page = Browser(app).get(path)
        assert page.root.get("lang") == lead
        for text in (*year.NAMES, "En myndighet", "Juror 1", "Juror 2"):
            assert text in page.text, text
        assert "Juror 3" not in page.text
    page = Browser(app).get(RESULT)
    heads = [head.text_content().strip() for head in page.root.xpath("//h2")][:2]
    assert heads == [year.NAMES[0], year.NAMES[1]]
    assert "75,0" in page.text
    bars = page.root.xpath("//*[@role='img' and @aria-label]")
    assert len(bars) == 2
    assert len(page.root.xpath("//table")) == 2
    assert tally.verification(made.edition_id).report_hash[:4] in page.html  # type: ignore[union-attr]


def test_one_category_makes_its_winner_the_heading(app: Flask, clock: TestClock) -> None:
    published(app, clock, [[{2}]], categories=[BEST])
    page = Browser(app).get(RESULT)
    assert page.root.find(".//h1").text_content().strip() == year.NAMES[2]
    assert page.root.xpath("//meta[@property='og:title']/@content")[0].endswith(year.NAMES[2])
    assert page.root.xpath("//link[@rel='canonical']/@href") == ["http://127.0.0.1:8000/resultat/2026"]


@pytest.mark.parametrize(
    ("votes", "decided"), [([[{0}], [{1}]], "shared"), ([[set()], [set()]], "none"), ([], "none")]
)
def test_ties_blank_votes_and_no_votes_at_all(
    app: Flask, clock: TestClock, votes: list, decided: str
) -> None:
    published(app, clock, votes, voters=3, categories=[BEST])
    found = service.result(service_edition())
    assert found is not None
    assert found.categories[0].outcome["decided"] == decided
    page = Browser(app).get(RESULT)
    heading = page.root.find(".//h1").text_content()
    assert [name in heading for name in year.NAMES[:2]] == [decided == "shared"] * 2
    data = json.loads(Browser(app).raw("GET", f"{RESULT}/resultat.json").data)
    assert len(data["categories"][0]["winners"]) == (2 if decided == "shared" else 0)
    Browser(app).raw("GET", f"{RESULT}/resultat.csv")


def service_edition():
    from app.awards import service as awards

    return awards.edition("2026")


def test_a_tie_that_the_jury_resolved_shows_its_reason(app: Flask, clock: TestClock) -> None:
    made = year.counted(app, clock, [[{0}], [{1}]], categories=[{**BEST, "tie_rule": TieRule.JURY}])
    category = made.edition.categories[0].id
    with transaction():
        acts.decide_tie(
            edition_id=made.edition_id, category_id=category, account_id=made.jurors[0].id, winners=[1],
            reason="Nytänkande <i>vägde</i> tyngst.", now=clock.now(),
        )  # fmt: skip
    sign(made, clock)
    publish(made, clock)
    page = Browser(app).get(RESULT)
    assert page.root.find(".//h1").text_content().strip() == year.NAMES[1]
    assert "Nytänkande <i>vägde</i> tyngst." in page.text


def test_thirty_nominees_with_long_and_hostile_names(app: Flask, clock: TestClock) -> None:
    names = [f'=SUM(A1) <script>alert({n})</script> "{n}" ' + "Mycketlångtord" * 8 for n in range(30)]
    published(app, clock, [[{3}], [{3}], [{29}]], categories=[BEST], names=names)
    page = Browser(app).get(RESULT)
    assert "<script>alert" not in page.html
    rows = list(
        csv.DictReader(
            io.StringIO(Browser(app).raw("GET", f"{RESULT}/resultat.csv").data.decode("utf-8-sig"))
        )
    )
    assert len(rows) == 31
    assert rows[0]["title"].startswith("'=SUM")
    assert (rows[0]["votes"], rows[0]["share"], rows[0]["rank"], rows[0]["won"]) == (
        "2",
        "0.666667",
        "1",
        "1",
    )
    assert (rows[30]["title"], rows[30]["votes"]) == ("blank", "0")


def test_objections_recounts_and_the_jurys_words_are_there(app: Flask, clock: TestClock) -> None:
    made = year.counted(app, clock, [[{0}, {1}]])
    first = review.seen(made.edition_id)
    db.session.rollback()
    with transaction():
        acts.object_(
            edition_id=made.edition_id,
            account_id=made.jurors[2].id,
            reason="Ett <b>brev</b> saknas.",
            what=first,
            now=clock.now(),
        )
        acts.recount(
            edition_id=made.edition_id,
            account_id=made.jurors[0].id,
            reason="För säkerhets skull.",
            now=clock.now(),
        )
    year.work(app)
    with transaction():
        acts.write_words(
            edition_id=made.edition_id, category_id=made.edition.categories[0].id, account_id=made.jurors[0].id,
            sv="Såg längre än andra.", en="", now=clock.now(),
        )  # fmt: skip
    sign(made, clock)
    publish(made, clock)
    page = Browser(app).get(RESULT)
    for text in ("Ett <b>brev</b> saknas.", "För säkerhets skull.", "Såg längre än andra.", "Juror 3"):
        assert text in page.text
    data = json.loads(Browser(app).raw("GET", f"{RESULT}/resultat.json").data)
    assert [each["reason"] for each in data["objections"]] == ["Ett <b>brev</b> saknas."]
    assert data["recounts"][0]["number"] == 1


def test_the_data_agrees_with_the_count_and_the_report_is_what_was_signed(
    app: Flask, clock: TestClock
) -> None:
    import hashlib

    made = published(app, clock, [[{0}, {0, 1}], [{1}, set()]], voters=5, categories=[BEST, TALK])
    browser = Browser(app)
    data = json.loads(browser.raw("GET", f"{RESULT}/resultat.json").data)
    assert data["format"] == "anbudspriset-result-1"
    assert data["turnout"] == {"cast": 2, "issued": 5}
    counts = tally.counts(made.edition_id)
    for category, count in zip(data["categories"], counts, strict=True):
        assert category["winners"] == count.outcome["winners"]
        assert [each["votes"] for each in category["nominees"]] == [
            s["votes"] for s in count.outcome["standings"]
        ]
    report = browser.raw("GET", f"{RESULT}/rapport.json").data
    assert hashlib.sha256(report).hexdigest() == data["verification"]["report_sha256"]
    archive = browser.raw("GET", "/arkiv/2026.bel").data
    assert hashlib.sha256(archive).hexdigest() == data["verification"]["archive_sha256"]


def test_nothing_of_the_result_is_there_before_publication(app: Flask, clock: TestClock) -> None:
    made = year.counted(app, clock, [[{0}, {1}]])
    browser = Browser(app)
    assert service.result(made.edition) is None
    page = browser.get(RESULT)
    assert not any(name in page.html for name in year.NAMES)
    for path in ("resultat.json", "resultat.csv", "rapport.json"):
        assert browser.raw("GET", f"{RESULT}/{path}").status_code == 404
    sign(made, clock)
    publish(made, clock)
    assert year.NAMES[0] in browser.get(RESULT).text  # the page from before is not remembered


def test_an_unknown_or_draft_edition_has_no_page(app: Flask, clock: TestClock) -> None:
    from tests.awards.conftest import make_edition

    make_edition(clock.now(), slug="utkast")
    for path in ("/resultat/annan", "/resultat/utkast", "/resultat/utkast/resultat.json"):
        assert Browser(app).raw("GET", path).status_code == 404


def test_the_page_is_the_same_for_everyone_and_sets_no_cookie(app: Flask, clock: TestClock) -> None:
    published(app, clock, [[{0}, {1}]])
    staff = Browser(app)
    staff.sign_in()
    answers = [browser.raw("GET", RESULT) for browser in (staff, Browser(app))]
    assert answers[0].data == answers[1].data
    assert not any("Set-Cookie" in answer.headers for answer in answers)
    assert ballots.fingerprint(service_edition().id)[:4] in answers[0].text


def test_voters_who_had_won_are_counted_against_the_margin_where_there_are_any(
    app: Flask, clock: TestClock
) -> None:
    made = year.counted(app, clock, [[{0}, {0, 1}], [{0}, {1}], [{1}, set()]], voters=5)
    first = made.edition.categories[0].id
    with transaction():
        frozen = db.session.query(RollFreeze).filter_by(edition_id=made.edition_id).one()
        frozen.winners_by_category = {str(first): 4}
    sign(made, clock)
    publish(made, clock)
    page = Browser(app).get(RESULT)
    assert page.text.count("hade vunnit ett kontrakt") == 1
    assert "4 väljare i röstlängden hade vunnit ett kontrakt" in page.text
    assert "Mellan ettan och tvåan skilde 1 röst." in page.text
    data = json.loads(Browser(app).raw("GET", f"{RESULT}/resultat.json").data)
    assert [(each["voters_who_won"], each["margin"]) for each in data["categories"]] == [(4, 1), (0, 1)]
