"""What jurors and the secretariat do in tests of the review, in one line each."""

from __future__ import annotations

from app.awards import service as awards
from app.core.ledger_file import read
from app.core.phases import Phase
from app.extensions import transaction
from app.ledger import export
from app.review import acts
from app.review import service as review
from tests.tally.year import AFTER


def sign(year, juror, what=None):
    with transaction():
        return acts.sign(
            edition_id=year.edition_id,
            account_id=year.jurors[juror].id,
            what=what or review.seen(year.edition_id),
            now=AFTER,
        )


def object_to(year, juror, reason="Fel siffror."):
    with transaction():
        return acts.object_(
            edition_id=year.edition_id,
            account_id=year.jurors[juror].id,
            reason=reason,
            what=review.seen(year.edition_id),
            now=AFTER,
        )


def decide(year, winners, reason="Den andra nådde fler."):
    with transaction():
        acts.decide_tie(
            edition_id=year.edition_id,
            category_id=year.edition.categories[0].id,
            account_id=year.jurors[0].id,
            winners=winners,
            reason=reason,
            now=AFTER,
        )


def recount(year, by=None, reason="En kontroll var inte gjord."):
    with transaction():
        acts.recount(
            edition_id=year.edition_id, account_id=(by or year.jurors[0]).id, reason=reason, now=AFTER
        )


def publish(year):
    with transaction():
        review.enter(year.edition_id, Phase.PUBLISHED, by=year.secretaries[0].id, now=AFTER)
        awards.record_phase(
            year.edition_id, Phase.PUBLISHED, account_id=year.secretaries[0].id, reason="", now=AFTER
        )


def kinds(year):
    ledger = read(export.export(edition=year.edition_id), openings=export.openings(edition=year.edition_id))
    return [record.kind for record in ledger.records]


def blockers(year):
    return review.blockers(year.edition, Phase.PUBLISHED, now=AFTER)
