"""What jurors do: signing what they saw, objecting, asking for a recount."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.core.ledger_file import read
from app.core.phases import Phase
from app.extensions import transaction
from app.ledger import export
from app.mail import service as mail
from app.review import acts
from app.review import service as review
from app.review.models import ReviewCall
from app.tally import service as tally
from tests.review.acting import blockers, decide, kinds, object_to, publish, recount, sign
from tests.tally.snapshots import take
from tests.tally.year import AFTER, BEST, counted, work


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory):
    folder = tmp_path_factory.mktemp("acts")
    return take(folder, lambda app, clock: counted(app, clock, [[{0}], [{0}], [{1}]], categories=[BEST]))


@pytest.fixture
def settings(snapshot, tmp_path, monkeypatch):
    return snapshot.open(tmp_path / "instance", monkeypatch)


@pytest.fixture
def year(app, clock, snapshot):
    clock.set(snapshot.at)
    return snapshot.year()


def test_two_signatures_and_publication(app, year):
    assert len(blockers(year)) == 1
    sign(year, 0)
    assert len(blockers(year)) == 1
    sign(year, 1)
    assert blockers(year) == []
    assert review.signed(year.edition_id) == []  # staged until publication
    publish(year)
    assert [s.account_id for s in review.signed(year.edition_id)] == [year.jurors[0].id, year.jurors[1].id]
    assert tally.opened(year.edition_id).rows == [[0, 2, 1, 0]]
    ledger = read(export.export(edition=year.edition_id))
    assert ledger.of("staged") == []
    published = ledger.last("published").data
    assert (published["sign_offs"], published["objections"]) == (2, 0)


@pytest.mark.parametrize("field", ["archive", "result", "report", "outcomes"])
def test_a_signature_for_something_else_is_refused(year, field):
    what = replace(review.seen(year.edition_id), **{field: "0" * 64})
    with pytest.raises(acts.CountChanged):
        sign(year, 0, what)
    assert review.signed(year.edition_id, staged=True) == []
    assert "signed-off" not in kinds(year)


def test_a_juror_answers_once_a_round(year):
    sign(year, 0)
    with pytest.raises(acts.AlreadyAnswered):
        sign(year, 0)
    with pytest.raises(acts.AlreadyAnswered):
        object_to(year, 0)


def test_an_objection_is_counted_and_published_with_its_reason(year):
    object_to(year, 2, "Jag saknar\r\nett svar.\x07")
    sign(year, 0)
    assert review.objections(year.edition_id) == []
    (warning,) = [todo for todo in review.todos(year.edition, now=AFTER) if todo.warn]
    assert "saknar" not in str(warning.title) + str(warning.detail)
    assert review.progress(year.edition).objected == [year.jurors[2]]
    sign(year, 1)
    publish(year)
    (objection,) = review.objections(year.edition_id)
    assert objection.reason == "Jag saknar\nett svar."
    assert read(export.export(edition=year.edition_id)).last("published").data["objections"] == 1


def test_an_objection_needs_a_reason(year):
    with pytest.raises(acts.ReasonMissing):
        object_to(year, 0, " \n ")


def test_signatures_can_be_out_of_reach(year):
    object_to(year, 0)
    object_to(year, 1)
    assert review.progress(year.edition).out_of_reach


def test_a_recount_voids_signatures_and_objections(app, year):
    sign(year, 0)
    sign(year, 1)
    object_to(year, 2)
    before = tally.verification(year.edition_id, staged=True)
    recount(year, by=year.secretaries[0])
    assert blockers(year)  # the new report is not there yet
    with pytest.raises(acts.NotInReview):
        sign(year, 2)
    work(app)
    after = tally.verification(year.edition_id, staged=True)
    assert (after.round, after.verdict) == (2, "valid")
    assert (after.archive_hash, after.result_hash) == (before.archive_hash, before.result_hash)
    assert review.answers(year.edition_id, staged=True) == []
    assert len(review.objections(year.edition_id, staged=True, every_round=True)) == 1
    sign(year, 0)
    sign(year, 2)
    publish(year)
    published = read(export.export(edition=year.edition_id)).last("published").data
    assert (published["sign_offs"], published["objections"]) == (2, 0)
    assert [r.reason for r in review.recounts(year.edition_id)] == ["En kontroll var inte gjord."]


def test_a_recount_while_one_is_made_is_refused(year):
    recount(year)
    with pytest.raises(acts.NotInReview):
        recount(year)


def test_every_juror_is_asked_once_a_round(app, year):
    assert mail.counts(edition_id=year.edition_id, name="review").total == 3
    work(app)
    assert mail.counts(edition_id=year.edition_id, name="review").total == 3
    recount(year)
    work(app)
    assert ReviewCall.query.filter_by(edition_id=year.edition_id, round=2).count() == 3


def test_nothing_can_be_signed_after_publication(year):
    sign(year, 0)
    sign(year, 1)
    publish(year)
    with pytest.raises(acts.NotInReview):
        sign(year, 2)


def test_publishing_needs_its_conditions(year):
    sign(year, 0)
    with pytest.raises(review.NotReadyToPublish):
        publish(year)
    assert year.phase is Phase.REVIEW
    assert "published" not in kinds(year)


def test_there_is_no_tie_to_decide_where_one_won(year):
    with pytest.raises(acts.NoTie):
        decide(year, [1])


def test_the_jury_writes_its_words(year):
    category = year.edition.categories[0].id
    with transaction():
        acts.write_words(
            edition_id=year.edition_id,
            category_id=category,
            account_id=year.jurors[0].id,
            sv="De lyssnade.",
            en="",
            now=AFTER,
        )
    assert review.statements(year.edition_id) == {}
    words = review.statements(year.edition_id, staged=True)[category]
    assert (words.text("sv"), words.text("en")) == ("De lyssnade.", "De lyssnade.")
