"""The shortlist: accepted nominations become nominees, in the order and with the words that stand on the ballot."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext
from sqlalchemy import func, select

from app.awards import service as awards
from app.awards.actors import actor
from app.awards.duties import Blocker
from app.awards.models import Category, Edition
from app.core import canonical
from app.core.phases import Phase
from app.core.rules import MOST_NOMINEES, Kind
from app.extensions import db
from app.ledger import service as ledger
from app.nominations.drafts import NominationError, NotNow
from app.nominations.models import Nomination, Nominee, State
from app.nominations.records import happened
from app.web import language

FEWEST_NOMINEES = 2
"""One nominee against a blank vote would be an acclamation dressed up as a contest."""

TITLE_LIMIT = 200
SUMMARY_LIMIT = 300
FIELDS = ("title", "authority", "summary_sv", "summary_en")


class ShortlistLocked(NominationError):
    """The shortlist is made after the nominations and before the ballot."""


class ShortlistFull(NominationError):
    """A category holds as many nominees as a ballot can."""


class TitleTaken(NominationError):
    """Two nominees of a category cannot have the same name: voters could not tell them apart."""


class NoSuchNominee(NominationError):
    """The nominee is not on the shortlist (any more)."""


def in_category(category_id: int) -> list[Nominee]:
    """The category's nominees in order."""
    query = select(Nominee).where(Nominee.category_id == category_id).order_by(Nominee.position, Nominee.id)
    return list(db.session.scalars(query))


def candidates(category_id: int) -> list[Nomination]:
    """Accepted nominations of the category that are not on the shortlist."""
    chosen = select(Nominee.nomination_id)
    query = select(Nomination).where(
        Nomination.category_id == category_id,
        Nomination.state == State.ACCEPTED,
        Nomination.id.not_in(chosen),
    )
    return list(db.session.scalars(query.order_by(Nomination.authority, Nomination.title, Nomination.id)))


def nominee(edition_id: int, nominee_id: int) -> Nominee:
    """One nominee of the edition; raises `NoSuchNominee`."""
    found = db.session.get(Nominee, nominee_id)
    if found is None or found.edition_id != edition_id:
        raise NoSuchNominee
    return found


def add(edition_id: int, nomination_id: int, *, by: int, now: datetime) -> Nominee:
    """Puts an accepted nomination last in its category; raises `ShortlistLocked`, `ShortlistFull`, `NotNow`."""
    _open(edition_id)
    chosen = db.session.get(Nomination, nomination_id)
    if chosen is None or chosen.edition_id != edition_id or chosen.category_id is None:
        raise NoSuchNominee
    if chosen.state is not State.ACCEPTED:
        raise NotNow(chosen.state)
    there = in_category(chosen.category_id)
    if already := next((item for item in there if item.nomination_id == chosen.id), None):
        return already
    if len(there) >= MOST_NOMINEES:
        raise ShortlistFull
    added = Nominee(
        edition_id=edition_id,
        category_id=chosen.category_id,
        nomination_id=chosen.id,
        position=max((item.position for item in there), default=0) + 1,
        title=_own_title(chosen, {item.title for item in there}),
        authority=chosen.authority[:TITLE_LIMIT],
    )
    setattr(added, f"summary_{chosen.language}", opening(chosen.why))
    db.session.add(added)
    db.session.flush()
    happened(chosen, "shortlisted", now=now, by=by)
    return added


def remove(edition_id: int, nominee_id: int, *, by: int, now: datetime) -> None:
    """Takes a nominee off the shortlist; the nomination stays accepted. Raises `ShortlistLocked`, `NoSuchNominee`."""
    _open(edition_id)
    leaving = nominee(edition_id, nominee_id)
    happened(leaving.nomination, "unlisted", now=now, by=by)
    db.session.delete(leaving)
    db.session.flush()


def shift(edition_id: int, nominee_id: int, step: int) -> None:
    """Moves a nominee one place up (-1) or down (1); at the edge nothing happens."""
    _open(edition_id)
    moving = nominee(edition_id, nominee_id)
    order = in_category(moving.category_id)
    place = order.index(moving)
    if 0 <= place + step < len(order):
        order.insert(place + step, order.pop(place))
    for position, item in enumerate(order, 1):
        item.position = position
    db.session.flush()


def change(edition_id: int, nominee_id: int, fields: Mapping[str, Any], *, by: int, now: datetime) -> None:
    """Changes the words on the ballot; raises `ShortlistLocked`, `NoSuchNominee`, `TitleTaken`."""
    _open(edition_id)
    changing = nominee(edition_id, nominee_id)
    taken = {item.title.casefold() for item in in_category(changing.category_id) if item.id != changing.id}
    if fields["title"].casefold() in taken:
        raise TitleTaken
    for name in FIELDS:
        setattr(changing, name, fields[name])
    db.session.flush()
    happened(changing.nomination, "worded", now=now, by=by)


def blockers(edition: Edition) -> list[Blocker]:
    """What the shortlist lacks before the ballot can be made of it."""
    query = select(Nominee.category_id, func.count()).where(Nominee.edition_id == edition.id)
    numbers = {row[0]: row[1] for row in db.session.execute(query.group_by(Nominee.category_id))}
    found = []
    for category in edition.categories:
        number = numbers.get(category.id, 0)
        if number < FEWEST_NOMINEES:
            found.append(
                Blocker(
                    lazy_gettext(
                        "“%(category)s” has fewer than two nominees to choose between.",
                        category=_Name(category),
                    )
                )
            )
        elif category.kind is Kind.APPROVE and category.max_choices > number:
            found.append(
                Blocker(
                    lazy_gettext(
                        "“%(category)s” lets voters choose up to %(number)s, but has fewer nominees.",
                        category=_Name(category),
                        number=category.max_choices,
                    )
                )
            )
    return found


def record(edition_id: int, *, by: int | None, now: datetime) -> None:
    """Writes the finished shortlist into the ledger: how many in each category, and a pseudonym of its words."""
    edition = awards.lock(edition_id)
    lists = {category.slug: in_category(category.id) for category in edition.categories}
    words = {
        slug: [{name: getattr(item, name) for name in FIELDS} for item in items]
        for slug, items in lists.items()
    }
    content = canonical.dumps(
        [{"category": slug, "nominees": items} for slug, items in words.items()]
    ).decode()
    pseudonym = ledger.erasable(edition=edition_id, subject=f"shortlist:{edition_id}", text=content, now=now)
    data = {
        "by": actor(edition_id, by, now),
        "categories": [{"category": slug, "nominees": len(items)} for slug, items in lists.items()],
        "shortlist": pseudonym,
    }
    ledger.append(edition=edition_id, kind="shortlist-made", data=data, now=now)


def opening(text: str, limit: int = SUMMARY_LIMIT) -> str:
    """The first words of a longer text, whole sentences where they fit: a first proposal for the ballot."""
    first = " ".join(text.split())
    if len(first) <= limit:
        return first
    cut = first[: limit - 1]
    sentence = max(cut.rfind(". "), cut.rfind("! "), cut.rfind("? "))
    if sentence > limit // 3:
        return cut[: sentence + 1]
    return cut[: cut.rfind(" ")].rstrip(",;:") + "…" if " " in cut else cut + "…"


def _open(edition_id: int) -> Edition:
    edition = awards.lock(edition_id)
    if edition.phase is not Phase.SHORTLISTING:
        raise ShortlistLocked
    return edition


def _own_title(nomination: Nomination, taken: set[str]) -> str:
    """A title that no other nominee of the category has, compared without regard to capitals."""
    folded = {title.casefold() for title in taken}
    plain = nomination.title[:TITLE_LIMIT]
    title, number = plain, 1
    while title.casefold() in folded:
        suffix = f" ({nomination.authority})" if number == 1 else f" ({number})"
        title, number = plain[: TITLE_LIMIT - len(suffix)] + suffix, number + 1
    return title


class _Name:
    """A category's name in the language of whoever reads it."""

    def __init__(self, category: Category) -> None:
        self.names = {lang: category.name(lang) for lang in ("sv", "en")}

    def __str__(self) -> str:
        return self.names[language()]
