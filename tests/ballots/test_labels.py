"""The label of a ballot: in the letter, beside the voter on the helpdesk's page, and in no answer that anyone can get."""

import re

from sqlalchemy import select

from app.ballots import issuing, replacing
from app.ballots import service as ballots
from app.ballots.models import Credential
from app.core.ballot_labels import ballot_label
from app.extensions import db, transaction
from app.mail.rendering import written
from tests.ballots.voting import ballot, cast, post, public
from tests.databases import both_databases
from tests.review.staff import Staff
from tests.tally.year import START


def credentials(year) -> list[Credential]:
    return list(db.session.scalars(select(Credential).order_by(Credential.id)))


@both_databases
def test_every_credential_has_the_label_of_its_secret(year):
    uuid = ballots.election(year.edition_id).uuid
    for each in credentials(year):
        assert each.label == ballot_label(issuing.secret_of(each, uuid))


def test_the_letter_says_it(year):
    first = credentials(year)[0]
    for lang in ("sv", "en"):
        said = written("ballot", first.id, lang, START)
        assert re.search(rf"\b{first.label}\b", said.text)
        assert re.search(rf"\b{first.label}\b", said.html)


def test_the_helpdesk_sees_it_also_of_a_spare_that_took_the_place(app, year, clock):
    secretary = Staff(app, year.secretaries[0])
    first = credentials(year)[0]
    path = f"/sekretariat/2026/rostsedlar/{first.voter_id}"
    secretary.get(path)
    assert first.label in secretary.text
    by = replacing.Two(*(each.id for each in year.secretaries[:2]))
    with transaction():
        new = replacing.replace(
            first.voter_id, edition_id=year.edition_id, reason="Bort", by=by, now=clock.now()
        )
    secretary.get(path)
    assert new.label in secretary.text
    assert first.label not in secretary.text


def test_no_public_answer_tells_it(year, client):
    label = credentials(year)[0].label
    receipt = cast(client, year, ballot(year, 0))[1]["receipt"]
    answers = [
        client.get("/rosta/2026").get_data(as_text=True),
        client.get("/rosta/2026/val").get_data(as_text=True),
        str(post(client, "/rosta/2026/lage", {"credential": public(year, 0)})),
        str(post(client, "/rosta/2026/kvitto", {"tracker": receipt["tracker"]})),
    ]
    for said in answers:
        assert not re.search(rf"(?<![A-Za-z0-9+/]){label}(?![A-Za-z0-9+/=])", said)
