"""What a juror does: sign, object, decide a tie, write the jury's words, ask for a recount. All of it is staged."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from app.awards import service as awards
from app.awards.actors import actor
from app.awards.models import Edition
from app.core.phases import Phase
from app.extensions import db
from app.ledger import service as ledger
from app.review.models import Recount, SignOff, Statement, TieDecision
from app.review.standing import Seen, Verdict, answers, seen, signed, statements, tie_decisions, ties_open
from app.tally import counts as tally_counts
from app.tally import run
from app.tally import service as tally
from app.tally.verifying import archive_hash

LONGEST_REASON = 4000
LONGEST_WORDS = 4000


class NotInReview(Exception):
    """There is no count to review now: not counted yet, being counted again, published or cancelled."""


class CountChanged(Exception):
    """The archive, result, report or outcome is not the one that the juror's page showed."""


class AlreadyAnswered(Exception):
    """This juror has signed or objected in this round."""


class NotValid(Exception):
    """The verifiers found an error: nobody can sign such a count, only object."""


class TieOpen(Exception):
    """The jury has a tie to decide before anyone can sign."""


class NoTie(Exception):
    """There is no tie in this category for the jury to decide."""


class SignedAlready(Exception):
    """Somebody has signed; the decision of a tie stands from then on, unless the count is made again."""


class ReasonMissing(Exception):
    """This act needs a reason."""


def sign(*, edition_id: int, account_id: int, what: Seen, now: datetime) -> SignOff:
    """A juror signs what they saw.

    Raises `NotInReview`, `CountChanged`, `AlreadyAnswered`, `NotValid` and `TieOpen`.
    """
    _in_review(edition_id)
    made = tally.verification(edition_id, staged=True)
    if made is not None and not made.valid:
        raise NotValid
    if ties_open(edition_id):
        raise TieOpen
    if archive_hash(edition_id) != what.archive:
        raise CountChanged
    return _answer(
        edition_id=edition_id, account_id=account_id, verdict=Verdict.SIGNED, reason="", what=what, now=now
    )


def object_(*, edition_id: int, account_id: int, reason: str, what: Seen, now: datetime) -> SignOff:
    """A juror objects to what they saw; the reason is published with the result.

    Raises `ReasonMissing`, `NotInReview`, `CountChanged` and `AlreadyAnswered`.
    """
    return _answer(
        edition_id=edition_id,
        account_id=account_id,
        verdict=Verdict.OBJECTED,
        reason=_reason(reason),
        what=what,
        now=now,
    )


def _answer(
    *, edition_id: int, account_id: int, verdict: Verdict, reason: str, what: Seen, now: datetime
) -> SignOff:
    _in_review(edition_id)
    if seen(edition_id) != what:
        raise CountChanged
    if any(answer.account_id == account_id for answer in answers(edition_id, staged=True)):
        raise AlreadyAnswered
    made = SignOff(
        edition_id=edition_id,
        account_id=account_id,
        round=tally.current_round(edition_id),
        verdict=verdict.value,
        reason=reason,
        archive_hash=what.archive,
        result_hash=what.result,
        report_hash=what.report,
        at=now,
    )
    db.session.add(made)
    db.session.flush()
    data = {
        "archive": what.archive,
        "by": actor(edition_id, account_id, now),
        "report": what.report,
        "result": what.result,
    }
    if verdict is Verdict.OBJECTED:
        data["reason"] = reason
    kind = "signed-off" if verdict is Verdict.SIGNED else "objected"
    ledger.append(edition=edition_id, kind=kind, data=data, now=now, staged=True)
    return made


def decide_tie(
    *, edition_id: int, category_id: int, account_id: int, winners: Sequence[int], reason: str, now: datetime
) -> None:
    """A juror writes down whom the jury chose among the tied, and why; the others confirm it by signing.

    Raises `NotInReview`, `NoTie`, `SignedAlready`, `ReasonMissing` and `counting.TieUnresolved` (not among the tied).
    """
    _in_review(edition_id)
    count = next((c for c in tally.counts(edition_id, staged=True) if c.category_id == category_id), None)
    if count is None or count.outcome["decided"] not in {"open", "jury"}:
        raise NoTie
    if signed(edition_id, staged=True):
        raise SignedAlready
    reason = _reason(reason)
    chosen = sorted(set(winners))
    data = {
        "by": actor(edition_id, account_id, now),
        "question": count.question,
        "reason": reason,
        "winners": chosen,
    }
    ledger.append(edition=edition_id, kind="tie-decided", data=data, now=now, staged=True)
    tally_counts.decide_tie(edition_id=edition_id, question=count.question, winners=chosen, now=now)
    decision = tie_decisions(edition_id, staged=True).get(category_id)
    if decision is None:
        decision = TieDecision(edition_id=edition_id, category_id=category_id)
        db.session.add(decision)
    decision.winners, decision.reason, decision.account_id, decision.at = chosen, reason, account_id, now
    db.session.flush()


def write_words(
    *, edition_id: int, category_id: int, account_id: int, sv: str, en: str, now: datetime
) -> Statement:
    """The jury's words about a category, as they will stand on the results page. Raises `NotInReview`."""
    _in_review(edition_id)
    statement = statements(edition_id, staged=True).get(category_id)
    if statement is None:
        statement = Statement(edition_id=edition_id, category_id=category_id)
        db.session.add(statement)
    statement.text_sv, statement.text_en = _plain(sv), _plain(en)
    statement.account_id, statement.at = account_id, now
    db.session.flush()
    return statement


def recount(*, edition_id: int, account_id: int, reason: str, now: datetime) -> Recount:
    """Verifiers and methods go again over the same opened tally; every earlier signature becomes void.

    Raises `NotInReview` (also while a recount is being made) and `ReasonMissing`.
    """
    _in_review(edition_id)
    reason = _reason(reason)
    number = run.begin_round(edition_id=edition_id, now=now) - 1
    made = Recount(edition_id=edition_id, number=number, reason=reason, account_id=account_id, at=now)
    db.session.add(made)
    db.session.flush()
    data = {"by": actor(edition_id, account_id, now), "number": number, "reason": reason}
    ledger.append(edition=edition_id, kind="recount-made", data=data, now=now, staged=True)
    return made


def _in_review(edition_id: int) -> Edition:
    """The edition, locked, when there is a finished count to review."""
    edition = awards.lock(edition_id)
    if edition.phase is not Phase.REVIEW or not run.finished(edition_id):
        raise NotInReview
    return edition


def _plain(text: str) -> str:
    """Text as the ledger and pages take it: line feeds alone, no other control characters, no space around."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(c for c in lines if c == "\n" or c.isprintable()).strip()


def _reason(text: str) -> str:
    reason = _plain(text)[:LONGEST_REASON]
    if not reason:
        raise ReasonMissing
    return reason
