"""How a review stands: what there is to sign, who has answered, what the jury has written.

Everything the jury does is staged: these functions give nothing of it before publication unless the caller says
`staged=True`, which the jury's pages alone do. `progress` is for the secretariat too: who has answered, not what the
count says.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import select

from app.accounts import service as accounts
from app.accounts.models import Account
from app.awards.models import Edition
from app.core import canonical
from app.core.phases import Phase
from app.extensions import db
from app.review.models import Recount, SignOff, Statement, TieDecision
from app.tally import service as tally


class Verdict(StrEnum):
    """What a juror says about a round of the count."""

    SIGNED = "signed"
    OBJECTED = "objected"


@dataclass(frozen=True)
class Seen:
    """What a juror has before their eyes: hashes (hex) of archive, result, report, and of the outcomes shown."""

    archive: str
    result: str
    report: str
    outcomes: str


@dataclass(frozen=True)
class Progress:
    """How far the jury has come: names, never contents. `valid` is None while the report is being made."""

    round: int
    needed: int
    jurors: list[Account]
    signed: list[Account]
    objected: list[Account]
    valid: bool | None

    @property
    def missing(self) -> int:
        """How many more signatures publication needs."""
        return max(0, self.needed - len(self.signed))

    @property
    def waiting(self) -> list[Account]:
        """The jurors who have not answered in this round."""
        answered = {account.id for account in (*self.signed, *self.objected)}
        return [juror for juror in self.jurors if juror.id not in answered]

    @property
    def out_of_reach(self) -> bool:
        """Whether the signatures that are missing cannot come from the jurors who have not answered."""
        return self.missing > len(self.waiting)


def seen(edition_id: int) -> Seen | None:
    """What there is to sign in the present round, or None while its report is being made."""
    made = tally.verification(edition_id, staged=True)
    if made is None:
        return None
    shown = [count.outcome for count in tally.counts(edition_id, staged=True)]
    outcomes = hashlib.sha256(canonical.dumps(shown)).hexdigest()
    return Seen(made.archive_hash, made.result_hash, made.report_hash, outcomes)


def ties_open(edition_id: int) -> bool:
    """Whether the jury has a tie left to decide."""
    return any(count.outcome["decided"] == "open" for count in tally.counts(edition_id, staged=True))


def progress(edition: Edition) -> Progress:
    """Who has signed, who has objected, who has not answered: the part of the review that the secretariat sees."""
    made = tally.verification(edition.id, staged=True)
    answers = _answers(edition.id)
    return Progress(
        round=tally.current_round(edition.id),
        needed=needed(edition),
        jurors=accounts.jurors(),
        signed=[accounts.account(a.account_id) for a in answers if a.verdict == Verdict.SIGNED],
        objected=[accounts.account(a.account_id) for a in answers if a.verdict == Verdict.OBJECTED],
        valid=None if made is None else made.valid,
    )


def waits_for(edition: Edition, *, account_id: int) -> bool:
    """Whether there is a count that this juror has not answered."""
    if edition.phase is not Phase.REVIEW or tally.verification(edition.id, staged=True) is None:
        return False
    return all(answer.account_id != account_id for answer in _answers(edition.id))


def needed(edition: Edition) -> int:
    """How many signatures publication needs."""
    return edition.signoffs_needed


def signed(edition_id: int, *, staged: bool = False) -> list[SignOff]:
    """The signatures under the present round; empty before publication unless `staged`."""
    return [a for a in answers(edition_id, staged=staged) if a.verdict == Verdict.SIGNED]


def objections(edition_id: int, *, staged: bool = False, every_round: bool = False) -> list[SignOff]:
    """The objections to the present round, or to every one; empty before publication unless `staged`."""
    if not _open_to(edition_id, staged):
        return []
    query = select(SignOff).where(SignOff.edition_id == edition_id, SignOff.verdict == Verdict.OBJECTED)
    if not every_round:
        query = query.where(SignOff.round == tally.current_round(edition_id))
    return list(db.session.scalars(query.order_by(SignOff.id)))


def answers(edition_id: int, *, staged: bool = False) -> list[SignOff]:
    """Signatures and objections of the present round, in their order; empty before publication unless `staged`."""
    return _answers(edition_id) if _open_to(edition_id, staged) else []


def statements(edition_id: int, *, staged: bool = False) -> dict[int, Statement]:
    """The jury's words by category; empty before publication unless `staged`."""
    if not _open_to(edition_id, staged):
        return {}
    found = db.session.scalars(select(Statement).where(Statement.edition_id == edition_id))
    return {statement.category_id: statement for statement in found}


def tie_decisions(edition_id: int, *, staged: bool = False) -> dict[int, TieDecision]:
    """What the jury decided about ties, by category; empty before publication unless `staged`."""
    if not _open_to(edition_id, staged):
        return {}
    found = db.session.scalars(select(TieDecision).where(TieDecision.edition_id == edition_id))
    return {decision.category_id: decision for decision in found}


def recounts(edition_id: int, *, staged: bool = False) -> list[Recount]:
    """The recounts in their order; empty before publication unless `staged`."""
    if not _open_to(edition_id, staged):
        return []
    query = select(Recount).where(Recount.edition_id == edition_id).order_by(Recount.number)
    return list(db.session.scalars(query))


def _answers(edition_id: int) -> list[SignOff]:
    number = tally.current_round(edition_id)
    query = select(SignOff).where(SignOff.edition_id == edition_id, SignOff.round == number)
    return list(db.session.scalars(query.order_by(SignOff.id)))


def _open_to(edition_id: int, staged: bool) -> bool:
    return staged or db.session.get_one(Edition, edition_id).phase in tally.PUBLIC
