"""Moves editions between phases: every domain is asked what blocks, takes its step and is recorded, in one transaction.

`advance` is the only way an edition moves by somebody's hand; the count's own moves (sealing the box, the end of the
count) are made by the worker in `tally` by the same rules. Every caller says which phase it saw: whoever comes second
gets `Overtaken` and nothing is done twice.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from types import ModuleType

from sqlalchemy import select

from app.accounts import service as accounts
from app.awards import service as awards
from app.awards.duties import Blocker, Todo
from app.awards.models import Edition
from app.ballots import service as ballots
from app.core import phases
from app.core.phases import Phase
from app.extensions import db
from app.jobs import service as jobs
from app.ledger import service as ledger
from app.mail import service as mail
from app.nominations import service as nominations
from app.review import service as review
from app.roll import duties as roll
from app.screening import service as screening
from app.secretariat.models import Act, TwoPersonAct
from app.tally import service as tally
from app.trustees import service as trustees

ADVANCE = "secretariat.advance"
TRIES = 3
LONGEST_REASON = 2000
DOMAINS: Sequence[ModuleType] = (awards, nominations, screening, roll, trustees, ballots, tally, review)
"""In the order in which they are asked and take their steps."""
BY_WORKER = frozenset({Phase.PREPARED})
BY_COUNT = frozenset({Phase.COUNTING, Phase.REVIEW})
NEEDS_REASON = frozenset({Phase.CANCELLED})


class Overtaken(Exception):
    """The edition is no longer in the phase that the caller saw."""


class MoveBlocked(Exception):
    """Something must be done before this move."""

    def __init__(self, blockers: Sequence[Blocker]) -> None:
        self.blockers = list(blockers)
        super().__init__("; ".join(str(blocker) for blocker in blockers))


class ReasonMissing(Exception):
    """This move needs a reason, which is published."""


class TwoPeopleNeeded(Exception):
    """This move needs a request by one and the approval of another."""


class SamePerson(Exception):
    """Whoever asked cannot approve."""


class NothingWaits(Exception):
    """There is no request to approve or to take back (any more)."""


class AlreadyAsked(Exception):
    """Somebody has asked for this already."""


def possible(edition: Edition) -> list[Phase]:
    """The phases that somebody can move the edition to by hand, the next one first."""
    following = phases.allowed(edition.phase, letters_left=_letters_left(edition))
    return [to for to in following if to not in BY_COUNT]


def blockers(edition: Edition, to: Phase, *, now: datetime) -> list[Blocker]:
    """What every domain says must be done before the edition enters *to*."""
    return [blocker for domain in DOMAINS for blocker in domain.blockers(edition, to, now=now)]


def domain_todos(edition: Edition, *, now: datetime) -> list[Todo]:
    """What every domain wants somebody to do."""
    return [todo for domain in DOMAINS for todo in domain.todos(edition, now=now)]


def advance(
    edition_id: int, to: Phase, *, expected: Phase, by: int | None, reason: str = "", now: datetime
) -> None:
    """Moves the edition from *expected* to *to*, with every domain's step, in the caller's transaction.

    Raises `Overtaken`, `phases.TransitionRefused`, `ReasonMissing`, `TwoPeopleNeeded` or `MoveBlocked`; whatever
    a domain's step raises goes through, and the caller's transaction undoes all of it.
    """
    edition = awards.lock(edition_id)
    if edition.phase is not expected:
        raise Overtaken
    letters_left = _letters_left(edition)
    phases.check(edition.phase, to, letters_left=letters_left)
    reason = reason.strip()[:LONGEST_REASON]
    if to in NEEDS_REASON and not reason:
        raise ReasonMissing
    if to is Phase.VOTING and needs_two_people(edition) and not _approved(edition_id):
        raise TwoPeopleNeeded
    if found := blockers(edition, to, now=now):
        raise MoveBlocked(found)
    for domain in DOMAINS:
        enter = getattr(domain, "enter", None)
        if enter is not None:
            enter(edition_id, to, by=by, now=now)
    awards.record_phase(edition_id, to, account_id=by, reason=reason, now=now, letters_left=letters_left)
    if to is Phase.VOTING:
        assert by is not None  # letters leave by somebody's hand
        ballots.send_letters(edition_id, by=by, now=now)
    if to in {Phase.SHORTLISTING, Phase.CANCELLED}:
        _drop_requests(edition_id, now)


def request_advance(edition_id: int, to: Phase, *, expected: Phase, by: int, now: datetime) -> None:
    """Asks the worker to make a move that needs keys; a second request while one is under way does nothing.

    Raises `Overtaken`, `phases.TransitionRefused` or `MoveBlocked`.
    """
    edition = awards.lock(edition_id)
    if edition.phase is not expected:
        raise Overtaken
    phases.check(edition.phase, to)
    if found := blockers(edition, to, now=now):
        raise MoveBlocked(found)
    payload = {"edition_id": edition_id, "to": str(to), "from": str(expected), "by": by}
    jobs.enqueue(ADVANCE, payload, now=now, key=f"{ADVANCE}:{edition_id}", edition_id=edition_id)


def needs_two_people(edition: Edition) -> bool:
    """Whether opening the vote needs two people and a reason: with the server's key alone it does."""
    return trustees.server_only(edition.id)


def waiting(edition_id: int, act: Act = Act.OPEN_WITHOUT_JURY_KEYS) -> TwoPersonAct | None:
    """The request that waits for a second person, if there is one."""
    return db.session.scalar(
        select(TwoPersonAct).where(
            TwoPersonAct.edition_id == edition_id, TwoPersonAct.act == act, TwoPersonAct.pending.is_(True)
        )
    )


def ask_to_open(edition_id: int, *, by: int, reason: str, now: datetime) -> TwoPersonAct:
    """The first person asks to open the vote without jury keys, and says why.

    Raises `Overtaken` when the edition is not prepared, `ReasonMissing`, `AlreadyAsked` or `MoveBlocked`.
    """
    edition = awards.lock(edition_id)
    if edition.phase is not Phase.PREPARED:
        raise Overtaken
    reason = reason.strip()[:LONGEST_REASON]
    if not reason:
        raise ReasonMissing
    if waiting(edition_id) is not None:
        raise AlreadyAsked
    if found := blockers(edition, Phase.VOTING, now=now):
        raise MoveBlocked(found)
    asked = TwoPersonAct(
        edition_id=edition_id,
        act=Act.OPEN_WITHOUT_JURY_KEYS,
        reason=reason,
        first_id=by,
        requested_at=now,
        pending=True,
    )
    db.session.add(asked)
    db.session.flush()
    _tell_the_others(asked, now)
    return asked


def _tell_the_others(asked: TwoPersonAct, now: datetime) -> None:
    for colleague in accounts.secretaries():
        if colleague.id != asked.first_id:
            mail.queue(
                "opening-request",
                subject_id=asked.id,
                to=colleague.email,
                language=colleague.language,
                now=now,
                edition_id=asked.edition_id,
                key=f"opening-request:{asked.id}:{colleague.id}",
            )


def take_back(edition_id: int, *, now: datetime) -> None:
    """Anyone in the secretariat may stop a request that waits; raises `NothingWaits`."""
    awards.lock(edition_id)
    asked = waiting(edition_id)
    if asked is None:
        raise NothingWaits
    asked.pending, asked.closed_at = None, now


def approve_opening(edition_id: int, *, by: int, now: datetime) -> None:
    """The second person approves, and the vote opens in the same transaction.

    Raises `NothingWaits`, `SamePerson`, and what `advance` raises.
    """
    awards.lock(edition_id)
    asked = waiting(edition_id)
    if asked is None:
        raise NothingWaits
    if asked.first_id == by:
        raise SamePerson
    asked.second_id, asked.pending, asked.closed_at = by, None, now
    db.session.flush()
    data = {
        "act": asked.act,
        "first": ledger.person(edition=edition_id, account=asked.first_id, now=now),
        "reason": asked.reason,
        "second": ledger.person(edition=edition_id, account=by, now=now),
    }
    ledger.append(edition=edition_id, kind="two-person-act", data=data, now=now)
    advance(edition_id, Phase.VOTING, expected=Phase.PREPARED, by=by, reason=asked.reason, now=now)


def _approved(edition_id: int) -> bool:
    """Whether the last request to open was approved by a second person who is still another one, and still staff."""
    asked = db.session.scalar(
        select(TwoPersonAct)
        .where(TwoPersonAct.edition_id == edition_id, TwoPersonAct.act == Act.OPEN_WITHOUT_JURY_KEYS)
        .order_by(TwoPersonAct.id.desc())
    )
    if asked is None or asked.second_id is None or asked.second_id == asked.first_id:
        return False
    return accounts.account(asked.first_id).disabled_at is None


def _drop_requests(edition_id: int, now: datetime) -> None:
    if (asked := waiting(edition_id)) is not None:
        asked.pending, asked.closed_at = None, now


def _letters_left(edition: Edition) -> bool:
    return edition.phase is Phase.PREPARED and ballots.letters_left(edition.id)
