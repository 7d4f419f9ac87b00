"""The pages of jury and secretariat: what each role sees, and that forms do what they say."""

from __future__ import annotations

import re

import pytest

from app.core.phases import Phase
from app.core.rules import TieRule
from app.extensions import transaction
from app.review import acts
from app.review import service as review
from app.tally import service as tally
from tests.review.staff import Staff
from tests.tally.year import AFTER, BEST, START, counted, open_vote, shared_app, vote, work

RESULT_PAGES = (
    "/jury/2026/granskning",
    "/jury/2026/arkiv.bel",
    "/jury/2026/rapport.json",
    "/jury/2026/juryns-ord/upphandling",
)


@pytest.fixture(scope="module")
def shared(tmp_path_factory):
    """A counted year for tests that only look."""
    with shared_app(tmp_path_factory.mktemp("pages")) as (app, clock):
        yield app, counted(app, clock, [[{0}], [{0}], [{0}], [{1}], [set()]], categories=[BEST], voters=7)


@pytest.mark.parametrize("path", RESULT_PAGES)
def test_only_jurors_enter(shared, path):
    app, year = shared
    assert Staff(app, year.jurors[0]).get(path).status_code == 200
    assert Staff(app, year.secretaries[0]).get(path).status_code == 403
    assert Staff(app, year.observer).get(path).status_code == 403
    assert Staff(app, None).get(path).status_code == 302


@pytest.mark.parametrize("role", ["secretariat", "observer", "anyone"])
def test_no_page_at_all_gives_the_result_away(shared, role):
    app, year = shared
    made = tally.verification(year.edition_id, staged=True)
    secrets = [
        made.result_hash,
        made.archive_hash,
        made.report_hash,
        '{"result":[[',
        '"type":"Result"',
        "decryption_factors",
    ]
    who = {"secretariat": year.secretaries[0], "observer": year.observer, "anyone": None}[role]
    browser = Staff(app, who)
    known = {"slug": year.slug, "category": BEST["slug"], "to": "published", "deadline": "voting"}
    looked_at = 0
    for rule in app.url_map.iter_rules():
        if "GET" not in rule.methods or not set(rule.arguments) <= set(known):
            continue
        path = rule.rule
        for name in rule.arguments:
            path = re.sub(rf"<(?:\w+:)?{name}>", known[name], path)
        with browser.get(path) as answer:
            body = answer.get_data().decode("utf-8", "replace")
        assert [secret for secret in secrets if secret in body] == [], path
        looked_at += 1
    assert looked_at > 30


def test_the_secretariat_sees_progress_and_nothing_of_the_result(shared):
    app, year = shared
    made = tally.verification(year.edition_id, staged=True)
    secretary = Staff(app, year.secretaries[0])
    for path in (
        "/sekretariat/2026/rakning",
        "/sekretariat/2026/rakning.json",
        "/sekretariat/2026/granskning",
    ):
        page = secretary.get(path).get_data(as_text=True)
        for secret in (
            "Drift av väg",
            "42,9",
            "Vinnare",
            made.result_hash,
            made.archive_hash,
            made.report_hash,
        ):
            assert secret not in page, (path, secret)
    assert "Juror 1" in secretary.text


def test_the_jury_sees_result_turnout_checks_and_hashes(shared):
    app, year = shared
    juror = Staff(app, year.jurors[0])
    assert juror.get("/jury/2026/granskning").status_code == 200
    made = tally.verification(year.edition_id, staged=True)
    assert "Drift av väg, En myndighet" in juror.text
    assert "60,0\N{NO-BREAK SPACE}%" in juror.page.text_content()
    assert "71,4\N{NO-BREAK SPACE}%" in juror.page.text_content()
    shown = juror.text.replace(" ", "")
    assert made.archive_hash in shown
    assert made.result_hash in shown
    assert made.report_hash in shown
    assert len(juror.page.xpath("//ul[contains(@class,'claims')]/li")) == 8
    assert not juror.page.xpath("//ul[contains(@class,'claims')]/li[contains(@class,'bad')]")
    assert len(juror.page.xpath("//h1")) == 1
    assert juror.page.xpath("//figure[@role='img']/@aria-label")


def test_the_report_and_the_archive_are_what_is_signed(shared):
    import hashlib

    app, year = shared
    made = tally.verification(year.edition_id, staged=True)
    juror = Staff(app, year.jurors[0])
    assert hashlib.sha256(juror.get("/jury/2026/rapport.json").data).hexdigest() == made.report_hash
    assert hashlib.sha256(juror.get("/jury/2026/arkiv.bel").data).hexdigest() == made.archive_hash


def test_home_says_what_waits(shared):
    app, year = shared
    juror, observer = Staff(app, year.jurors[0]), Staff(app, year.observer)
    juror.get("/en/jury")
    assert "Waiting for you" in juror.text
    observer.get("/en/jury")
    assert "Waiting for you" not in observer.text
    assert not observer.page.xpath("//main//form | //main//a[contains(@class,'button')]")
    assert Staff(app, year.secretaries[0]).get("/jury").status_code == 403


def test_observers_cannot_act(shared):
    app, year = shared
    observer = Staff(app, year.observer)
    observer.get("/jury")
    for path in ("granskning/skriv-under", "granskning/invand", "granskning/upphandling/avgor"):
        assert observer.post(f"/jury/2026/{path}", {}).status_code in {400, 403}
    assert observer.post("/granskning/2026/rakna-om", {"why": "x"}).status_code in {400, 403}
    assert tally.current_round(year.edition_id) == 1


def test_signing_and_objecting_with_the_forms(app, clock):
    year = counted(app, clock, [[{0}]], categories=[BEST], voters=2)
    first, second = Staff(app, year.jurors[0]), Staff(app, year.jurors[1])
    first.get("/en/jury/2026/granskning")
    assert first.send("skriv-under").status_code == 200
    assert "You have signed. Thank you!" in first.text
    assert "You signed on" in first.text
    second.get("/en/jury/2026/granskning")
    empty = second.send("invand", reason="")
    assert empty.status_code == 422
    assert "Write why you object." in second.text
    second.send("invand", reason="Jag saknar ett svar.")
    assert "Your objection is on record." in second.text
    assert [a.verdict for a in review.answers(year.edition_id, staged=True)] == ["signed", "objected"]


def test_a_page_from_before_a_recount_cannot_be_signed(app, clock):
    year = counted(app, clock, [[{0}]], categories=[BEST], voters=2)
    juror = Staff(app, year.jurors[0])
    juror.get("/en/jury/2026/granskning")
    with transaction():
        acts.recount(edition_id=year.edition_id, account_id=year.jurors[1].id, reason="Igen.", now=AFTER)
    work(app)
    juror.send("skriv-under")
    assert "The count has changed since you opened the page" in juror.text
    assert review.answers(year.edition_id, staged=True) == []


def test_deciding_a_tie_and_writing_words_with_the_forms(app, clock):
    year = counted(app, clock, [[{0}], [{1}]], categories=[BEST | {"tie_rule": TieRule.JURY}])
    juror = Staff(app, year.jurors[0])
    juror.get("/en/jury/2026/granskning")
    assert not [form for form in juror.page.forms if (form.get("action") or "").endswith("skriv-under")]
    assert juror.send("avgor", tie_reason="").status_code == 422
    juror.get("/en/jury/2026/granskning")
    juror.send("avgor", winners="1", tie_reason="Den nådde fler.")
    assert "The jury's decision is written down." in juror.text
    assert "Måltider till äldre, En myndighet wins" in juror.text
    juror.get("/en/jury/2026/juryns-ord/upphandling")
    juror.post("/en/jury/2026/juryns-ord/upphandling", {"sv": "De lyssnade.", "en": "They listened."})
    assert "They listened." in juror.text


def test_recounting_from_the_secretariats_page(app, clock):
    year = counted(app, clock, [[{0}]], categories=[BEST], voters=2)
    secretary = Staff(app, year.secretaries[0])
    secretary.get("/en/sekretariat/2026/granskning")
    assert secretary.send("rakna-om", why="").status_code == 422
    secretary.send("rakna-om", why="En juror bad om det.")
    assert "The count is being made again" in secretary.text
    assert tally.current_round(year.edition_id) == 2
    juror = Staff(app, year.jurors[0])
    juror.get("/en/jury/2026/granskning")
    assert "The count is being made again." in juror.text


def test_the_secretariat_is_led_to_publication_when_the_jury_has_signed(app, clock):
    year = counted(app, clock, [[{0}]], categories=[BEST], voters=2, signoffs=1)
    secretary = Staff(app, year.secretaries[0])
    secretary.get("/en/sekretariat/2026/granskning")
    assert "1 more juror has to sign." in secretary.text
    assert not secretary.page.xpath("//main//a[@class='button']")
    with transaction():
        acts.sign(
            edition_id=year.edition_id,
            account_id=year.jurors[0].id,
            what=review.seen(year.edition_id),
            now=AFTER,
        )
    secretary.get("/en/sekretariat/2026/granskning")
    assert secretary.page.xpath("//main//a[@class='button']/@href") == [
        "/en/sekretariat/2026/flytta/published"
    ]


def test_closing_by_hand_from_the_page(app, clock):
    clock.set(START)
    year = open_vote(voters=2, categories=[BEST])
    vote(year, 0, [{0}])
    secretary = Staff(app, year.secretaries[0])
    secretary.get("/en/sekretariat/2026/rakning")
    assert "The vote is open until" in secretary.text
    assert secretary.post("/en/sekretariat/2026/rakning/stang", {}).status_code in {200, 400}
    assert year.phase is Phase.VOTING
    clock.set(AFTER)
    secretary = Staff(app, year.secretaries[0])
    secretary.get("/en/sekretariat/2026/rakning")
    secretary.send("stang")
    assert "The worker has been asked to seal the box." in secretary.text
    work(app)
    assert year.phase is Phase.REVIEW
