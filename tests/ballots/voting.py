"""What tests about ballots share: an open vote, ballots of its voters, and the JSON that a browser sends."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import select

from app.ballots import service as ballots
from app.ballots.models import Credential
from app.ballots.replacing import Two
from app.core.belenios.ballots import make_ballot
from app.extensions import db
from app.mail.models import Letter
from app.mail.rendering import written
from app.roll import service as roll
from tests.tally.year import Year, open_vote

__all__ = ["Year", "ballot", "cast", "code_in", "open_vote", "post", "public", "two", "voter_ids"]

CODE = re.compile(
    r"[1-9A-HJ-NP-Za-km-z]{5}-[1-9A-HJ-NP-Za-km-z]{6}-[1-9A-HJ-NP-Za-km-z]{5}-[1-9A-HJ-NP-Za-km-z]{6}"
)


def ballot(year: Year, voter: int, *marked: set[int]) -> bytes:
    """A fresh ballot of a voter: in each category the nominees marked (the first one where nothing is said)."""
    questions = ballots.questions(year.edition_id)
    picks = [*marked, *[{0}] * (len(questions) - len(marked))]
    choices = [question.choices(frozenset(each)) for question, each in zip(questions, picks, strict=True)]
    return make_ballot(ballots.election(year.edition_id), year.secrets[voter], choices)


def public(year: Year, voter: int) -> str:
    """A voter's public credential, as it was issued."""
    query = select(Credential.public).where(
        Credential.edition_id == year.edition_id, Credential.voter_id.is_not(None)
    )
    return db.session.scalars(query.order_by(Credential.id)).all()[voter]


def post(client: FlaskClient, path: str, body: Any, **headers: str) -> tuple[int, Any]:
    """Posts JSON; status and JSON of the answer."""
    response = client.post(path, json=body, headers=headers)
    return response.status_code, response.get_json()


def cast(client: FlaskClient, year: Year, data: bytes | str) -> tuple[int, Any]:
    """Casts a ballot over HTTP."""
    text = data.decode() if isinstance(data, bytes) else data
    return post(client, f"/rosta/{year.slug}/rost", {"ballot": text})


def two(year: Year) -> Two:
    """Two people of the secretariat: who asked, and who approved."""
    return Two(year.secretaries[0].id, year.secretaries[1].id)


def voter_ids(year: Year) -> list[int]:
    """The voters, in the order in which they came on the roll."""
    return sorted(voter.id for voter in roll.voters(year.edition_id))


def code_in(letter: Letter, now: datetime) -> str:
    """The one code in a letter with a ballot."""
    said = written("ballot", letter.subject_id, letter.language, now)
    assert said is not None
    (code,) = set(CODE.findall(said.text))
    return str(code)
