"""What the secretariat decides of a nomination: accepted, to be completed, declined, moved, or a decision taken back.

Each verb is a row with the words of its letter, a line in the history, an entry in the ledger, and a letter to everyone
behind the nomination. What an earlier decision had queued is cancelled, so nobody hears of two decisions at once; a
letter that a worker has claimed already asks `app.screening.letters` whether its decision still stands before it goes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select

from app.accounts import service as accounts
from app.awards import categories
from app.awards import service as awards
from app.awards.plaintext import tidy
from app.core.phases import Phase
from app.extensions import db
from app.nominations.behind import root
from app.nominations.drafts import NotNow
from app.nominations.models import Nomination, Nominee, State
from app.nominations.records import happened, record_content, record_decision
from app.nominations.service import nomination
from app.screening.decisions import posting
from app.screening.decisions.recipients import Seen, newest, recipients, seen
from app.screening.decisions.wording import Written, standard
from app.screening.models import Decision, Verb

DECIDED_IN = (Phase.NOMINATING, Phase.SHORTLISTING)
DECIDABLE = (State.CONFIRMED, State.COMPLETION_ASKED, State.ACCEPTED, State.DECLINED)
LEADS_TO = {
    Verb.ACCEPT: State.ACCEPTED,
    Verb.ASK: State.COMPLETION_ASKED,
    Verb.DECLINE: State.DECLINED,
    Verb.TAKE_BACK: State.CONFIRMED,
}
FROM: Mapping[Verb, tuple[State, ...]] = {
    Verb.ACCEPT: (State.CONFIRMED, State.COMPLETION_ASKED, State.DECLINED),
    Verb.ASK: DECIDABLE,
    Verb.DECLINE: (State.CONFIRMED, State.COMPLETION_ASKED, State.ACCEPTED),
    Verb.TAKE_BACK: (State.COMPLETION_ASKED, State.ACCEPTED, State.DECLINED),
    Verb.MOVE: DECIDABLE,
}
EVENTS = {
    Verb.ACCEPT: ("accepted", "nomination-accepted"),
    Verb.ASK: ("asked", "nomination-completion-asked"),
    Verb.DECLINE: ("declined", "nomination-declined"),
    Verb.TAKE_BACK: ("reopened", "nomination-reopened"),
}


class OnShortlist(ValueError):
    """The nomination stands on the shortlist; it has to be taken off first."""


class WrongPhase(ValueError):
    """Decisions are made while nominations are open and while the shortlist is made."""


@dataclass(frozen=True)
class Letter:
    """How a decision is told: its words by language (the standard ones when None), and the reason in English.

    With *looked_at* the nomination and the recipients have to be what they were then. A move may be told to nobody.
    """

    words: Mapping[str, Written] | None = None
    reason_en: str = ""
    looked_at: Seen | None = None
    tell: bool = True


@dataclass(frozen=True)
class Standing:
    """What a nomination's page says of its decision.

    `decision` is in force, made by `who`; `letters` are its addresses, each with how far its letter has come; `verbs`
    can be done now; `above` is the nomination that this one stands behind, where it was merged.
    """

    decision: Decision | None
    who: str
    letters: list[tuple[str, str]]
    verbs: list[Verb]
    above: Nomination | None
    listed: bool


STANDARD = Letter()


def accept(
    edition_id: int,
    nomination_id: int,
    *,
    despite: str = "",
    letter: Letter = STANDARD,
    by: int,
    now: datetime,
) -> Decision:
    """The secretariat takes the nomination up; *despite* says why, where it does not meet the rules, and stays inside.

    Raises `Gone`, `NotNow`, `WrongPhase`, `Changed`.
    """
    made = _decide(Verb.ACCEPT, edition_id, nomination_id, "", letter, by=by, now=now)
    if despite:
        happened(made.nomination, "against-rules", now=now, by=by, note=tidy(despite))
    return made


def ask(
    edition_id: int,
    nomination_id: int,
    reason: str,
    *,
    complete_by: date | None = None,
    letter: Letter = STANDARD,
    by: int,
    now: datetime,
) -> Decision:
    """The author is asked to complete the nomination; *reason* says what is missing. Raises as `decline`."""
    made = _decide(Verb.ASK, edition_id, nomination_id, reason, letter, by=by, now=now)
    made.complete_by = complete_by
    db.session.flush()
    return made


def decline(
    edition_id: int, nomination_id: int, reason: str, *, letter: Letter = STANDARD, by: int, now: datetime
) -> Decision:
    """The secretariat declines with a reason, which the nominators read. Raises as `accept`, and `OnShortlist`."""
    return _decide(Verb.DECLINE, edition_id, nomination_id, reason, letter, by=by, now=now)


def take_back(
    edition_id: int,
    nomination_id: int,
    reason: str = "",
    *,
    letter: Letter = STANDARD,
    by: int,
    now: datetime,
) -> Decision:
    """The nomination waits for a decision again; only who had heard of the last one is told. Raises as `decline`."""
    return _decide(Verb.TAKE_BACK, edition_id, nomination_id, reason, letter, by=by, now=now)


def move(
    edition_id: int,
    nomination_id: int,
    category_slug: str,
    reason: str = "",
    *,
    letter: Letter = STANDARD,
    by: int,
    now: datetime,
) -> Decision:
    """Moves a nomination to the category where it belongs; what is decided of it stays.

    Raises as `decline`, and `categories.NoSuchCategory`.
    """
    moving = _decidable(edition_id, nomination_id, Verb.MOVE, letter)
    to = recipients(moving, Verb.MOVE) if letter.tell else []
    made = _made(Verb.MOVE, moving, reason, letter, several=len(to) > 1, by=by, now=now)
    moving.category = made.category = categories.category(edition_id, category_slug)
    db.session.flush()
    happened(moving, "moved", now=now, by=by, note=moving.category.slug)
    record_content(moving, "nomination-corrected", by=by, now=now)
    posting.cancel(moving, [Verb.MOVE], now=now)
    posting.queue(made, to, now=now)
    return made


def possible(nomination: Nomination, phase: Phase) -> list[Verb]:
    """The verbs that can be done with a nomination now, the likeliest first."""
    if phase not in DECIDED_IN:
        return []
    listed = on_shortlist(nomination)
    return [
        verb
        for verb in (Verb.ACCEPT, Verb.ASK, Verb.DECLINE, Verb.MOVE, Verb.TAKE_BACK)
        if nomination.state in FROM[verb] and not listed
    ]


def in_force(nomination: Nomination) -> Decision | None:
    """The decision that a nomination stands by; None once it was changed, withdrawn or merged after it."""
    last = newest(nomination)
    return last if last is not None and nomination.state is LEADS_TO[last.verb] else None


def standing(nomination: Nomination) -> Standing:
    """What there is to say about a nomination's decision, for its page."""
    decision, above = in_force(nomination), root(nomination)
    return Standing(
        decision=decision,
        who=accounts.account(decision.account_id).name if decision else "",
        letters=posting.letters(decision) if decision else [],
        verbs=possible(nomination, awards.by_id(nomination.edition_id).phase),
        above=above if above is not nomination else None,
        listed=on_shortlist(nomination),
    )


def on_shortlist(nomination: Nomination) -> bool:
    """Whether the nomination stands on the shortlist."""
    return db.session.scalar(select(Nominee.id).where(Nominee.nomination_id == nomination.id)) is not None


def _decidable(edition_id: int, nomination_id: int, verb: Verb, letter: Letter) -> Nomination:
    """The nomination under the edition's lock, where *verb* can be done with it."""
    if awards.lock(edition_id).phase not in DECIDED_IN:
        raise WrongPhase
    deciding = nomination(edition_id, nomination_id)
    if deciding.state not in FROM[verb]:
        raise NotNow(deciding.state)
    if on_shortlist(deciding):
        raise OnShortlist
    if letter.looked_at is not None:
        letter.looked_at.check(seen(deciding, verb))
    return deciding


def _decide(
    verb: Verb, edition_id: int, nomination_id: int, reason: str, letter: Letter, *, by: int, now: datetime
) -> Decision:
    """Everything that a decision is, moves aside: the row, the state, history, ledger, letters."""
    deciding = _decidable(edition_id, nomination_id, verb, letter)
    to = recipients(deciding, verb)
    made = _made(verb, deciding, reason, letter, several=len(to) > 1, by=by, now=now)
    deciding.state, deciding.decision_reason = LEADS_TO[verb], made.reason
    deciding.decided_at = None if verb is Verb.TAKE_BACK else now
    db.session.flush()
    event, kind = EVENTS[verb]
    happened(deciding, event, now=now, by=by, note=made.reason)
    record_decision(deciding, kind, by=by, now=now)
    posting.cancel(deciding, list(Verb), now=now)
    posting.queue(made, to, now=now)
    return made


def _made(
    verb: Verb, about: Nomination, reason: str, letter: Letter, *, several: bool, by: int, now: datetime
) -> Decision:
    """The row of a decision."""
    words = letter.words or standard(verb, about, several=several)
    made = Decision(
        nomination=about, verb=verb, reason=tidy(reason), reason_en=tidy(letter.reason_en), account_id=by, at=now,
        **{f"subject_{lang}": written.subject for lang, written in words.items()},
        **{f"words_{lang}": written.words for lang, written in words.items()},
    )  # fmt: skip
    db.session.add(made)
    db.session.flush()
    return made
