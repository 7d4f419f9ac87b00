"""Erasing a person who asks for it: out of nominations, their versions and history, decisions, answers and the outbox.

A nomination that was decided, or that others stand behind as well, stays and stays counted, by a nominator who was
erased; one that was not decided and has nobody else goes with them. Whoever is named in it, or was written to for the
authority, leaves the fields that name them. Wherever their name or address stands in words, `[…]` stands instead. The
ledger keeps its entries, and what tied them to the person is deleted.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, func, select

from app.awards import service as awards
from app.awards.actors import actor
from app.extensions import db
from app.ledger import service as ledger
from app.mail.models import Letter
from app.nominations import drafts, forgetting, scrubbing
from app.nominations.models import AskedLetter
from app.nominations.records import erase_content, happened
from app.screening import keeping
from app.screening.erasure import erasing_search, mentions
from app.screening.erasure.erasing_search import LETTERS, PARTIES, Sight
from app.screening.models import Party, Told, ToldLetter

scrubbing.holds_people(
    "nomination_decisions",
    "nomination_told",
    "nomination_told_letters",
    "nomination_merges",
    "eligibility_answers",
)


class FoundChanged(Exception):
    """What was shown is not what is there now."""


class NothingChosen(ValueError):
    """No nomination was chosen that the person stands in."""


@dataclass(frozen=True)
class Erased:
    """How many nominations they were taken out of, how many of these went, and how many letters."""

    nominations: int
    gone: int
    letters: int


def erase(text: str, chosen: Collection[int], digest: str, *, by: int, now: datetime) -> Erased:
    """Takes the person that *text* finds out of the *chosen* nominations.

    *digest* is that of the `erasing_search.Found` that somebody has looked at. Raises `FoundChanged`, `NothingChosen`, and what
    `erasing_search.look` raises.
    """
    for edition_id in sorted({sight.edition.id for sight in erasing_search.look(text).sights}):
        awards.lock(edition_id)
    found = erasing_search.look(text)
    if found.digest != digest:
        raise FoundChanged
    sights = [sight for sight in found.sights if sight.nomination.id in chosen]
    if not sights and (found.sights or not found.letters):
        raise NothingChosen
    addresses = {found.text} if mentions.is_address(found.text) else set()
    for sight in sights:
        addresses |= _take_out(sight, by=by, now=now)
    letters = _forget_letters({address.lower() for address in addresses if address})
    for edition_id in sorted({sight.edition.id for sight in sights}):
        number = sum(sight.edition.id == edition_id for sight in sights)
        data = {"by": actor(edition_id, by, now), "nominations": number}
        ledger.append(edition=edition_id, kind="person-erased", data=data, now=now)
    scrubbing.ask(now=now)
    db.session.flush()
    return Erased(len(sights), sum(sight.goes for sight in sights), letters)


def _take_out(sight: Sight, *, by: int, now: datetime) -> set[str]:
    """Takes them out of one nomination; gives the addresses that were theirs in it."""
    nomination = sight.nomination
    if sight.goes:
        drafts.delete(nomination)
    else:
        forgetting.forget(nomination, sight.roles)
        if "nominator" in sight.roles:
            nomination.forgotten_at = nomination.forgotten_at or now
        for told in (row for row in sight.rows if isinstance(row, Told)):
            if PARTIES[told.party] in sight.roles:
                _forget_told(told)
        left = [row for row in sight.rows if row in db.session and row not in db.session.deleted]
        mentions.take_out(mentions.pattern(*sight.known), left)
        erase_content(nomination)
        happened(nomination, "erased", now=now, by=by)
    db.session.flush()
    return {each for each in sight.known if mentions.is_address(each)}


def _forget_told(told: Told) -> None:
    """A person with what they answered; of an authority, whose answer is its own, the address."""
    if told.party is Party.PERSON:
        keeping.forget_told(told)
        return
    told.name = told.email = ""
    told.link_version += 1
    for letter in db.session.scalars(select(ToldLetter).where(ToldLetter.told_id == told.id)):
        letter.email = ""


def _forget_letters(addresses: set[str]) -> int:
    """Letters about nominations to these addresses, and the links that they asked for; gives how many letters."""
    if not addresses:
        return 0
    theirs = func.lower(Letter.to).in_(addresses)
    done = db.session.execute(delete(Letter).where(Letter.name.in_(LETTERS), theirs))
    db.session.execute(delete(AskedLetter).where(func.lower(AskedLetter.email).in_(addresses)))
    return int(getattr(done, "rowcount", 0))
