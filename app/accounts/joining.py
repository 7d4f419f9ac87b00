"""How somebody becomes staff, and stops being it: the first account, invitations, removals."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select

from app import tokens
from app.access import Role
from app.accounts import once, service, sessions, signing_in
from app.accounts.models import Account, Invitation
from app.extensions import db
from app.ledger import service as ledger
from app.mail import service as mail
from app.mail.addresses import checked
from app.tokens import Purpose, TokenExpired, TokenUsed, TokenWrong

INVITATION_VALID = timedelta(days=14)
SET_UP_VALID = timedelta(hours=24)
FIRST = "first"


class AlreadyStaff(Exception):
    """That address belongs to somebody who can sign in."""


class OwnAccount(Exception):
    """Nobody removes themselves."""


class LastSecretary(Exception):
    """Somebody must be left to run the award."""


def set_up_token() -> str | None:
    """A token for the first account; None when there is one."""
    return None if service.any_account() else tokens.make(Purpose.SET_UP, FIRST)


def check_set_up(token: str) -> None:
    """Raises `TokenWrong`, `TokenExpired` or `TokenUsed` (the first account was made)."""
    tokens.read(Purpose.SET_UP, token, max_age=SET_UP_VALID)
    if service.any_account():
        raise TokenUsed


def set_up(token: str, *, email: str, name: str, language: str, now: datetime) -> Account:
    """Makes the first account, a secretary's. Raises as `check_set_up`."""
    check_set_up(token)
    once.spend(Purpose.SET_UP, FIRST, now)
    account = service.create(
        email=checked(email), name=name, role=Role.SECRETARIAT, language=language, now=now
    )
    signing_in.record(account, now)
    return account


def invite(*, email: str, name: str, role: Role, language: str, by: int, now: datetime) -> Invitation:
    """Invites somebody; earlier invitations to the address stop working. Raises `AlreadyStaff`."""
    email = service.normal(checked(email))
    known = service.by_address(email)
    if known is not None and known.disabled_at is None:
        raise AlreadyStaff(email)
    for earlier in pending(email=email):
        earlier.withdrawn_at = now
    row = Invitation(
        email=email, name=name.strip(), role=role.value, language=language, invited_by=by, created_at=now,
        expires_at=now + INVITATION_VALID,
    )  # fmt: skip
    db.session.add(row)
    db.session.flush()
    mail.queue("invitation", subject_id=row.id, to=email, language=language, now=now)
    subject = f"invitation:{row.id}"
    who = ledger.erasable(edition=None, subject=subject, text=subject, now=now)
    data = {"by": _by(by, now), "role": role.value, "who": who}
    ledger.append(edition=None, kind="staff-invited", data=data, now=now)
    return row


def invite_again(invitation_id: int, *, by: int, now: datetime) -> Invitation:
    """The same invitation once more, with a new link. Raises `AlreadyStaff`; LookupError when there is none."""
    row = db.session.get(Invitation, invitation_id)
    if row is None:
        raise LookupError(invitation_id)
    return invite(email=row.email, name=row.name, role=Role(row.role), language=row.language, by=by, now=now)


def withdraw(invitation_id: int, now: datetime) -> None:
    """The invitation's link stops working."""
    row = db.session.get(Invitation, invitation_id)
    if row is not None and row.accepted_at is None and row.withdrawn_at is None:
        row.withdrawn_at = now
        db.session.flush()


def pending(*, email: str | None = None) -> list[Invitation]:
    """Invitations that were neither accepted nor withdrawn, newest first; expired ones too, to be renewed."""
    query = select(Invitation).where(Invitation.accepted_at.is_(None), Invitation.withdrawn_at.is_(None))
    if email is not None:
        query = query.where(Invitation.email == email)
    return list(db.session.scalars(query.order_by(Invitation.id.desc())))


def context(invitation_id: int, now: datetime) -> dict[str, object] | None:
    """What the invitation's letter says; None when it no longer works."""
    row = db.session.get(Invitation, invitation_id)
    if row is None or row.withdrawn_at is not None or row.accepted_at is not None or row.expires_at <= now:
        return None
    inviter = service.account(row.invited_by) if row.invited_by is not None else None
    return {
        "name": row.name, "role": row.role, "inviter": inviter.name if inviter else "Anbudspriset",
        "token": tokens.make(Purpose.INVITATION, row.id), "expires": row.expires_at,
        "reply_to": inviter.email if inviter else None,
    }  # fmt: skip


def look(token: str, now: datetime) -> Invitation:
    """The invitation of a link; raises `TokenMissing`, `TokenWrong`, `TokenExpired` or `TokenUsed`."""
    row = db.session.get(Invitation, tokens.read(Purpose.INVITATION, token, max_age=INVITATION_VALID))
    if row is None:
        raise TokenWrong
    if row.accepted_at is not None or once.is_spent(Purpose.INVITATION, str(row.id)):
        raise TokenUsed
    if row.withdrawn_at is not None or row.expires_at <= now:
        raise TokenExpired
    return row


def accept(token: str, now: datetime) -> Account:
    """Uses the invitation: the new account, or the removed one of that address, opened again. Raises as `look`."""
    row = look(token, now)
    once.spend(Purpose.INVITATION, str(row.id), now)
    row.accepted_at = now
    account = service.by_address(row.email)
    if account is None:
        account = service.create(
            email=row.email, name=row.name, role=Role(row.role), language=row.language, now=now
        )
    elif account.disabled_at is not None:
        account.name, account.role, account.language = row.name, row.role, row.language
        account.disabled_at = None
    signing_in.record(account, now)
    db.session.flush()
    return account


def remove(account_id: int, *, by: int, now: datetime) -> Account:
    """Shuts somebody out at once. Raises `OwnAccount`, `LastSecretary` or `NoSuchAccount`."""
    if account_id == by:
        raise OwnAccount
    live = select(Account).where(Account.disabled_at.is_(None), Account.role == Role.SECRETARIAT.value)
    secretaries = list(db.session.scalars(live.order_by(Account.id).with_for_update(key_share=True)))
    account = service.account(account_id)
    if [each.id for each in secretaries] == [account_id]:
        raise LastSecretary
    if account.disabled_at is not None:
        return account
    account.disabled_at = now
    sessions.end_all(account_id)
    data = {"by": _by(by, now), "who": ledger.person(edition=None, account=account, now=now)}
    ledger.append(edition=None, kind="staff-removed", data=data, now=now)
    return account


def _by(account_id: int, now: datetime) -> dict[str, object]:
    account = service.account(account_id)
    return ledger.by(edition=None, role=Role(account.role).value, account=account, now=now)
