"""What comes back from those who were told: a reply, corrections, a no. And what the secretariat makes of it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import date, datetime, timedelta

from sqlalchemy import or_, select

from app import tokens
from app.awards import service as awards
from app.awards.plaintext import tidy
from app.extensions import db
from app.ledger import service as ledger
from app.nominations import content, texts
from app.nominations.behind import root
from app.nominations.drafts import Gone, NominationError, OldLink, TooLate, write
from app.nominations.models import Nomination
from app.nominations.records import happened, record, record_content
from app.screening.decisions.decisions import DECIDED_IN, WrongPhase
from app.screening.decisions.recipients import Changed
from app.screening.eligibility.checks import SECRETARIAT
from app.screening.models import Party, Told
from app.tokens import Purpose, TokenWrong

ANSWERED_IN = DECIDED_IN
LINK_AGE = timedelta(days=400)
"""A link to answer with outlives any edition; what ends it is the ballot."""

REPLY_LIMIT = 5000
MOST_ANSWERS = 20
"""So many times an answer can be replaced by another; each stands in the ledger."""
FIELDS: Mapping[Party, tuple[str, ...]] = {
    Party.AUTHORITY: (
        "authority", "buyer_number", "authority_email", "title", "notice", "procurement_id", "reference", "procedure",
        "cpv", "awarded_on", "value", "tenders", "winners",
    ),
    Party.PERSON: ("person_name", "person_email"),
}  # fmt: skip
"""What each can correct, in the order of the form."""


def token(told: Told) -> str:
    """What the link in the letter carries."""
    return tokens.make(Purpose.NOMINEE, [told.id, told.link_version])


def linked(edition_id: int, text: str) -> Told:
    """Who opens a link; raises `TokenError`, `Gone` or `OldLink`."""
    data = tokens.read(Purpose.NOMINEE, text, max_age=LINK_AGE)
    try:
        number, version = (int(part) for part in data)
    except (TypeError, ValueError) as error:
        raise TokenWrong from error
    found = db.session.get(Told, number)
    if found is None or found.nomination.edition_id != edition_id or not found.email:
        raise Gone
    if found.link_version != version:
        raise OldLink
    return found


class TooManyAnswers(NominationError):
    """So many answers came by one link that no more are taken: each stays, and each stands in the ledger."""


def about(told: Told) -> Nomination:
    """The nomination that somebody was told of, as it stands: the root of what was merged."""
    return root(told.nomination)


def held_by(told: Told) -> Nomination:
    """The nomination whose fields they can correct: a person stands in the one that names them."""
    return told.nomination if told.party is Party.PERSON else root(told.nomination)


def current(told: Told) -> dict[str, str]:
    """What the fields that they can correct say now, as they are typed."""
    nomination = held_by(told)
    return {name: _text(getattr(nomination, name)) for name in FIELDS[told.party]}


def answer(
    edition_id: int, text: str, *, reply: str, corrections: Mapping[str, str], declines: bool, now: datetime
) -> bool:
    """Keeps an answer; the newest counts, earlier ones stay beside it. False when it says what the newest said.

    *corrections* are fields with what should stand there. Raises as `linked`, and `TooLate` once the ballot is prepared.
    """
    edition = awards.lock(edition_id)
    told = linked(edition_id, text)
    if edition.phase not in ANSWERED_IN:
        raise TooLate
    if len(told.earlier) >= MOST_ANSWERS:
        raise TooManyAnswers
    said = {name: tidy(value) for name, value in corrections.items() if name in FIELDS[told.party]}
    fresh = (tidy(reply), said, declines)
    if told.answered_at is not None:
        if fresh == (told.reply, told.corrections, told.declines):
            return False
        told.earlier = [*told.earlier, _as_it_was(told)]
    told.reply, told.corrections, told.declines = fresh
    told.settled, told.answered_at, told.seen_at = {}, now, None
    db.session.flush()
    happened(about(told), "answered", now=now, note=str(told.party))
    by = ledger.by(edition=edition_id, role="nominee", account=None, now=now)
    record(about(told), "nominee-answered", now=now, by=by, declines=declines, party=str(told.party))
    return True


def unread(edition_id: int) -> list[Told]:
    """Answers that nobody has dealt with, the oldest first."""
    fresh = or_(Told.seen_at.is_(None), Told.seen_at < Told.answered_at)
    query = select(Told).join(Nomination, Nomination.id == Told.nomination_id)
    query = query.where(Nomination.edition_id == edition_id, Told.answered_at.is_not(None), fresh)
    return list(db.session.scalars(query.order_by(Told.answered_at, Told.id)))


def open_corrections(told: Told) -> list[tuple[str, str, str]]:
    """(field, what stands there, what they would have) of everything that is not settled and differs still."""
    stands = current(told)
    return [
        (name, stands[name], told.corrections[name])
        for name in FIELDS[told.party]
        if name in told.corrections and name not in told.settled and stands[name] != told.corrections[name]
    ]


def stamp(told: Told) -> str:
    """Another text as soon as the answer, or what it is about, is another."""
    seen = f"{told.answered_at}\n{sorted(told.settled)}\n{content.text(held_by(told))}"
    return hashlib.sha256(seen.encode()).hexdigest()[:16]


def settle(
    edition_id: int, told_id: int, choices: Mapping[str, bool], *, looked_at: str, by: int, now: datetime
) -> int:
    """Takes over the corrections that are chosen (true), leaves the others, and counts the answer as read.

    Gives how many fields changed. Raises `Gone`, `WrongPhase`, and `Changed` where `stamp` is not *looked_at* any more.
    """
    edition = awards.lock(edition_id)
    told = db.session.get(Told, told_id)
    if told is None or told.nomination.edition_id != edition_id or told.answered_at is None:
        raise Gone
    if stamp(told) != looked_at:
        raise Changed(frozenset({"nomination"}))
    offered = [name for name, _, _ in open_corrections(told)]
    taken = [name for name in offered if choices.get(name)]
    if taken and edition.phase not in DECIDED_IN:
        raise WrongPhase
    told.settled = {**told.settled, **{name: name in taken for name in offered if name in choices}}
    told.seen_at = now
    if taken:
        _take(told, taken, by=by, now=now)
    db.session.flush()
    return len(taken)


def _take(told: Told, names: list[str], *, by: int, now: datetime) -> None:
    nomination = held_by(told)
    if not nomination.versions:
        content.keep_version(nomination, by=None, now=nomination.updated_at)
    chosen = {name: told.corrections[name] for name in names}
    write(nomination, texts.stored(chosen, only=names), now=now)
    said = {name: {"value": chosen[name], "from": SECRETARIAT} for name in names}
    nomination.sources = {**(nomination.sources or {}), **said}
    if told.party is Party.PERSON:
        told.name = nomination.person_name
    happened(nomination, "facts-corrected", now=now, by=by)
    record_content(nomination, "nomination-corrected", by=by, now=now)


def _as_it_was(told: Told) -> dict[str, object]:
    assert told.answered_at is not None
    return {
        "at": told.answered_at.isoformat(),
        "reply": told.reply,
        "corrections": told.corrections,
        "declines": told.declines,
    }


def _text(value: object) -> str:
    return value.isoformat() if isinstance(value, date) else "" if value is None else str(value)
