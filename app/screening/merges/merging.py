"""The same procurement nominated twice: one nomination is put behind another, and taken out from behind it again.

The one that stands for both takes over the facts that are chosen; words and nominators stay where they are. Nobody gets
a letter because of it. Both can be done while decisions are made, so never once the ballot is prepared.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import or_, select

from app.awards import categories
from app.awards import service as awards
from app.awards.actors import actor
from app.awards.categories import CategoryInUse
from app.awards.models import Category
from app.awards.plaintext import tidy
from app.extensions import db
from app.ledger import service as ledger
from app.nominations import behind, content
from app.nominations import service as nominations
from app.nominations.drafts import NominationError, NotNow
from app.nominations.models import Nomination
from app.nominations.records import content_pseudonym, happened, pseudonym, record
from app.screening.decisions import posting
from app.screening.decisions.decisions import DECIDED_IN, OnShortlist, WrongPhase, on_shortlist
from app.screening.merges import choices, duplicates, replay
from app.screening.merges.choices import CATEGORY, CHOICES, Value
from app.screening.merges.duplicates import ROOTS
from app.screening.merges.replay import Outcome
from app.screening.models import Merge, Verb

TARGET, SOURCE = "target", "source"


class Itself(NominationError):
    """A nomination cannot be put behind itself."""


class Changed(NominationError):
    """One of the two is no longer what whoever chose has seen."""


class CategoryNotChosen(NominationError):
    """They stand in two categories, perhaps on purpose; whoever puts them together says which it shall be."""


class MarkedDistinct(NominationError):
    """Somebody found that they are about different procurements; that has to be taken back first."""


class NoSuchMerge(NominationError):
    """There is no such merge in the edition."""


class AlreadyUndone(NominationError):
    """The merge was undone before."""


def stamp(nomination: Nomination) -> str:
    """A short text that is another one as soon as anything that whoever merges has seen is different."""
    below = [item.id for item in behind.behind(nomination)]
    seen = f"{content.text(nomination)}\n{nomination.state}\n{below}"
    return hashlib.sha256(seen.encode()).hexdigest()[:16]


def merge(
    edition_id: int,
    target_id: int,
    source_id: int,
    take: Mapping[str, str],
    *,
    versions: Mapping[int, str],
    by: int,
    now: datetime,
) -> Merge:
    """Puts the source behind the target; `take` says of each choice (`choices.CHOICES`) whose fact stands.

    What is not named stays the target's, but a differing category has to be. `versions` holds the `stamp` of both as
    they were seen. Raises `Gone`, `WrongPhase`, `Itself`, `NotNow`, `OnShortlist`, `MarkedDistinct`, `Changed` and
    `CategoryNotChosen`.
    """
    if awards.lock(edition_id).phase not in DECIDED_IN:
        raise WrongPhase
    target, source = (nominations.nomination(edition_id, each) for each in (target_id, source_id))
    _refuse(target, source, versions)
    taken = _taken(target, source, take)
    before = {name: choices.value(target, choices.BY_NAME[name]) for name in taken}
    made = Merge(
        edition_id=edition_id, target=target, source=source, taken=taken, before=before, account_id=by, at=now
    )
    db.session.add(made)
    posting.cancel(source, list(Verb), now=now)
    source.state_before, source.merged_into_id = source.state, target.id
    source.state = type(source.state).MERGED
    db.session.flush()
    happened(source, "merged", now=now, by=by, note=target.title)
    happened(target, "joined", now=now, by=by, note=source.title)
    _record(made, "nomination-merged", by=by, now=now)
    _say(target, taken, by=by, now=now)
    return made


def undo(edition_id: int, merge_id: int, reason: str, *, by: int, now: datetime) -> Merge:
    """Takes two apart again, in whatever order; the source stands where it stood, with what is behind it.

    The target's facts become what its other merges make of its own; what somebody has edited since stays. Raises
    `WrongPhase`, `NoSuchMerge`, `AlreadyUndone` and `OnShortlist` (a nominee cannot go back to its own category).
    """
    if awards.lock(edition_id).phase not in DECIDED_IN:
        raise WrongPhase
    undone = find(edition_id, merge_id)
    _take_apart(undone, because=tidy(reason), by=by, now=now)
    return undone


@nominations.before_withdrawal
def stand_alone(nomination: Nomination, now: datetime) -> None:
    """Takes a nomination that its author takes back out of every merge, so that it takes no other along."""
    touching = or_(Merge.source_id == nomination.id, Merge.target_id == nomination.id)
    query = select(Merge).where(touching, Merge.undone_at.is_(None)).order_by(Merge.id.desc())
    for each in db.session.scalars(query).all():
        _take_apart(each, because="", by=None, now=now)


def forget(numbers: Collection[int]) -> None:
    """Empties what merges of these nominations remember about people, and why they were undone."""
    touching = or_(Merge.source_id.in_(numbers), Merge.target_id.in_(numbers))
    for each in db.session.scalars(select(Merge).where(touching)):
        each.taken, each.before = (choices.without_people(said) for said in (each.taken, each.before))
        each.undone_because = ""
    db.session.flush()


def find(edition_id: int, merge_id: int) -> Merge:
    """One merge of the edition that is in force; raises `NoSuchMerge` or `AlreadyUndone`."""
    found = db.session.get(Merge, merge_id)
    if found is None or found.edition_id != edition_id:
        raise NoSuchMerge
    if found.undone_at is not None:
        raise AlreadyUndone
    return found


def merges(edition_id: int) -> list[Merge]:
    """Every merge of the edition that is in force, the oldest first."""
    query = select(Merge).where(Merge.edition_id == edition_id, Merge.undone_at.is_(None))
    return list(db.session.scalars(query.order_by(Merge.id)))


def _refuse(target: Nomination, source: Nomination, versions: Mapping[int, str]) -> None:
    if target.id == source.id:
        raise Itself
    for each in (target, source):
        if each.state not in ROOTS:
            raise NotNow(each.state)
    if on_shortlist(source):
        raise OnShortlist
    if duplicates.marks(target, source):
        raise MarkedDistinct
    if any(versions.get(each.id) != stamp(each) for each in (target, source)):
        raise Changed


def _taken(target: Nomination, source: Nomination, take: Mapping[str, str]) -> dict[str, Value]:
    differing = choices.differing(target, source)
    if CATEGORY in differing and take.get(CATEGORY.name) not in {TARGET, SOURCE}:
        raise CategoryNotChosen
    taken = {
        choice.name: choices.value(source, choice) for choice in differing if take.get(choice.name) == SOURCE
    }
    if CATEGORY.name in taken and on_shortlist(target):
        raise OnShortlist
    return taken


def _say(nomination: Nomination, said: Mapping[str, Value], *, by: int | None, now: datetime) -> None:
    """Puts facts on a nomination, with a version and a ledger entry of its own."""
    if not said:
        return
    if not nomination.versions:
        content.keep_version(nomination, by=None, now=nomination.updated_at)
    for choice in CHOICES:
        if choice.name in said:
            choices.put(nomination, choice, said[choice.name])
    nomination.updated_at = now
    db.session.flush()
    if content.keep_version(nomination, by=by, now=now) is None:
        return
    who = _who(nomination.edition_id, by, now)
    record(
        nomination, "nomination-corrected", now=now, by=who, content=content_pseudonym(nomination, now=now)
    )


def after_undoing(undone: Merge) -> Outcome:
    """What undoing a merge would make of facts. Only reads."""
    return replay.without(undone, [each for each in merges(undone.edition_id) if each.id > undone.id])


def _take_apart(undone: Merge, *, because: str, by: int | None, now: datetime) -> None:
    outcome = after_undoing(undone)
    changed = [(db.session.get_one(Nomination, number), said) for number, said in outcome.said.items()]
    if any(CATEGORY.name in said and on_shortlist(nomination) for nomination, said in changed):
        raise OnShortlist
    for number, (before, taken) in outcome.remembered.items():
        fitting = db.session.get_one(Merge, number)
        fitting.before, fitting.taken = before, taken
    target, source = undone.target, undone.source
    undone.undone_at, undone.undone_by, undone.undone_because = now, by, because
    source.state, source.state_before = source.state_before or ROOTS[0], None
    source.merged_into_id = None
    db.session.flush()
    posting.cancel(source, list(Verb), now=now)
    for each, what, other in ((source, "unmerged", target), (target, "left", source)):
        happened(each, what, now=now, by=by, note="\n".join(filter(None, (other.title, because))))
    _record(undone, "nomination-unmerged", by=by, now=now)
    for nomination, said in changed:
        _say(nomination, said, by=by, now=now)


def _record(merge: Merge, kind: str, *, by: int | None, now: datetime) -> None:
    into = pseudonym(merge.target, now=now)
    record(merge.source, kind, now=now, by=_who(merge.edition_id, by, now), into=into)


def _who(edition_id: int, by: int | None, now: datetime) -> dict[str, Any]:
    """The ledger's `by`: the account, or the supplier who took a nomination back."""
    if by is not None:
        return actor(edition_id, by, now)
    return ledger.by(edition=edition_id, role="supplier", account=None, now=now)


@categories.before_removal
def _keep_remembered(category: Category) -> None:
    """A category that a merge would go back to stays."""
    for each in merges(category.edition_id):
        if each.before.get(CATEGORY.name, {}).get("category_id") == category.id:
            raise CategoryInUse
