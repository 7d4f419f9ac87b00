"""A nomination on the supplier's side until it is confirmed: saved, found again, sent, confirmed by mail."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select

from app.awards import deadlines
from app.awards import service as awards
from app.awards.deadlines import Deadline
from app.awards.models import Category, Edition
from app.extensions import db
from app.mail import service as mail
from app.nominations import facts, texts
from app.nominations.models import AskedLetter, Nomination, State
from app.nominations.records import erase, happened, record, record_content

KEPT_FOR = timedelta(days=14)
"""So long after its last change a nomination that nobody confirmed is kept."""

LETTERS_A_DAY = 20
"""So many links go to one address within a day, however many nominations name it."""

OPEN_STATES = (State.DRAFT, State.SUBMITTED)


class NominationError(Exception):
    """Something that cannot be done with this nomination."""


class Gone(NominationError):
    """No such nomination (any more)."""


class OldLink(NominationError):
    """A link that was mailed to an earlier address of the same nomination."""


class TooLate(NominationError):
    """The deadline has passed, or nominations are not open."""


class NotNow(NominationError):
    """The nomination stands where this cannot be done; `state` says where."""

    def __init__(self, state: State) -> None:
        self.state = state
        super().__init__(state)


class TooManyLetters(NominationError):
    """The address has had as many links today as one address gets."""


def find(edition_id: int, public_id: str) -> Nomination:
    """The nomination; raises `Gone`."""
    query = select(Nomination).where(Nomination.edition_id == edition_id, Nomination.public_id == public_id)
    found: Nomination | None = db.session.scalar(query)
    if found is None:
        raise Gone
    return found


def linked(edition_id: int, public_id: str, version: int) -> Nomination:
    """The nomination that a mailed link opens; raises `Gone` or `OldLink`."""
    found = find(edition_id, public_id)
    if found.link_version != version:
        raise OldLink
    return found


def open_edition(edition_id: int, now: datetime) -> Edition:
    """The edition's locked row while what was begun in time is taken in; raises `TooLate`."""
    edition = awards.lock(edition_id)
    if not deadlines.in_grace(edition, now):
        raise TooLate
    return edition


def save(
    edition_id: int,
    public_id: str | None,
    typed: Mapping[str, Any],
    *,
    only: Collection[str] | None = None,
    language: str,
    now: datetime,
) -> Nomination:
    """Keeps a draft as it was typed, right or wrong; of *only* some fields, those. Raises `TooLate`, `Gone` or `NotNow`.

    One that was sent already stays as it was sent: only `send` changes it, as a whole.
    """
    edition = open_edition(edition_id, now)
    draft = begin(edition, language=language, now=now) if public_id is None else find(edition_id, public_id)
    if draft.state is State.SUBMITTED:
        return draft
    if draft.state is not State.DRAFT:
        raise NotNow(draft.state)
    write(draft, texts.stored(typed, only), now=now)
    if only is None or "category" in only:
        draft.category = _category(edition, str(typed.get("category") or ""))
    draft.language = language
    db.session.flush()
    return draft


def begin(edition: Edition, *, language: str, now: datetime) -> Nomination:
    """A new empty draft; raises `TooLate` after the deadline, however few minutes."""
    if not deadlines.is_open(edition, Deadline.NOMINATIONS, now):
        raise TooLate
    draft = Nomination(
        edition_id=edition.id, public_id=secrets.token_urlsafe(16), state=State.DRAFT, language=language,
        created_at=now, updated_at=now,
    )  # fmt: skip
    db.session.add(draft)
    db.session.flush()
    return draft


def send(
    edition_id: int, public_id: str | None, values: Mapping[str, Any], *, language: str, now: datetime
) -> Nomination:
    """Takes a complete nomination in and mails the link that confirms it. *values* were checked by the form.

    Also for one that waits for its confirmation and was corrected. Raises `TooLate`, `Gone`, `NotNow`,
    `TooManyLetters`.
    """
    edition = open_edition(edition_id, now)
    if public_id is None:
        public_id = save(edition_id, None, values, language=language, now=now).public_id
    sending = find(edition_id, public_id)
    if sending.state not in OPEN_STATES:
        raise NotNow(sending.state)
    first = sending.sent_at is None
    write(sending, texts.stored(values), now=now)
    sending.category = _category(edition, str(values.get("category") or ""))
    sending.state, sending.language, sending.sent_at = State.SUBMITTED, language, sending.sent_at or now
    db.session.flush()
    happened(sending, "sent" if first else "corrected", now=now)
    record_content(sending, "nomination-received" if first else "nomination-edited", now=now)
    ask_letter(sending, "nomination_confirm", now=now)
    return sending


def mail_link(edition_id: int, public_id: str, *, now: datetime) -> Nomination:
    """Mails the link to a draft, or once more the link that confirms; raises as `send` does."""
    open_edition(edition_id, now)
    asked = find(edition_id, public_id)
    if asked.state not in OPEN_STATES or not asked.contact_email:
        raise NotNow(asked.state)
    ask_letter(asked, "nomination_draft" if asked.state is State.DRAFT else "nomination_confirm", now=now)
    return asked


def ask_letter(nomination: Nomination, name: str, *, now: datetime) -> None:
    """Queues a letter with a link to the nomination's present address; raises `TooManyLetters`."""
    email = nomination.contact_email
    day = AskedLetter.email == email.lower(), AskedLetter.at > now - timedelta(days=1)
    if (db.session.scalar(select(func.count()).select_from(AskedLetter).where(*day)) or 0) >= LETTERS_A_DAY:
        raise TooManyLetters
    asked = AskedLetter(nomination_id=nomination.id, email=email.lower(), at=now)
    db.session.add(asked)
    db.session.flush()
    mail.queue(
        name,
        subject_id=asked.id,
        to=email,
        language=nomination.language,
        now=now,
        edition_id=nomination.edition_id,
        key=f"{name}:{asked.id}",
    )


def confirm(edition_id: int, public_id: str, version: int, *, now: datetime) -> bool:
    """Makes the nomination count; False when it was confirmed before. Raises `Gone`, `OldLink`, `TooLate`, `NotNow`."""
    awards.lock(edition_id)
    confirming = linked(edition_id, public_id, version)
    if confirming.confirmed_at is not None and confirming.state is not State.WITHDRAWN:
        return False
    open_edition(edition_id, now)
    if confirming.state is not State.SUBMITTED:
        raise NotNow(confirming.state)
    confirming.state, confirming.confirmed_at = State.CONFIRMED, now
    db.session.flush()
    happened(confirming, "confirmed", now=now)
    record(confirming, "nomination-confirmed", now=now)
    tell(confirming, "nomination_copy", now=now)
    return True


def tell(nomination: Nomination, name: str, *, now: datetime) -> None:
    """Queues a letter to a nominator whose address is confirmed; one for each such event."""
    number = len(mail.find(name, nomination.id))
    mail.queue(
        name,
        subject_id=nomination.id,
        to=nomination.contact_email,
        language=nomination.language,
        now=now,
        edition_id=nomination.edition_id,
        key=f"{name}:{nomination.id}:{number}",
    )


def discard(edition_id: int, public_id: str) -> None:
    """Deletes a draft at its author's wish; raises `Gone` or `NotNow`."""
    awards.lock(edition_id)
    draft = find(edition_id, public_id)
    if draft.state is not State.DRAFT:
        raise NotNow(draft.state)
    delete(draft)


def delete(nomination: Nomination) -> None:
    """Deletes a nomination, its history, its links, and what ties the ledger's pseudonyms to it."""
    erase(nomination)
    for asked in db.session.scalars(select(AskedLetter).where(AskedLetter.nomination_id == nomination.id)):
        db.session.delete(asked)
    db.session.delete(nomination)
    db.session.flush()


def write(nomination: Nomination, values: Mapping[str, Any], *, now: datetime) -> None:
    """Puts checked or storable *values* on the row, and what follows from them.

    A new address makes links to the earlier one worthless. `typed` holds what could not be read, field by field.
    """
    address = values.get("contact_email", nomination.contact_email) or ""
    if nomination.contact_email and address.lower() != nomination.contact_email.lower():
        nomination.link_version = (nomination.link_version or 1) + 1
    for name, value in values.items():
        setattr(nomination, name, {**(nomination.typed or {}), **value} if name == "typed" else value)
    facts.derive(nomination)
    nomination.updated_at = now


def _category(edition: Edition, slug: str) -> Category | None:
    return next((item for item in edition.categories if item.slug == slug), None)
