"""Whom a nomination concerns besides its author, and whether they were told.

A nomination stands together with those merged behind it: its authority has been told when that of any of them was, and a
person is somebody of that name, whichever of them names them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import and_, select

from app.awards import service as awards
from app.awards.models import Edition
from app.core.phases import Phase
from app.extensions import db
from app.mail.models import Letter, LetterState
from app.nominations.behind import parents, root, together, top
from app.nominations.models import Nomination, State
from app.screening.models import Party, Told, ToldLetter

LETTER = "nominee_told"
TOLD_IN = (
    Phase.NOMINATING,
    Phase.SHORTLISTING,
    Phase.PREPARED,
    Phase.VOTING,
    Phase.COUNTING,
    Phase.REVIEW,
)
NOT_DELIVERED = (LetterState.FAILED, LetterState.CANCELLED)


class NobodyNamed(LookupError):
    """The nomination names no such party."""


@dataclass(frozen=True)
class Standing:
    """What is to be said of one party: what the nomination says of it, and whether and how it was told.

    `nomination` names them, perhaps a merged one; `letter` is how far the newest letter has come, "" where there is none
    (any more); `possible` whether they can be told now.
    """

    nomination: Nomination
    party: Party
    told: Told | None
    letter: str
    possible: bool

    @property
    def name(self) -> str:
        """Who it is."""
        return _name(self.nomination, self.party)

    @property
    def email(self) -> str:
        """The address that the nomination gives, or ""."""
        person = self.party is Party.PERSON
        return self.nomination.person_email if person else self.nomination.authority_email

    @property
    def reached(self) -> bool:
        """Whether they were told, or a letter is on its way."""
        return self.told is not None and self.letter not in NOT_DELIVERED

    @property
    def version(self) -> int:
        """Which link is the newest; 0 before any."""
        return self.told.link_version if self.told is not None else 0


def concerned(members: Iterable[Nomination]) -> list[tuple[Nomination, Party]]:
    """Whom nominations that stand together concern, the first being the root: its authority, and each person named."""
    everyone = list(members)
    found = [(item, Party.AUTHORITY) for item in everyone[:1] if _name(item, Party.AUTHORITY)]
    people = {_fold(item.person_name): item for item in reversed(everyone) if item.person_name}
    return [
        *found,
        *((item, Party.PERSON) for item in everyone if people.get(_fold(item.person_name)) is item),
    ]


def standing(nomination: Nomination) -> list[Standing]:
    """What there is to say of everyone whom a nomination concerns, for its page."""
    members = together(root(nomination))
    return [of_party(item, party) for item, party in concerned(members)]


def of_party(naming: Nomination, party: Party) -> Standing:
    """What there is to say of a party that *naming* names; raises `NobodyNamed`."""
    about = root(naming)
    if not _name(naming, party) or (party is Party.AUTHORITY and naming is not about):
        raise NobodyNamed(party)
    told = next((item for item in everyone_told(about) if _is(item, naming, party)), None)
    phase = awards.by_id(about.edition_id).phase
    return Standing(
        nomination=naming,
        party=party,
        told=told,
        letter=_letter_state(told) if told else "",
        possible=about.state is State.ACCEPTED and phase in TOLD_IN,
    )


def everyone_told(about: Nomination) -> list[Told]:
    """Everyone who was told of the nomination, or of one behind it, the newest first."""
    query = select(Told).where(Told.nomination_id.in_([item.id for item in together(about)]))
    return list(db.session.scalars(query.order_by(Told.told_at.desc(), Told.id.desc())))


def untold(edition: Edition) -> list[tuple[Nomination, Party]]:
    """Whom accepted nominations concern and who has not been told, or could not be reached."""
    if edition.phase not in TOLD_IN:
        return []
    above, reached = parents(edition.id), _reached(edition.id)
    query = select(Nomination).where(
        Nomination.edition_id == edition.id, Nomination.state.in_((State.ACCEPTED, State.MERGED))
    )
    trees: dict[int, list[Nomination]] = {}
    for item in db.session.scalars(query.order_by(Nomination.id)):
        tree = trees.setdefault(top(above, item.id), [])
        tree.insert(0 if item.state is State.ACCEPTED else len(tree), item)
    return [
        (item, party)
        for number, members in trees.items()
        if members[0].state is State.ACCEPTED
        for item, party in concerned(members)
        if _key(number, party, item.person_name) not in reached
    ]


def _reached(edition_id: int) -> set[tuple[int, Party, str]]:
    """Who has been told, or is about to be, by root, party and a person's name."""
    above = parents(edition_id)
    newest = and_(ToldLetter.told_id == Told.id, ToldLetter.version == Told.link_version)
    query = (
        select(Told.nomination_id, Told.party, Told.name)
        .join(Nomination, Nomination.id == Told.nomination_id)
        .join(ToldLetter, newest)
        .outerjoin(Letter, and_(Letter.name == LETTER, Letter.subject_id == ToldLetter.id))
        .where(Nomination.edition_id == edition_id)
        .where(Letter.state.is_(None) | Letter.state.not_in(NOT_DELIVERED))
    )
    return {_key(top(above, number), party, name) for number, party, name in db.session.execute(query)}


def _key(root_id: int, party: Party, name: str) -> tuple[int, Party, str]:
    return root_id, party, _fold(name) if party is Party.PERSON else ""


def _fold(name: str) -> str:
    return " ".join(name.casefold().split())


def _name(naming: Nomination, party: Party) -> str:
    return naming.person_name if party is Party.PERSON else naming.authority


def _is(told: Told, naming: Nomination, party: Party) -> bool:
    """Whether that party is who was told: an authority in any case, a person by the name."""
    return told.party is party and (party is Party.AUTHORITY or _fold(told.name) == _fold(naming.person_name))


def _letter_state(told: Told) -> str:
    query = select(Letter.state).join(
        ToldLetter, and_(Letter.name == LETTER, Letter.subject_id == ToldLetter.id)
    )
    newest = query.where(ToldLetter.told_id == told.id, ToldLetter.version == told.link_version)
    return db.session.scalar(newest) or ""
