"""Rights that can be used once: using one inserts a row that can be there once."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError

from app.accounts.models import Spent
from app.extensions import db
from app.tokens import Purpose, TokenUsed


def is_spent(purpose: Purpose, subject: str) -> bool:
    """Whether the right was used."""
    query = select(Spent.id).where(Spent.purpose == purpose.value, Spent.subject == subject)
    return db.session.scalar(query) is not None


def spend(purpose: Purpose, subject: str, now: datetime) -> None:
    """Uses the right, in the caller's transaction; raises `TokenUsed` when it was used already."""
    if is_spent(purpose, subject):
        raise TokenUsed
    try:
        with db.session.begin_nested():
            db.session.add(Spent(purpose=purpose.value, subject=subject, at=now))
    except IntegrityError as error:
        raise TokenUsed from error


def forget(purpose: Purpose, before: datetime) -> None:
    """Deletes what was used before *before*: for rights that have run out by then."""
    db.session.execute(delete(Spent).where(Spent.purpose == purpose.value, Spent.at < before))
