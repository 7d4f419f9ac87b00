"""What two people decide together: one asks and says why, another approves, and the act is done in that transaction.

A domain registers an act when it is imported:

    approvals.act("replace-ballot", phases={Phase.VOTING}, carry_out=carry_out, describe=describe)

`carry_out` takes what was asked and an `Approval`; whatever it raises undoes the approval. `Refused` is for what a
person has to be told: with `for_good` the request ends with it. The ledger gets a `two-person-act` before what the act
itself writes. Nobody else's request can be approved by the one who asked: the database refuses it, too.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext
from sqlalchemy import select

from app.access import Role
from app.accounts import service as accounts
from app.approvals.models import Outcome, TwoPersonAct
from app.awards import service as awards
from app.awards.duties import Blocker, Todo
from app.awards.models import Edition
from app.core.phases import Phase
from app.extensions import db
from app.ledger import service as ledger
from app.mail import service as mail

LONGEST_REASON = 2000
REQUEST = "approval-request"


class SamePerson(Exception):
    """Whoever asked cannot approve."""


class NotTheAsker(Exception):
    """A request is taken back by whoever made it; others decline it."""


class NothingWaits(Exception):
    """There is no such request (any more)."""


class AlreadyAsked(Exception):
    """Somebody has asked for this already."""


class ReasonMissing(Exception):
    """An act of two people needs a reason, which is published."""


class AskerGone(Exception):
    """Whoever asked is no longer in the secretariat, so that one person alone would decide."""


class Refused(Exception):
    """The act cannot be carried out; `text` says why. `for_good`: not later either, so the request ends."""

    def __init__(self, text: Any, *, for_good: bool = False) -> None:
        self.text, self.for_good = text, for_good
        super().__init__(str(text))


@dataclass(frozen=True)
class Approval:
    """The second person's part: who asked, who approves, when, and what their page asked them to fill in."""

    first: int
    second: int
    now: datetime
    filled: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Said:
    """A request in words: what is asked for, more about it (name and value), and what stands in its way now."""

    what: str
    more: tuple[tuple[str, str], ...] = ()
    obstacle: str = ""


@dataclass(frozen=True)
class Act:
    """A registered act. `phases`: when it can be decided. `reason`: the published reason in words. `page`: where it
    is approved (endpoint and values), for acts that ask the second person for more than a button.
    """

    name: str
    phases: frozenset[Phase]
    carry_out: Callable[[TwoPersonAct, Approval], None]
    describe: Callable[[TwoPersonAct], Said]
    reason: Callable[[str], str]
    page: Callable[[Edition], tuple[str, dict[str, Any]]] | None


_acts: dict[str, Act] = {}


def act(
    name: str,
    *,
    phases: Collection[Phase],
    carry_out: Callable[[TwoPersonAct, Approval], None],
    describe: Callable[[TwoPersonAct], Said],
    reason: Callable[[str], str] = str,
    page: Callable[[Edition], tuple[str, dict[str, Any]]] | None = None,
) -> Act:
    """Registers an act; its name is the ledger's (`ledger_entries.TWO_PERSON_ACTS`)."""
    made = _acts[name] = Act(name, frozenset(phases), carry_out, describe, reason, page)
    return made


def act_of(asked: TwoPersonAct) -> Act:
    """The act that was asked for."""
    return _acts[asked.act]


def ask(
    *,
    edition_id: int,
    act: str,
    reason: str,
    by: int,
    now: datetime,
    subject_id: int = 0,
    details: Mapping[str, Any] | None = None,
) -> TwoPersonAct:
    """The first person asks, in the caller's transaction; the others in the secretariat get a letter.

    Raises `ReasonMissing`, `AlreadyAsked`, and `Refused` in a phase in which it cannot be decided.
    """
    edition = awards.lock(edition_id)
    reason = reason.strip()[:LONGEST_REASON]
    if not reason:
        raise ReasonMissing
    if edition.phase not in _acts[act].phases:
        raise Refused(_not_now())
    if waiting(edition_id, act, subject_id):
        raise AlreadyAsked
    asked = TwoPersonAct(
        edition_id=edition_id, act=act, subject_id=subject_id, details=dict(details or {}), reason=reason,
        first_id=by, requested_at=now, pending=True,
    )  # fmt: skip
    db.session.add(asked)
    db.session.flush()
    for colleague in accounts.secretaries():
        if colleague.id != by:
            mail.queue(
                REQUEST, subject_id=asked.id, to=colleague.email, language=colleague.language, now=now,
                edition_id=edition_id, key=f"{REQUEST}:{asked.id}:{colleague.id}",
            )  # fmt: skip
    return asked


def approve(
    asked_id: int, *, by: int, now: datetime, filled: Mapping[str, Any] | None = None
) -> TwoPersonAct:
    """The second person approves, and the act is carried out in the same transaction.

    Raises `NothingWaits`, `SamePerson`, `AskerGone`, `Refused`, and whatever the act raises.
    """
    asked, edition = _lock(asked_id)
    if asked.first_id == by:
        raise SamePerson
    if not is_secretary(asked.first_id):
        raise AskerGone
    if edition.phase not in act_of(asked).phases:
        raise Refused(_not_now(), for_good=True)
    _close(asked, Outcome.APPROVED, second=by, now=now)
    data = {
        "act": asked.act,
        "first": ledger.person(edition=edition.id, account=asked.first_id, now=now),
        "reason": asked.reason,
        "second": ledger.person(edition=edition.id, account=by, now=now),
    }
    ledger.append(edition=edition.id, kind="two-person-act", data=data, now=now)
    act_of(asked).carry_out(asked, Approval(asked.first_id, by, now, filled or {}))
    return asked


def decline(asked_id: int, *, by: int, now: datetime) -> TwoPersonAct:
    """Another person says no. Raises `NothingWaits`, `SamePerson`."""
    asked, _edition = _lock(asked_id)
    if asked.first_id == by:
        raise SamePerson
    _close(asked, Outcome.DECLINED, second=by, now=now)
    return asked


def take_back(asked_id: int, *, by: int, now: datetime) -> TwoPersonAct:
    """Whoever asked thinks better of it. Raises `NothingWaits`, `NotTheAsker`."""
    asked, _edition = _lock(asked_id)
    if asked.first_id != by:
        raise NotTheAsker
    _close(asked, Outcome.TAKEN_BACK, second=None, now=now)
    return asked


def drop(edition_id: int, *, now: datetime) -> None:
    """Ends everything that waits in an edition: it went back, or was cancelled. In the caller's transaction."""
    awards.lock(edition_id)
    query = select(TwoPersonAct).where(TwoPersonAct.edition_id == edition_id, TwoPersonAct.pending.is_(True))
    for asked in db.session.scalars(query):
        _close(asked, Outcome.TAKEN_BACK, second=None, now=now)


def waiting(edition_id: int, act: str | None = None, subject_id: int | None = None) -> list[TwoPersonAct]:
    """What waits for a second person and can be decided in the edition's phase, the oldest first."""
    query = select(TwoPersonAct).where(
        TwoPersonAct.edition_id == edition_id, TwoPersonAct.pending.is_(True)
    )  # fmt: skip
    if act is not None:
        query = query.where(TwoPersonAct.act == act)
    if subject_id is not None:
        query = query.where(TwoPersonAct.subject_id == subject_id)
    found = db.session.scalars(query.order_by(TwoPersonAct.id).execution_options(populate_existing=True))
    phase = awards.by_id(edition_id).phase
    return [asked for asked in found if asked.act in _acts and phase in act_of(asked).phases]


def decided(edition_id: int, *, limit: int = 100) -> list[TwoPersonAct]:
    """What was approved, declined or taken back, the latest first."""
    query = select(TwoPersonAct).where(
        TwoPersonAct.edition_id == edition_id, TwoPersonAct.pending.is_(None)
    )  # fmt: skip
    return list(
        db.session.scalars(query.order_by(TwoPersonAct.closed_at.desc(), TwoPersonAct.id.desc()).limit(limit))
    )


def find(asked_id: int, *, edition_id: int) -> TwoPersonAct:
    """A request of that edition. Raises `NothingWaits`."""
    asked = db.session.get(TwoPersonAct, asked_id, populate_existing=True)
    if asked is None or asked.edition_id != edition_id:
        raise NothingWaits(asked_id)
    return asked


def is_secretary(account_id: int) -> bool:
    """Whether somebody is in the secretariat now."""
    account = accounts.account(account_id)
    return account.disabled_at is None and account.role == Role.SECRETARIAT


def alone() -> bool:
    """Whether there is nobody who could be the second person."""
    return len(accounts.secretaries()) < 2


def blockers(edition: Edition, to: Phase, *, now: datetime) -> list[Blocker]:  # noqa: ARG001 (every domain's shape)
    """Nothing: what waits is dropped, or goes on waiting."""
    return []


def todos(edition: Edition, *, now: datetime) -> list[Todo]:  # noqa: ARG001 (every domain's shape)
    """A request waits for somebody's answer."""
    if not (number := len(waiting(edition.id))):
        return []
    return [
        Todo(
            lazy_gettext("Waiting for a second person: %(number)s", number=number),
            lazy_gettext("One has asked and said why. Another one approves or declines."),
            "approvals.listing", {"slug": edition.slug}, lazy_gettext("Look at the requests"),
        )
    ]  # fmt: skip


def _lock(asked_id: int) -> tuple[TwoPersonAct, Edition]:
    """A request that waits, and its edition, locked; read again under the lock. Raises `NothingWaits`."""
    asked = db.session.get(TwoPersonAct, asked_id)
    if asked is None:
        raise NothingWaits(asked_id)
    edition = awards.lock(asked.edition_id)
    db.session.refresh(asked)
    if not asked.pending:
        raise NothingWaits(asked_id)
    return asked, edition


def _close(asked: TwoPersonAct, outcome: Outcome, *, second: int | None, now: datetime) -> None:
    asked.outcome, asked.second_id, asked.pending, asked.closed_at = outcome, second, None, now
    db.session.flush()


def _not_now() -> Any:
    return lazy_gettext("This cannot be decided any more, or not yet: the edition is in another phase.")
