"""The letter to jurors: in both languages, without a word about the result, and only while there is something to do."""

from __future__ import annotations

import pytest

from app.extensions import transaction
from app.mail.rendering import written
from app.review import acts
from app.review import service as review
from app.review.models import ReviewCall
from tests.tally.snapshots import take
from tests.tally.year import AFTER, BEST, counted


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory):
    folder = tmp_path_factory.mktemp("letters")
    return take(folder, lambda app, clock: counted(app, clock, [[{0}], [{0}]], categories=[BEST], voters=3))


@pytest.fixture
def settings(snapshot, tmp_path, monkeypatch):
    return snapshot.open(tmp_path / "instance", monkeypatch)


@pytest.fixture
def year(app, clock, snapshot):
    clock.set(snapshot.at)
    return snapshot.year()


def call(year, juror):
    return ReviewCall.query.filter_by(edition_id=year.edition_id, account_id=year.jurors[juror].id).one().id


def test_both_languages_carry_the_link_and_nothing_of_the_result(year):
    for language, path in (("sv", "/jury/2026/granskning"), ("en", "/en/jury/2026/granskning")):
        words = written("review", call(year, 0), language, AFTER)
        for body in (words.text, words.html):
            assert f"http://127.0.0.1:8000{path}" in body
            assert "Drift av väg" not in body
            assert "Juror 1" in body
        assert words.subject.startswith("Anbudspriset 2026: ")
        assert "\n" not in words.subject


def test_it_is_not_sent_to_who_has_answered(year):
    with transaction():
        acts.sign(
            edition_id=year.edition_id,
            account_id=year.jurors[0].id,
            what=review.seen(year.edition_id),
            now=AFTER,
        )
    assert written("review", call(year, 0), "sv", AFTER) is None
    assert written("review", call(year, 1), "sv", AFTER) is not None


def test_it_is_not_sent_about_a_round_that_is_over(year):
    with transaction():
        acts.recount(edition_id=year.edition_id, account_id=year.jurors[0].id, reason="Igen.", now=AFTER)
    assert written("review", call(year, 0), "sv", AFTER) is None
