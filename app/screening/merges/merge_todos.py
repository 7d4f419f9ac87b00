"""What the secretariat should see to around nominations of the same procurement."""

from __future__ import annotations

from flask_babel import lazy_gettext, ngettext
from sqlalchemy import select

from app.awards.duties import Todo
from app.awards.models import Edition
from app.extensions import db
from app.nominations.models import Nomination, State
from app.screening.decisions.decisions import DECIDED_IN
from app.screening.merges import duplicates, latecomers
from app.screening.models import Merge


def todos(edition: Edition) -> list[Todo]:
    """Pairs to look at, and nominators who have not heard of a decision."""
    if edition.phase not in DECIDED_IN:
        return []
    return [todo for todo in (_alike(edition), _unaware(edition)) if todo is not None]


def unaware(edition_id: int) -> list[Nomination]:
    """Decided nominations that somebody stands behind who has not heard of it, as merging and undoing may leave."""
    of_edition = Merge.edition_id == edition_id
    touched = select(Merge.target_id).where(of_edition).union(select(Merge.source_id).where(of_edition))
    query = select(Nomination).where(
        Nomination.id.in_(touched), Nomination.state.in_((State.ACCEPTED, State.DECLINED))
    )
    return [item for item in db.session.scalars(query.order_by(Nomination.id)) if latecomers.untold(item)]


def _alike(edition: Edition) -> Todo | None:
    likely = [pair for pair in duplicates.open_pairs(edition.id) if not pair.weak]
    if not likely:
        return None
    number = len(duplicates.groups(likely))
    return Todo(
        ngettext(
            "One procurement may be nominated twice", "%(num)s procurements may be nominated twice", number
        ),
        lazy_gettext("Compare them, and put together what is one procurement."),
        "screening.duplicates",
        {"slug": edition.slug},
        lazy_gettext("Compare them"),
    )


def _unaware(edition: Edition) -> Todo | None:
    found = unaware(edition.id)
    if not found:
        return None
    number = sum(len(latecomers.untold(item)) for item in found)
    return Todo(
        ngettext(
            "A nominator has not heard of a decision",
            "%(num)s nominators have not heard of a decision",
            number,
        ),
        lazy_gettext("Their nomination was put together with another, or taken apart, around the decision."),
        "screening.detail",
        {"slug": edition.slug, "nomination_id": found[0].id},
        lazy_gettext("See who"),
    )
