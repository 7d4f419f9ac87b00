"""Who the staff are. How they get in is in `entry` (links, codes, invitations) and `sessions`."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select

from app.access import Role
from app.accounts.models import Account
from app.extensions import db


class NoSuchAccount(LookupError):
    """No account has that number."""


def account(account_id: int) -> Account:
    """The account, disabled or not; raises `NoSuchAccount`."""
    found = db.session.get(Account, account_id)
    if found is None:
        raise NoSuchAccount(account_id)
    return found


def people(role: Role | None = None, *, disabled: bool = False) -> list[Account]:
    """Staff who can sign in (or with *disabled* those who no longer can), by name; of one role, or of all."""
    gone = Account.disabled_at.is_not(None) if disabled else Account.disabled_at.is_(None)
    query = select(Account).where(gone).order_by(func.lower(Account.name), Account.id)
    if role is not None:
        query = query.where(Account.role == role)
    return list(db.session.scalars(query))


def jurors() -> list[Account]:
    """The jury."""
    return people(Role.JUROR)


def secretaries() -> list[Account]:
    """The secretariat."""
    return people(Role.SECRETARIAT)


def by_address(email: str) -> Account | None:
    """The account of that address, disabled or not."""
    return db.session.scalar(select(Account).where(Account.email == normal(email)))


def normal(email: str) -> str:
    """An address as accounts keep it."""
    return email.strip().lower()


def any_account() -> bool:
    """Whether the first account was made."""
    return db.session.scalar(select(Account.id).limit(1)) is not None


def create(*, email: str, name: str, role: Role, language: str, now: datetime) -> Account:
    """A new account; its address must be new."""
    made = Account(email=normal(email), name=name.strip(), role=role.value, language=language, created_at=now)
    db.session.add(made)
    db.session.flush()
    return made


def change(account_id: int, *, name: str, language: str) -> Account:
    """Another name, or another language for letters; raises `NoSuchAccount`."""
    changed = account(account_id)
    changed.name, changed.language = name.strip(), language
    db.session.flush()
    return changed
