"""Taking people out of a nomination: out of its fields, its versions and history, its files, and the ledger's reach.

Each group of fields is somebody: who nominates, the person who is named, the address to the authority. The facts of the
procurement, and why it should win, stay.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import select

from app.extensions import db
from app.nominations import attachments, records
from app.nominations.content import NOMINATOR
from app.nominations.models import AskedLetter, Nomination

GROUPS: Mapping[str, tuple[str, ...]] = {
    "nominator": (*NOMINATOR, "remarks", "relation_words"),
    "person": ("person_name", "person_email"),
    "authority": ("authority_email",),
}
EVERYBODY = tuple(GROUPS)
READ_ABOUT = {"authority": ("email",)}
"""What the notice said of them, besides the fields."""


def holds(nomination: Nomination, group: str) -> bool:
    """Whether anything stands there about that group."""
    return any(getattr(nomination, name) for name in GROUPS[group])


def forget(nomination: Nomination, groups: Iterable[str] = EVERYBODY) -> None:
    """Empties what a nomination says of *groups*, in every version, and what ties the ledger's entries to it.

    With its nominator go the files and their names, and the links that were mailed.
    """
    for group in groups:
        names = GROUPS[group]
        for name in names:
            setattr(nomination, name, _empty(getattr(nomination, name)))
        nomination.typed = _without(nomination.typed, names)
        nomination.sources = _without(nomination.sources, names)
        nomination.read = _without(nomination.read, READ_ABOUT.get(group, ()))
        for version in nomination.versions:
            version.content = {
                name: _empty(value) if name in names else value for name, value in version.content.items()
            }
    if "nominator" in groups:
        _forget_nominator(nomination)
    records.erase_content(nomination)
    db.session.flush()


def _forget_nominator(nomination: Nomination) -> None:
    nomination.link_version += 1
    attachments.forget(nomination)
    for event in nomination.events:
        if event.what in attachments.EVENTS:
            event.note = ""
    for asked in db.session.scalars(select(AskedLetter).where(AskedLetter.nomination_id == nomination.id)):
        db.session.delete(asked)


def _empty(value: Any) -> Any:
    return False if isinstance(value, bool) else "" if isinstance(value, str) else None


def _without(held: Mapping[str, Any] | None, names: tuple[str, ...]) -> Any:
    return held and {name: value for name, value in held.items() if name not in names}
