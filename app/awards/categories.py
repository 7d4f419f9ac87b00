"""The categories of an edition: added in draft, changed until the ballot is prepared, removed while nothing needs them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from app.awards import service
from app.awards.models import Category, Edition
from app.awards.records import record_change
from app.core.phases import Phase, reached
from app.core.rules import Kind
from app.extensions import db

TEXTS = ("name_sv", "name_en", "description_sv", "description_en")
RULES = ("kind", "max_choices", "tie_rule")
MOST_CATEGORIES = 8


class NoSuchCategory(LookupError):
    """The edition has no such category."""


class CategoryInUse(ValueError):
    """Something stands in this category: it has to be moved first."""


class CategoriesLocked(ValueError):
    """Categories can no longer be changed so."""


_before_removal: list[Callable[[Category], None]] = []
_after_removal: list[Callable[[Edition, int | None, datetime], None]] = []


def before_removal(listener: Callable[[Category], None]) -> Callable[[Category], None]:
    """Registers who is asked before a category goes; a listener that needs it raises `CategoryInUse`."""
    _before_removal.append(listener)
    return listener


def after_removal(
    listener: Callable[[Edition, int | None, datetime], None],
) -> Callable[[Edition, int | None, datetime], None]:
    """Registers who has to record that something of theirs went with a category: takes the edition, by whom, now."""
    _after_removal.append(listener)
    return listener


def category(edition_id: int, slug: str) -> Category:
    """The edition's category at *slug*; raises `NoSuchCategory`."""
    query = select(Category).where(Category.edition_id == edition_id, Category.slug == slug)
    found: Category | None = db.session.scalar(query) if slug.isprintable() else None
    if found is None:
        raise NoSuchCategory(slug)
    return found


def may_add(edition: Edition) -> bool:
    """Only while nobody has been asked to nominate in the others."""
    return edition.phase is Phase.DRAFT and len(edition.categories) < MOST_CATEGORIES


def may_change(edition: Edition) -> bool:
    """Until the ballot is made."""
    return not reached(edition.phase, Phase.PREPARED)


def add(edition_id: int, *, by: int | None, now: datetime, fields: Mapping[str, Any]) -> Category:
    """A new category at the end; raises `CategoriesLocked` or `service.SlugTaken`."""
    edition = service.lock(edition_id)
    if not may_add(edition):
        raise CategoriesLocked
    taken = {item.slug for item in edition.categories}
    if fields["slug"] in taken:
        raise service.SlugTaken(fields["slug"])
    last = (
        db.session.scalar(select(func.max(Category.position)).where(Category.edition_id == edition_id)) or 0
    )
    added = Category(edition_id=edition_id, position=last + 1, **_sound(fields))
    edition.categories.append(added)
    db.session.flush()
    record_change(edition, ["categories"], by=by, now=now)
    return added


def change(edition_id: int, slug: str, *, by: int | None, now: datetime, fields: Mapping[str, Any]) -> None:
    """Changes a category's texts and rules (its address stays); raises `CategoriesLocked` or `NoSuchCategory`."""
    edition = service.lock(edition_id)
    if not may_change(edition):
        raise CategoriesLocked
    changing = category(edition_id, slug)
    wanted = {name: value for name, value in _sound(fields).items() if name in (*TEXTS, *RULES)}
    if all(getattr(changing, name) == value for name, value in wanted.items()):
        return
    for name, value in wanted.items():
        setattr(changing, name, value)
    db.session.flush()
    record_change(edition, ["categories"], by=by, now=now)


def remove(edition_id: int, slug: str, *, by: int | None, now: datetime) -> None:
    """Removes a category; raises `CategoriesLocked`, `NoSuchCategory` or `CategoryInUse`. One always stays."""
    edition = service.lock(edition_id)
    removing = category(edition_id, slug)
    if not may_change(edition) or len(edition.categories) == 1:
        raise CategoriesLocked
    for listener in _before_removal:
        listener(removing)
    edition.categories.remove(removing)
    db.session.delete(removing)
    db.session.flush()
    record_change(edition, ["categories"], by=by, now=now)
    for told in _after_removal:
        told(edition, by, now)


def _sound(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Whoever chooses one marks one nominee, whatever number stood in the form."""
    one = fields.get("kind") == Kind.CHOOSE_ONE
    return {**fields, "max_choices": 1} if one else dict(fields)
