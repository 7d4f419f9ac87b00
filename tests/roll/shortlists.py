"""Editions with a shortlist, for tests of who may vote: nominations with senders and winners, and a roll."""

from __future__ import annotations

from typing import Any

from app.awards import service as awards
from app.awards.models import Edition
from app.ballots import service as ballots
from app.core.phases import Phase
from app.extensions import db, transaction
from app.nominations.models import Nomination, Nominee, State
from app.roll import duties, rows, service
from app.roll.models import Voter
from tests.awards.conftest import make_edition
from tests.conftest import START

NUMBERS = ("5560360793", "5560125790", "5565475489", "2120000142")


def shortlisting(**fields: Any) -> Edition:
    """An edition whose shortlist is being made."""
    made = make_edition(START, slug="2026", **fields)
    with transaction():
        for to in (Phase.NOMINATING, Phase.SHORTLISTING):
            awards.record_phase(made.id, to, account_id=None, now=START)
    return made


def nomination(edition: Edition, name: str = "Färgfabriken AB", **fields: Any) -> Nomination:
    """An accepted nomination, from the company *name*."""
    values = {
        "state": State.ACCEPTED, "title": f"Om {name}", "authority": "Växjö kommun", "company": name,
        "contact_name": "Åsa Ödman", "contact_email": f"{abs(hash(name)) % 10**8}@farg.example", "orgnr": NUMBERS[0],
        "category_id": edition.categories[0].id,
    } | fields  # fmt: skip
    with transaction():
        made = Nomination(
            edition_id=edition.id, public_id=f"{len(db.session.query(Nomination).all())}-{edition.id}"[:22],
            created_at=START, updated_at=START, **values,
        )  # fmt: skip
        db.session.add(made)
    return made


def nominee(made: Nomination) -> Nominee:
    """Puts a nomination on the ballot."""
    with transaction():
        added = Nominee(
            edition_id=made.edition_id, category_id=made.category_id, nomination_id=made.id,
            position=db.session.query(Nominee).count() + 1, title=f"{made.title} {made.id}", authority=made.authority,
        )  # fmt: skip
        db.session.add(added)
    return added


def on_the_list(edition: Edition, company: str, number: str = "", **fields: Any) -> Voter:
    """A voter that the secretariat has on its list."""
    row, problems = rows.judge(
        line=0, company=company, number=number, sole_trader=fields.pop("sole_trader", ""),
        country=fields.pop("country", ""), email=fields.pop("email", f"v{db.session.query(Voter).count()}@list.example"),
        contact=fields.pop("contact", ""), language="sv", **fields,
    )  # fmt: skip
    assert not problems
    with transaction():
        return service.save_voter(edition_id=edition.id, row=row, by=None, now=START)


def make_ballots(edition: Edition) -> None:
    """What the worker does: derives, then binds, freezes and moves."""
    ballots.prepare(edition_id=edition.id, now=START)
    bind_ballots(edition)


def bind_ballots(edition: Edition) -> None:
    """The second half of that, in one transaction."""
    with transaction():
        duties.enter(edition.id, Phase.PREPARED, by=None, now=START)
        ballots.enter(edition.id, Phase.PREPARED, by=None, now=START)
        awards.record_phase(edition.id, Phase.PREPARED, account_id=None, now=START)


def go_back(edition: Edition) -> None:
    """Back to the shortlist: the ballots are destroyed."""
    with transaction():
        duties.enter(edition.id, Phase.SHORTLISTING, by=None, now=START)
        ballots.enter(edition.id, Phase.SHORTLISTING, by=None, now=START)
        awards.record_phase(edition.id, Phase.SHORTLISTING, account_id=None, now=START)


def full_shortlist(edition: Edition, **winner: Any) -> list[Nominee]:
    """Two nominees in every category, the first one of the first category with the facts that are given."""
    made = []
    for category in edition.categories:
        for _place in range(2):
            facts = winner if not made else {}
            sender = (
                {"company": f"Sändare {len(made)} AB", "orgnr": ""} | {"category_id": category.id} | facts
            )
            made.append(nominee(nomination(edition, sender.pop("company"), **sender)))
    return made


def credentials(edition: Edition) -> set[int]:
    """The voters who have a ballot."""
    from app.ballots.models import Credential

    db.session.rollback()
    found = db.session.query(Credential.voter_id).filter_by(edition_id=edition.id)
    return {voter for (voter,) in found if voter is not None}
