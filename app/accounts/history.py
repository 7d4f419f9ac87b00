"""Names for the ledger's history: staff see who did what; the ledger itself holds only pseudonyms."""

from __future__ import annotations

from sqlalchemy import select

from app.accounts.models import Account
from app.extensions import db
from app.ledger import history


@history.names_loader
def names(ids: set[int]) -> dict[int, str]:
    """The names of those accounts."""
    rows = db.session.execute(select(Account.id, Account.name).where(Account.id.in_(ids)))
    return {account_id: name for account_id, name in rows}  # noqa: C416 (rows, not pairs)
