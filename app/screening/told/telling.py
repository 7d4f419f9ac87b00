"""The nominated authority, and persons who are named, are told: once, whatever is merged, and again when asked to.

Data about them did not come from them, so the GDPR (article 14) wants them to know. Each telling is a letter with a link
of its own; telling again makes the earlier link worthless.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from app.awards import service as awards
from app.awards.actors import actor
from app.extensions import db
from app.mail import service as mail
from app.mail.addresses import checked
from app.nominations.behind import root
from app.nominations.drafts import NotNow
from app.nominations.models import State
from app.nominations.records import happened, record
from app.nominations.service import nomination
from app.screening.decisions.decisions import WrongPhase
from app.screening.decisions.wording import Written
from app.screening.models import Party, Told, ToldLetter
from app.screening.told.concerned import LETTER, TOLD_IN, Standing, of_party, standing
from app.screening.told.told_wording import standard

__all__ = ["standing"]


class ToldMeanwhile(Exception):
    """Somebody else has told them since the page was opened."""


def tell(
    edition_id: int,
    nomination_id: int,
    party: Party,
    *,
    email: str,
    language: str = "sv",
    words: Written | None = None,
    version: int = 0,
    by: int,
    now: datetime,
) -> Told:
    """Tells a party of an accepted nomination; an earlier link opens nothing any more.

    *version* is the newest link that whoever tells knows of (`Standing.version`). Raises `Gone`, `WrongPhase`, `NotNow`
    (only what is accepted is told), `NobodyNamed`, `ToldMeanwhile` and `addresses.BadAddress`.
    """
    edition = awards.lock(edition_id)
    if edition.phase not in TOLD_IN:
        raise WrongPhase
    naming = nomination(edition_id, nomination_id)
    if root(naming).state is not State.ACCEPTED:
        raise NotNow(root(naming).state)
    stands = of_party(naming, party)
    if stands.version != version:
        raise ToldMeanwhile
    told = _row(stands, email=checked(email), language=language, now=now)
    words = words or standard(party, root(naming), edition, language)
    letter = ToldLetter(
        told=told, version=told.link_version, email=told.email, subject=words.subject, words=words.words,
        account_id=by, at=now,
    )  # fmt: skip
    db.session.add(letter)
    db.session.flush()
    happened(root(naming), "told", now=now, by=by, note=str(party))
    record(root(naming), "nominee-told", now=now, by=actor(edition_id, by, now), party=str(party))
    mail.queue(
        LETTER, subject_id=letter.id, to=told.email, language=language, now=now, edition_id=edition_id,
        key=f"{LETTER}:{letter.id}",
    )  # fmt: skip
    return told


def _row(stands: Standing, *, email: str, language: str, now: datetime) -> Told:
    """The party's row: a new one, or the one that there is with a link that makes the earlier one worthless."""
    told = stands.told or db.session.scalar(
        select(Told).where(Told.nomination_id == stands.nomination.id, Told.party == stands.party)
    )
    if told is None:
        told = Told(nomination_id=stands.nomination.id, party=stands.party, link_version=1)
        db.session.add(told)
    else:
        for number in db.session.scalars(select(ToldLetter.id).where(ToldLetter.told_id == told.id)):
            mail.cancel(LETTER, number, now)
        told.link_version += 1
    if stands.told is None:  # nobody before, or somebody else whom the nomination no longer names
        told.reply, told.corrections, told.settled, told.earlier = "", {}, {}, []
        told.declines, told.answered_at, told.seen_at = False, None, None
    told.name, told.email, told.language, told.told_at = stands.name, email, language, now
    db.session.flush()
    return told
