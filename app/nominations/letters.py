"""The letters about nominations. Each is written when it leaves; one that no longer fits is not sent."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from app import tokens
from app.awards import deadlines
from app.awards.models import Edition
from app.extensions import db
from app.mail.service import letter
from app.nominations import wordings
from app.nominations.models import AskedLetter, Nomination, State
from app.tokens import Purpose
from app.web import absolute_url, language

COUNTING = (State.CONFIRMED, State.COMPLETION_ASKED, State.ACCEPTED, State.MERGED)
STILL_THERE = (State.SUBMITTED, *COUNTING)


@letter("nomination_draft")
def draft(subject_id: int, now: datetime) -> dict[str, Any] | None:
    """The link to a draft, for whoever goes on in another browser or on another day."""
    return _asked(subject_id, State.DRAFT, now=now)


@letter("nomination_confirm")
def confirm(subject_id: int, now: datetime) -> dict[str, Any] | None:
    """The link that makes a nomination count."""
    return _asked(subject_id, State.SUBMITTED, now=now)


@letter("nomination_reminder", bulk=True)
def reminder(subject_id: int, now: datetime) -> dict[str, Any] | None:
    """Before the deadline, to whoever began and did not send, or sent and did not confirm."""
    given = _about(subject_id, State.DRAFT, State.SUBMITTED, now=now)
    if given is None or not given["open"]:
        return None
    if given["going_on"]:
        return given | {"link": given["going_on"]}
    return given | {"link": given["confirm"], "wording": "nomination_reminder_confirm"}


@letter("nomination_copy")
def copy(subject_id: int, now: datetime) -> dict[str, Any] | None:
    """After the confirmation: a copy, and the link to change or withdraw it."""
    return _about(subject_id, *COUNTING, now=now)


@letter("nomination_changed")
def changed(subject_id: int, now: datetime) -> dict[str, Any] | None:
    """After a change: what the nomination says now."""
    return _about(subject_id, *COUNTING, now=now)


@letter("nomination_withdrawn")
def withdrawn(subject_id: int, now: datetime) -> dict[str, Any] | None:
    """The nomination was taken back by its author."""
    return _about(subject_id, State.WITHDRAWN, now=now)


@letter("nominations_extended", bulk=True)
def extended(subject_id: int, now: datetime) -> dict[str, Any] | None:
    """The last day for nominations was moved to later."""
    return _about(subject_id, State.DRAFT, *STILL_THERE, now=now)


def confirm_token(nomination: Nomination) -> str:
    """What the confirming link carries."""
    return tokens.make(Purpose.CONFIRM_NOMINATION, [nomination.public_id, nomination.link_version])


def edit_token(nomination: Nomination) -> str:
    """What the link to the draft, or to the nomination, carries."""
    return tokens.make(Purpose.EDIT_NOMINATION, [nomination.public_id, nomination.link_version])


def _asked(asked_id: int, state: State, *, now: datetime) -> dict[str, Any] | None:
    asked = db.session.get(AskedLetter, asked_id)
    if asked is None or asked.email != asked.nomination.contact_email.lower():
        return None
    context = _about(asked.nomination_id, state, now=now)
    return context if context and context["open"] else None


def _about(nomination_id: int, *states: State, now: datetime) -> dict[str, Any] | None:
    nomination = db.session.get(Nomination, nomination_id)
    if nomination is None or nomination.state not in states or nomination.forgotten_at is not None:
        return None
    edition = db.session.get_one(Edition, nomination.edition_id)
    lang = language()
    open_ = deadlines.in_grace(edition, now)
    given = wordings.of_nomination(
        edition,
        nomination,
        edit_url=_address("edit", edition, lang, edit_token(nomination)),
        confirm_url=_address("confirm", edition, lang, confirm_token(nomination)),
        open_=open_,
    )
    return given | {"open": open_}


def _address(view: str, edition: Edition, lang: str, token: str) -> str:
    return absolute_url(f"nominations.{view}", lang=lang, slug=edition.slug, token=token)
