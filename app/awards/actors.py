"""Who did it, as the ledger writes it: a role, and a pseudonym where a person acted."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from app.accounts import service as accounts
from app.ledger import service as ledger


def actor(edition_id: int, account_id: int | None, now: datetime) -> dict[str, Any]:
    """The ledger's `by` for an account, or for the server where *account_id* is None."""
    if account_id is None:
        return ledger.by(edition=edition_id, role="server", account=None, now=now)
    account = accounts.account(account_id)
    return ledger.by(edition=edition_id, role=str(account.role), account=account, now=now)
