"""A list's rows against each other and against the roll, by the database itself: no row passes through here but once.

The same voter twice: the first row that can be used counts. The same address under different keys: each is a voter of its
own, and marked, for somebody to see. What the roll said when it was compared is kept with each row, so that a confirmation
can ask whether it still does.
"""

from __future__ import annotations

import hashlib
from typing import Any

from sqlalchemy import Select, and_, case, exists, func, insert, or_, select, update
from sqlalchemy.orm import aliased

from app.core import canonical
from app.extensions import db
from app.roll.list_models import COMPARED, Fate, RollImport, RollImportRow
from app.roll.models import Source, Voter
from app.roll.staging import BEFORE

Kept = RollImportRow
USABLE = (Fate.NEW, Fate.CHANGE, Fate.SAME)
VALUES = (
    "company", "orgnr", "sole_trader", "foreign_country", "foreign_number", "email", "contact_name", "language", "sought",
    "sorts_as",
)  # fmt: skip


def compare(made: RollImport) -> None:
    """Decides every judged row's fate, in the caller's transaction, and counts them."""
    _begin_again(made.id)
    _find_repeated(made.id)
    _find_on_roll(made)
    _find_shared(made)
    of_list = Kept.import_id == made.id
    fates = db.session.execute(select(Kept.fate, func.count()).where(of_list).group_by(Kept.fate))
    counts = {fate: number for fate, number in fates if fate != Fate.ABOVE}
    shared = db.session.scalar(select(func.count()).where(of_list, Kept.shared)) or 0
    made.counts = {**counts, "shared": shared}
    made.on_roll = _on_roll(made.edition_id)
    made.kept = made.on_roll - counts.get(Fate.CHANGE, 0) - counts.get(Fate.SAME, 0)
    made.digest = _digest(made)


def stale(made: RollImport) -> bool:
    """Whether the roll is not any more what the list was compared with."""
    if _on_roll(made.edition_id) != made.on_roll:
        return True
    same_key = and_(Voter.edition_id == made.edition_id, Voter.key == Kept.key)
    appeared = select(Kept.id).join(Voter, same_key).where(Kept.import_id == made.id, Kept.fate == Fate.NEW)
    moved = or_(*(getattr(Voter, name) != getattr(Kept, f"before_{name}") for name in COMPARED))
    other = (
        select(Kept.id)
        .outerjoin(Voter, same_key)
        .where(
            Kept.import_id == made.id,
            Kept.fate.in_((Fate.CHANGE, Fate.SAME)),
            or_(Voter.id.is_(None), Voter.id != Kept.voter_id, moved),
        )
    )
    return any(db.session.scalar(query.limit(1)) is not None for query in (appeared, other))


def write(made: RollImport, *, now: Any) -> None:
    """Puts the new ones on the roll and changes the changed; nominators whom the list names stand there by the list now."""
    new = select(
        Kept.key, *(getattr(Kept, name) for name in VALUES), db.literal(made.edition_id), db.literal(now, type_=Voter.added_at.type)
    )  # fmt: skip
    new = new.where(Kept.import_id == made.id, Kept.fate == Fate.NEW).order_by(Kept.id)
    db.session.execute(insert(Voter).from_select(["key", *VALUES, "edition_id", "added_at"], new))
    changed = and_(Kept.import_id == made.id, Kept.fate == Fate.CHANGE, Kept.voter_id == Voter.id)
    values = {name: getattr(Kept, name) for name in VALUES}
    change = update(Voter).where(changed).values(**values, changed_at=now)
    db.session.execute(change.execution_options(synchronize_session=False))
    known = and_(
        Kept.import_id == made.id, Kept.fate.in_((Fate.CHANGE, Fate.SAME)), Kept.voter_id == Voter.id
    )
    listed = update(Voter).where(known, Voter.source == Source.NOMINATOR).values(source=Source.LIST)
    db.session.execute(listed.execution_options(synchronize_session=False))
    for each in list(db.session.identity_map.values()):
        if isinstance(each, Voter):
            db.session.expire(each)


def _begin_again(import_id: int) -> None:
    """As if the rows had just been judged."""
    compared = or_(Kept.fate.in_((Fate.CHANGE, Fate.SAME, Fate.DUPLICATE)), Kept.shared)
    again = update(Kept).where(Kept.import_id == import_id, compared).values(**BEFORE, fate=str(Fate.NEW))
    db.session.execute(again.execution_options(synchronize_session=False))


def _find_repeated(import_id: int) -> None:
    usable = and_(Kept.import_id == import_id, Kept.fate == Fate.NEW)
    firsts = (
        select(Kept.key, func.min(Kept.id).label("first"))
        .where(usable)
        .group_by(Kept.key)
        .having(func.count() > 1)
        .subquery()
    )
    first = aliased(Kept)
    differs = or_(*(getattr(first, name) != getattr(Kept, name) for name in COMPARED))
    repeated = (
        update(Kept)
        .where(usable, Kept.key == firsts.c.key, Kept.id != firsts.c.first, first.id == firsts.c.first)
        .values(fate=str(Fate.DUPLICATE), first_line=first.line, differs=differs)
    )
    db.session.execute(repeated.execution_options(synchronize_session=False))


def _find_on_roll(made: RollImport) -> None:
    moved = or_(*(getattr(Voter, name) != getattr(Kept, name) for name in COMPARED))
    before = {f"before_{name}": getattr(Voter, name) for name in COMPARED}
    there = (
        update(Kept)
        .where(Kept.import_id == made.id, Kept.fate == Fate.NEW)
        .where(Voter.edition_id == made.edition_id, Voter.key == Kept.key)
        .values(voter_id=Voter.id, fate=case((moved, str(Fate.CHANGE)), else_=str(Fate.SAME)), **before)
    )
    db.session.execute(there.execution_options(synchronize_session=False))


def _find_shared(made: RollImport) -> None:
    """Rows whose address another row has too, or somebody on the roll whom the list does not name."""
    usable = and_(Kept.import_id == made.id, Kept.fate.in_(USABLE))
    twice = select(Kept.address).where(usable).group_by(Kept.address).having(func.count() > 1)
    shared = (
        update(Kept)
        .where(usable, or_(Kept.address.in_(twice), Kept.address.in_(_others(made))))
        .values(shared=True)
    )
    db.session.execute(shared.execution_options(synchronize_session=False))


def _others(made: RollImport) -> Select[tuple[str]]:
    """The addresses on the roll of those whom the list does not name."""
    row = aliased(Kept)
    named = exists().where(row.import_id == made.id, row.voter_id == Voter.id, row.key == Voter.key)
    return select(func.lower(Voter.email)).where(Voter.edition_id == made.edition_id, ~named)


def _on_roll(edition_id: int) -> int:
    return (
        db.session.scalar(select(func.count()).select_from(Voter).where(Voter.edition_id == edition_id)) or 0
    )


def _digest(made: RollImport) -> str:
    """Stands for every row with its fate, and for the roll that it was compared with."""
    said = hashlib.sha256(
        canonical.dumps([made.id, made.on_roll, made.kept, dict(sorted(made.columns.items()))])
    )
    columns = (
        Kept.line, Kept.fate, Kept.key, Kept.first_line, *(getattr(Kept, name) for name in COMPARED),
        *(getattr(Kept, f"before_{name}") for name in COMPARED),
    )  # fmt: skip
    query = select(*columns).where(Kept.import_id == made.id, Kept.fate != Fate.ABOVE).order_by(Kept.id)
    for row in db.session.execute(query.execution_options(yield_per=1000)):
        said.update(canonical.dumps(list(row)))
    return said.hexdigest()
