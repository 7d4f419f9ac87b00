"""What the edition's public page says in numbers about ballots: how many were replaced, how many spares are left."""

from __future__ import annotations

from flask_babel import gettext as _
from sqlalchemy import func, select

from app.awards.models import Edition
from app.ballots.models import Credential, Replacement, State
from app.extensions import db
from app.roll import public


@public.counts
def counted(edition: Edition) -> list[tuple[str, int]]:
    """Read by an index alone, however many voters there are."""
    replaced = select(func.count()).select_from(Replacement).where(Replacement.edition_id == edition.id)
    spares = (
        select(Credential.state, func.count())
        .where(Credential.edition_id == edition.id, Credential.spare_index > 0)
        .group_by(Credential.state)
    )
    found = {str(state): int(number) for state, number in db.session.execute(spares)}
    left = found.get(State.SPARE, 0)
    return [
        (_("Ballots replaced"), db.session.scalar(replaced) or 0),
        (_("Spare ballots used"), sum(found.values()) - left),
        (_("Spare ballots left"), left),
    ]
