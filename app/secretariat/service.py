"""Moves editions between phases: every domain is asked what blocks, takes its step and is recorded, in one transaction.

`advance` is the only way an edition moves by somebody's hand; the count's own moves (sealing the box, the end of the
count) are made by the worker in `tally` by the same rules. Every caller says which phase it saw: whoever comes second
gets `Overtaken` and nothing is done twice.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from types import ModuleType

from flask_babel import gettext, lazy_ngettext

from app.approvals import service as approvals
from app.approvals.models import TwoPersonAct
from app.approvals.service import (
    AlreadyAsked,
    Approval,
    AskerGone,
    NothingWaits,
    ReasonMissing,
    SamePerson,
)
from app.awards import service as awards
from app.awards.duties import Blocker, Todo
from app.awards.models import Edition
from app.ballots import service as ballots
from app.core import phases
from app.core.ledger_entries import OPEN_WITHOUT_JURY
from app.core.phases import Phase
from app.jobs import service as jobs
from app.nominations import service as nominations
from app.review import service as review
from app.roll import duties as roll
from app.screening import service as screening
from app.tally import service as tally
from app.trustees import service as trustees

__all__ = [
    "AlreadyAsked", "AskerGone", "MoveBlocked", "NotDelivered", "NothingWaits", "Overtaken", "ReasonMissing",
    "SamePerson", "TwoPeopleNeeded", "advance", "approve_opening", "ask_to_open", "blockers", "domain_todos",
    "needs_two_people", "possible", "request_advance", "take_back", "waiting",
]  # fmt: skip

ADVANCE = "secretariat.advance"
TRIES = 3
LONGEST_REASON = approvals.LONGEST_REASON
DOMAINS: Sequence[ModuleType] = (
    awards, approvals, nominations, screening, roll, trustees, ballots, tally, review,
)  # fmt: skip
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


class NotDelivered(MoveBlocked):
    """Ballots were sent before the opening, and some have not arrived: opening all the same is said on purpose."""

    def __init__(self, number: int) -> None:
        self.number = number
        super().__init__(
            [
                Blocker(
                    lazy_ngettext(
                        "%(num)d ballot has not arrived. Say that the vote is to open all the same, or wait.",
                        "%(num)d ballots have not arrived. Say that the vote is to open all the same, or wait.",
                        number,
                    )
                )
            ]
        )


class TwoPeopleNeeded(Exception):
    """This move needs a request by one and the approval of another."""


def possible(edition: Edition) -> list[Phase]:
    """The phases that somebody can move the edition to by hand, the next one first; a trial vote moves by itself."""
    if edition.trial:
        return []
    following = phases.allowed(edition.phase, letters_left=_letters_left(edition))
    return [to for to in following if to not in BY_COUNT]


def blockers(edition: Edition, to: Phase, *, now: datetime) -> list[Blocker]:
    """What every domain says must be done before the edition enters *to*."""
    return [blocker for domain in DOMAINS for blocker in domain.blockers(edition, to, now=now)]


def domain_todos(edition: Edition, *, now: datetime) -> list[Todo]:
    """What every domain wants somebody to do."""
    return [todo for domain in DOMAINS for todo in domain.todos(edition, now=now)]


def advance(
    edition_id: int, to: Phase, *, expected: Phase, by: int | None, reason: str = "", now: datetime,
    two_people: bool = False, undelivered: bool = False,
) -> None:  # fmt: skip
    """Moves the edition from *expected* to *to*, with every domain's step, in the caller's transaction.

    *two_people*: a second person has approved. *undelivered*: the vote opens although ballots have not arrived. Raises
    `Overtaken`, `phases.TransitionRefused`, `ReasonMissing`, `TwoPeopleNeeded` or `MoveBlocked` (`NotDelivered`, too);
    whatever a domain's step raises goes through, and the caller's transaction undoes all of it.
    """
    edition = awards.lock(edition_id)
    if edition.phase is not expected:
        raise Overtaken
    letters_left = _letters_left(edition)
    phases.check(edition.phase, to, letters_left=letters_left)
    reason = reason.strip()[:LONGEST_REASON]
    if to in NEEDS_REASON and not reason:
        raise ReasonMissing
    if to is Phase.VOTING and needs_two_people(edition) and not two_people:
        raise TwoPeopleNeeded
    if found := blockers(edition, to, now=now):
        raise MoveBlocked(found)
    if to is Phase.VOTING and not undelivered and (missing := ballots.arrivals(edition_id).missing):
        raise NotDelivered(missing)
    for domain in DOMAINS:
        enter = getattr(domain, "enter", None)
        if enter is not None:
            enter(edition_id, to, by=by, now=now)
    awards.record_phase(edition_id, to, account_id=by, reason=reason, now=now, letters_left=letters_left)
    if to is Phase.VOTING:
        ballots.send_letters(edition_id, by=by, now=now)
    if to in {Phase.SHORTLISTING, Phase.CANCELLED}:
        approvals.drop(edition_id, now=now)


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
    """Whether opening the vote needs two people and a reason: with the server's key alone it does, except in a trial."""
    return not edition.trial and trustees.server_only(edition.id)


def waiting(edition_id: int) -> TwoPersonAct | None:
    """The request to open the vote that waits for a second person, if there is one."""
    return next(iter(approvals.waiting(edition_id, OPEN_WITHOUT_JURY)), None)


def ask_to_open(edition_id: int, *, by: int, reason: str, now: datetime) -> TwoPersonAct:
    """The first person asks to open the vote without jury keys, and says why.

    Raises `Overtaken` when the edition is not prepared, `ReasonMissing`, `AlreadyAsked` or `MoveBlocked`.
    """
    edition = awards.lock(edition_id)
    if edition.phase is not Phase.PREPARED:
        raise Overtaken
    if not reason.strip():
        raise ReasonMissing
    if found := blockers(edition, Phase.VOTING, now=now):
        raise MoveBlocked(found)
    return approvals.ask(edition_id=edition_id, act=OPEN_WITHOUT_JURY, reason=reason, by=by, now=now)


def take_back(edition_id: int, *, by: int, now: datetime) -> None:
    """Whoever asked takes the request to open back, anyone else declines it; raises `NothingWaits`."""
    asked = _waiting(edition_id)
    if asked.first_id == by:
        approvals.take_back(asked.id, by=by, now=now)
    else:
        approvals.decline(asked.id, by=by, now=now)


def approve_opening(edition_id: int, *, by: int, now: datetime, undelivered: bool = False) -> None:
    """The second person approves, and the vote opens in the same transaction.

    Raises `NothingWaits`, `SamePerson`, `AskerGone`, and what `advance` raises.
    """
    asked = _waiting(edition_id)
    approvals.approve(asked.id, by=by, now=now, filled={"undelivered": undelivered})


def _waiting(edition_id: int) -> TwoPersonAct:
    awards.lock(edition_id)
    if (asked := waiting(edition_id)) is None:
        raise NothingWaits(edition_id)
    return asked


def _open(asked: TwoPersonAct, approval: Approval) -> None:
    advance(
        asked.edition_id, Phase.VOTING, expected=Phase.PREPARED, by=approval.second, reason=asked.reason,
        now=approval.now, two_people=True, undelivered=bool(approval.filled.get("undelivered")),
    )  # fmt: skip


approvals.act(
    OPEN_WITHOUT_JURY,
    phases={Phase.PREPARED},
    carry_out=_open,
    describe=lambda _asked: approvals.Said(gettext("Open the vote without jury keys")),
    page=lambda edition: ("secretariat.move", {"slug": edition.slug, "to": str(Phase.VOTING)}),
)


def _letters_left(edition: Edition) -> bool:
    return edition.phase is Phase.PREPARED and ballots.letters_left(edition.id)
