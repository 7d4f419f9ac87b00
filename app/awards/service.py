"""The rulebook of editions: finding them, setting them up, changing them while that is allowed, moving their phase."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from app.awards import defaults
from app.awards.actors import actor
from app.awards.duties import Blocker, Todo
from app.awards.locks import FieldLocked, locked
from app.awards.models import Category, Edition, PhaseMove, Trial
from app.awards.records import DEADLINES, FIELDS, record_change, record_creation
from app.core import phases
from app.core.phases import Phase, reached
from app.extensions import db
from app.ledger import service as ledger

PUBLIC = frozenset(Phase) - {Phase.DRAFT, Phase.CANCELLED}


_when_created: list[Callable[[Edition, int | None, datetime], None]] = []


class NoSuchEdition(LookupError):
    """No edition has this address."""


class SlugTaken(ValueError):
    """Another edition has this address already."""


def when_created(
    listener: Callable[[Edition, int | None, datetime], None],
) -> Callable[[Edition, int | None, datetime], None]:
    """Registers who gives a new edition something of theirs, in the same transaction: takes it, by whom, now."""
    _when_created.append(listener)
    return listener


def edition(slug: str) -> Edition:
    """The edition at *slug*; raises `NoSuchEdition`."""
    found: Edition | None = None
    if slug.isprintable():  # PostgreSQL cannot even be asked for a text with U+0000 in it
        found = db.session.scalar(select(Edition).where(Edition.slug == slug))
    if found is None:
        raise NoSuchEdition(slug)
    return found


def by_id(edition_id: int) -> Edition:
    """The edition with this id; raises `NoSuchEdition`."""
    found = db.session.get(Edition, edition_id)
    if found is None:
        raise NoSuchEdition(str(edition_id))
    return found


def public_edition(slug: str) -> Edition:
    """The edition at *slug* when it has left its draft and is no trial vote; raises `NoSuchEdition`."""
    found = edition(slug)
    if found.phase is Phase.DRAFT or found.trial:
        raise NoSuchEdition(slug)
    return found


def editions() -> list[Edition]:
    """Every edition, the newest first; trial votes are not among them."""
    query = select(Edition).where(Edition.trial_of_id.is_(None))
    return list(db.session.scalars(query.order_by(Edition.year.desc(), Edition.id.desc())))


def trials(edition_id: int) -> list[Trial]:
    """The trial votes of an edition, the newest first, removed ones too."""
    return list(db.session.scalars(select(Trial).where(Trial.of_id == edition_id).order_by(Trial.id.desc())))


def current() -> Edition | None:
    """The edition that the public is met with: the newest one in progress, else the newest published one."""
    public = [item for item in editions() if item.phase in PUBLIC]
    going_on = [item for item in public if not reached(item.phase, Phase.PUBLISHED)]
    return next(iter(going_on or public), None)


def lock(edition_id: int) -> Edition:
    """The edition's row, held until the transaction ends: whatever depends on the phase or a deadline takes it.

    Two who lock wait for each other; rows that only name the edition (a ballot's) can still be added. Otherwise a cast,
    which holds the box, would wait for this row while whoever holds it waits for the box.
    """
    found: Edition | None = db.session.scalar(
        select(Edition)
        .where(Edition.id == edition_id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )
    if found is None:
        raise NoSuchEdition(str(edition_id))
    return found


def create_edition(
    *,
    by: int | None,
    now: datetime,
    categories: Sequence[Mapping[str, Any]] = defaults.CATEGORIES,
    trial_of: Edition | None = None,
    **fields: Any,
) -> Edition:
    """A new edition in draft with its categories, its ledger opened; a trial vote of *trial_of*. Raises `SlugTaken`."""
    _refuse_unknown(fields, (*FIELDS, *DEADLINES))
    trial_of_id = trial_of.id if trial_of else None
    created = Edition(phase=Phase.DRAFT, created_at=now, trial_of_id=trial_of_id, **fields)
    created.categories = [
        Category(position=place, **category) for place, category in enumerate(categories, 1)
    ]
    _add(created)
    record_creation(created, by=by, now=now)
    for listener in _when_created:
        listener(created, by, now)
    return created


def change_edition(edition_id: int, *, by: int | None, now: datetime, **fields: Any) -> list[str]:
    """Changes what differs and says which fields did; raises `FieldLocked` or `SlugTaken`. Deadlines have their own way."""
    _refuse_unknown(fields, FIELDS)
    changing = lock(edition_id)
    changed = sorted(name for name, value in fields.items() if getattr(changing, name) != value)
    for name in changed:
        if name in locked(changing):
            raise FieldLocked(name)
    for name in changed:
        setattr(changing, name, fields[name])
    if changed:
        _flush_slug(changing.slug)
        record_change(changing, changed, by=by, now=now)
    return changed


def record_phase(
    edition_id: int,
    to: Phase,
    *,
    account_id: int | None,
    reason: str = "",
    now: datetime,
    letters_left: bool = False,
) -> PhaseMove:
    """Moves the edition to *to* and records it; raises `phases.TransitionRefused`.

    `letters_left` says whether a ballot letter has left. Conditions beyond the order of phases are the caller's
    (`secretariat.service.advance` asks every domain).
    """
    moving = lock(edition_id)
    phases.check(moving.phase, to, letters_left=letters_left)
    move = PhaseMove(
        edition_id=edition_id,
        from_phase=moving.phase,
        to_phase=to,
        account_id=account_id,
        reason=reason,
        at=now,
    )
    data = {
        "by": actor(edition_id, account_id, now),
        "from": str(moving.phase),
        "reason": reason,
        "to": str(to),
    }
    moving.phase = to
    db.session.add(move)
    db.session.flush()
    ledger.append(edition=edition_id, kind="phase-moved", data=data, now=now)
    return move


def moves(edition_id: int) -> list[PhaseMove]:
    """Every move of the edition's phase, the first one first."""
    return list(
        db.session.scalars(select(PhaseMove).where(PhaseMove.edition_id == edition_id).order_by(PhaseMove.id))
    )


def blockers(edition: Edition, to: Phase, *, now: datetime) -> list[Blocker]:
    """What in the edition's own settings prevents it from entering *to*."""
    found = []
    if to is Phase.NOMINATING:
        if not edition.categories:
            found.append(Blocker(lazy_gettext("There is no category to nominate in.")))
        if edition.nominations_close_at is None or edition.nominations_close_at <= now:
            found.append(
                Blocker(lazy_gettext("The last day for nominations is not set, or has passed already."))
            )
        if not edition.contact_email:
            found.append(
                Blocker(lazy_gettext("There is no address that people can write to with questions."))
            )
    if (
        to is Phase.SHORTLISTING
        and edition.phase is Phase.NOMINATING
        and not _passed(edition.nominations_taken_until, now)
    ):
        found.append(
            Blocker(
                lazy_gettext("Nominations are open until their deadline, and a deadline is never shortened.")
                if not _passed(edition.nominations_close_at, now)
                else lazy_gettext("Nominations that were begun in time are still taken in for some minutes.")
            )
        )
    if to in {Phase.PREPARED, Phase.VOTING} and _passed(edition.voting_closes_at, now):
        found.append(
            Blocker(lazy_gettext("The time at which voting closes is not set, or has passed already."))
        )
    return found


def todos(edition: Edition, *, now: datetime) -> list[Todo]:
    """What in the edition's settings somebody should see to."""
    values = {"slug": edition.slug}
    found = []
    if edition.phase is Phase.DRAFT:
        found.append(
            Todo(
                lazy_gettext("Go through the settings"),
                lazy_gettext(
                    "Texts, categories and dates are filled in with Anbudspriset's defaults. Nobody sees them until nominations open."
                ),
                "awards.settings",
                values,
                lazy_gettext("Open the settings"),
            )
        )
    before_voting = Phase.NOMINATING, Phase.SHORTLISTING, Phase.PREPARED
    if edition.phase in before_voting and _passed(edition.voting_closes_at, now):
        found.append(
            Todo(
                lazy_gettext("Say when voting closes"),
                lazy_gettext("The time is not set, or has passed already. Voting cannot open without it."),
                "awards.extend",
                values | {"deadline": "voting"},
                lazy_gettext("Set the time"),
                warn=edition.phase is not Phase.NOMINATING,
            )
        )
    return found


def _passed(moment: datetime | None, now: datetime) -> bool:
    return moment is None or moment <= now


def _refuse_unknown(fields: Mapping[str, Any], known: Sequence[str]) -> None:
    if unknown := set(fields) - set(known):
        raise TypeError(f"an edition has no such fields: {', '.join(sorted(unknown))}")


def _add(created: Edition) -> None:
    db.session.add(created)
    _flush_slug(created.slug)


def _flush_slug(slug: str) -> None:
    try:
        db.session.flush()
    except IntegrityError as error:
        raise SlugTaken(slug) from error
