"""What tests about ballots share: an open vote, ballots of its voters, and the JSON that a browser sends."""

from __future__ import annotations

from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import select

from app.ballots import service as ballots
from app.ballots.models import Credential
from app.core.belenios.ballots import make_ballot
from app.extensions import db
from tests.tally.year import Year, open_vote

__all__ = ["Year", "ballot", "cast", "open_vote", "post", "public"]


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
