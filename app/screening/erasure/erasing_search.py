"""Where a person stands in nominations and what the secretariat made of them: who they are there, and every place."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from flask_babel import gettext
from sqlalchemy import func, or_, select
from sqlalchemy.orm import selectinload

from app.awards.models import Edition
from app.core import canonical
from app.extensions import db
from app.mail.models import Letter
from app.nominations import behind, forgetting
from app.nominations.keeping import ANSWERS, LINKS
from app.nominations.models import AskedLetter, Nomination, Nominee, State
from app.screening.decisions import recipients
from app.screening.erasure import mentions
from app.screening.keeping import EARLIER
from app.screening.models import Answer, Decision, Merge, Party, Told, ToldLetter
from app.screening.pages import labels
from app.screening.told import concerned

BATCH = 100
MOST = 100
LETTERS = (*LINKS, *ANSWERS, *EARLIER, recipients.LETTER, concerned.LETTER, "result")
NAMING = {
    "nominator": ("company", "contact_name", "contact_email"),
    "person": ("person_name", "person_email"),
    "authority": ("authority_email",),
}
"""The fields that make somebody a nomination's nominator, the person named in it, or the authority's address."""

PARTIES = {Party.PERSON: "person", Party.AUTHORITY: "authority"}
UNDECIDED = (
    State.DRAFT,
    State.SUBMITTED,
    State.CONFIRMED,
    State.COMPLETION_ASKED,
    State.WITHDRAWN,
)


class TooMany(LookupError):
    """More nominations than anybody can look through."""


@dataclass(frozen=True)
class Place:
    """Where it stands: what that is called, and the words there."""

    name: str
    words: str


@dataclass
class Sight:
    """A person in one nomination: as whom, under which names and addresses, and where they stand.

    `goes` says whether the nomination goes with them, `on_ballot` whether they stand in what voters read.
    """

    nomination: Nomination
    edition: Edition
    roles: list[str]
    known: set[str]
    places: list[Place]
    goes: bool
    on_ballot: bool
    rows: list[Any] = field(repr=False)


@dataclass
class Found:
    """Everything that was found; `digest` changes when any of it does."""

    text: str
    sights: list[Sight]
    letters: int

    @property
    def digest(self) -> str:
        """What the page and the deed compare."""
        seen = [
            [
                sight.nomination.id,
                str(sight.nomination.state),
                sight.roles,
                sight.goes,
                [[p.name, p.words] for p in sight.places],
            ]
            for sight in self.sights
        ]
        return hashlib.sha256(canonical.dumps([self.text, seen, self.letters])).hexdigest()


def look(text: str) -> Found:
    """Where a name or an address stands; raises `mentions.TooShort` or `TooMany`."""
    text = " ".join(text.split())
    wanted = mentions.pattern(text)
    editions = {edition.id: edition for edition in db.session.scalars(select(Edition))}
    sights = []
    for nomination, rows in _everything():
        if not any(
            mentions.stands_in(wanted, getattr(row, name)) for row in rows for name in mentions.columns(row)
        ):
            continue
        sights.append(_sight(text, wanted, nomination, rows, editions[nomination.edition_id]))
        if len(sights) > MOST:
            raise TooMany
    return Found(text, sights, _letters(text))


def _sight(
    text: str, wanted: mentions.Pattern, nomination: Nomination, rows: list[Any], edition: Edition
) -> Sight:
    """What is to be said of one nomination; whoever was found by their address is looked for by name as well."""
    roles = _roles(wanted, nomination, rows)
    known = {text, *_called(nomination, roles)}
    everything = mentions.pattern(*known)
    return Sight(
        nomination,
        edition,
        roles,
        known,
        _places(everything, rows),
        "nominator" in roles and _goes(nomination),
        _on_ballot(everything, nomination),
        rows,
    )


def _called(nomination: Nomination, roles: list[str]) -> set[str]:
    """What they are called in a nomination. A company is nobody, except that of a sole trader."""
    names = [name for role in roles for name in NAMING[role]]
    said = {getattr(nomination, name) for name in names if name != "company" or nomination.sole_trader}
    return {each for each in said if len(each) >= mentions.SHORTEST}


def label(row: Any, name: str) -> str:
    """What a column is called on the page."""
    kinds = {
        "nomination_versions": gettext("A kept version"),
        "nomination_events": gettext("The history"),
        "nomination_attachments": gettext("The name of a file"),
        "asked_letters": gettext("A link that was mailed"),
        "nomination_decisions": gettext("A decision and its letter"),
        "nomination_told": gettext("What somebody was told and answered"),
        "nomination_told_letters": gettext("A letter to the nominated"),
        "nomination_merges": gettext("A merge"),
        "eligibility_answers": gettext("A note on a rule"),
    }
    if isinstance(row, Nomination):
        return {"read": gettext("What the notice said"), "sources": gettext("What the notice said")}.get(
            name, labels.label(name)
        )
    return kinds[row.__tablename__]


def _everything() -> Iterator[tuple[Nomination, list[Any]]]:
    """Each nomination of any edition with every row that is about it."""
    last = 0
    while batch := _batch(last):
        last = batch[-1].id
        ids = [item.id for item in batch]
        others = _others(ids)
        for item in batch:
            yield item, [item, *item.versions, *item.events, *item.attachments, *others[item.id]]


def _batch(after: int) -> list[Nomination]:
    query = (
        select(Nomination)
        .where(Nomination.id > after)
        .options(
            selectinload(Nomination.versions),
            selectinload(Nomination.events),
            selectinload(Nomination.attachments),
        )
    )
    return list(db.session.scalars(query.order_by(Nomination.id).limit(BATCH)))


def _others(ids: list[int]) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = defaultdict(list)
    models: tuple[Any, ...] = (AskedLetter, Decision, Told, Answer)
    for model in models:
        for row in db.session.scalars(select(model).where(model.nomination_id.in_(ids)).order_by(model.id)):
            found[row.nomination_id].append(row)
    letters = select(ToldLetter, Told.nomination_id).join(Told).where(Told.nomination_id.in_(ids))
    for letter, number in db.session.execute(letters.order_by(ToldLetter.id)):
        found[number].append(letter)
    merges = select(Merge).where(or_(Merge.source_id.in_(ids), Merge.target_id.in_(ids)))
    for merge in db.session.scalars(merges.order_by(Merge.id)):
        for number in {merge.source_id, merge.target_id} & set(ids):
            found[number].append(merge)
    return found


def _places(wanted: mentions.Pattern, rows: list[Any]) -> list[Place]:
    found = [
        Place(label(row, name), mentions.excerpt(wanted, value))
        for row in rows
        for name in mentions.columns(row)
        if mentions.stands_in(wanted, value := getattr(row, name))
    ]
    return list(dict.fromkeys(found))


def _roles(wanted: mentions.Pattern, nomination: Nomination, rows: list[Any]) -> list[str]:
    roles = {
        group
        for group, names in NAMING.items()
        if any(mentions.stands_in(wanted, getattr(nomination, name)) for name in names)
    }
    for told in (row for row in rows if isinstance(row, Told)):
        if mentions.stands_in(wanted, [told.name, told.email]):
            roles.add(PARTIES[told.party])
    return [group for group in forgetting.GROUPS if group in roles]


def _goes(nomination: Nomination) -> bool:
    """Whether nobody is left behind it and nothing was decided: then it is not kept without its nominator."""
    return nomination.state in UNDECIDED and not behind.behind(nomination)


def _on_ballot(wanted: mentions.Pattern, nomination: Nomination) -> bool:
    nominee = db.session.scalar(select(Nominee).where(Nominee.nomination_id == nomination.id))
    texts = nominee and [nominee.title, nominee.authority, nominee.summary_sv, nominee.summary_en]
    return mentions.stands_in(wanted, texts)


def _letters(text: str) -> int:
    if not mentions.is_address(text):
        return 0
    query = select(func.count()).select_from(Letter)
    return (
        db.session.scalar(query.where(Letter.name.in_(LETTERS), func.lower(Letter.to) == text.lower())) or 0
    )
