"""What must hold before publication, what the secretariat should see to, and the review's part in moving a phase.

How the review stands is in `standing` (given again here, for the domains above), what a juror does in `acts`.
"""

from __future__ import annotations

from datetime import datetime

from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from app.accounts import service as accounts
from app.awards import service as awards
from app.awards.actors import actor
from app.awards.duties import Blocker, Todo
from app.awards.models import Edition
from app.core.phases import Phase
from app.extensions import db
from app.ledger import service as ledger
from app.mail import service as mail
from app.review.models import ReviewCall
from app.review.standing import (
    Progress,
    Seen,
    Verdict,
    answers,
    needed,
    objections,
    progress,
    recounts,
    seen,
    signed,
    statements,
    tie_decisions,
    ties_open,
    waits_for,
)
from app.tally import run
from app.tally import service as tally
from app.tally.verifying import archive_hash

__all__ = [
    "NotReadyToPublish", "Progress", "Seen", "Verdict", "answers", "blockers", "call_jurors", "enter", "needed",
    "objections", "open_review", "progress", "recounts", "seen", "signed", "statements", "tie_decisions", "ties_open", "todos", "waits_for",
]  # fmt: skip


class NotReadyToPublish(Exception):
    """A condition of publication does not hold."""


def blockers(edition: Edition, to: Phase, *, now: datetime) -> list[Blocker]:  # noqa: ARG001 (every domain's shape)
    """What keeps the result from being published. Says nothing of the result itself."""
    if to is not Phase.PUBLISHED:
        return []
    if edition.trial:
        return [Blocker(_l("The result of a trial vote is never published."))]
    state = progress(edition)
    if state.valid is None:
        return [Blocker(_l("The count is being verified. Wait until the report is there."))]
    found = []
    if not state.valid:
        found.append(Blocker(_l("The verification found an error. A count like that cannot be published.")))
    if state.missing:  # nobody signs while a tie is open, and that there is one would tell of the result
        found.append(
            Blocker(
                ngettext(
                    "%(num)d more juror has to sign.",
                    "%(num)d more jurors have to sign.",
                    state.missing,
                )
            )
        )
    elif ties_open(edition.id):
        found.append(Blocker(_l("The jury has not finished its review.")))
    return found


def todos(edition: Edition, *, now: datetime) -> list[Todo]:  # noqa: ARG001 (every domain's shape)
    """What the secretariat should see to while the jury reviews."""
    if edition.phase is not Phase.REVIEW or edition.trial:
        return []
    state = progress(edition)
    found = [
        todo for todo in (_stopped(edition), _invalid(edition, state), _objected(edition, state)) if todo
    ]
    if not found and state.missing:
        found = [_waiting(edition, state)]
    return found


def _todo(edition: Edition, title: object, detail: object, action: object, *, warn: bool = False) -> Todo:
    return Todo(title, detail, "review.overview", {"slug": edition.slug}, action, warn)


def _stopped(edition: Edition) -> Todo | None:
    stopped = tally.problem(edition.id)
    if stopped is None:
        return None
    values = {"slug": edition.slug}
    return Todo(
        _l("The recount has stopped"), stopped, "tally.progress", values, _l("Go to the count"), warn=True
    )


def _invalid(edition: Edition, state: Progress) -> Todo | None:
    if state.valid is not False:
        return None
    return _todo(
        edition,
        _l("The verification found an error"),
        _l("Nothing can be published. Ask whoever runs the server to compare the stored box with the public archive, then have the count made again."),
        _l("Go to the review"),
        warn=True,
    )  # fmt: skip


def _objected(edition: Edition, state: Progress) -> Todo | None:
    if not state.objected:
        return None
    return _todo(
        edition,
        ngettext("%(num)d juror has objected", "%(num)d jurors have objected", len(state.objected)),
        _l("Speak with the jury. The ways out are to count again, to cancel, or to publish with the objection beside the result if enough of the others sign."),
        _l("Go to the review"),
        warn=True,
    )  # fmt: skip


def _waiting(edition: Edition, state: Progress) -> Todo:
    if state.out_of_reach:
        return _todo(
            edition,
            _l("The jury is too small for the signatures that are needed"),
            _l("Invite more jurors, or nothing can be published."),
            _l("Go to the review"),
            warn=True,
        )
    return _todo(
        edition,
        _l("The jury is reviewing the count"),
        _l("%(signed)d of the %(needed)d signatures that are needed are there.", signed=len(state.signed), needed=state.needed),
        _l("Follow the review"),
    )  # fmt: skip


def open_review(*, edition_id: int, now: datetime) -> None:
    """A round is counted: the edition moves to review, and every juror is asked by letter (of a trial vote nobody is)."""
    edition = awards.lock(edition_id)
    if not run.finished(edition_id):
        return
    if edition.phase is Phase.COUNTING:
        awards.record_phase(edition_id, Phase.REVIEW, account_id=None, reason="", now=now)
    if edition.phase is Phase.REVIEW and not edition.trial:
        call_jurors(edition_id=edition_id, now=now)


def call_jurors(*, edition_id: int, now: datetime) -> None:
    """Queues the letter to each juror that has not been asked in this round."""
    number = tally.current_round(edition_id)
    for juror in accounts.jurors():
        known = db.session.query(ReviewCall).filter_by(
            edition_id=edition_id, account_id=juror.id, round=number
        )
        if known.first() is not None:
            continue
        call = ReviewCall(edition_id=edition_id, account_id=juror.id, round=number, at=now)
        db.session.add(call)
        db.session.flush()
        mail.queue(
            "review",
            subject_id=call.id,
            to=juror.email,
            language=juror.language,
            now=now,
            edition_id=edition_id,
            key=f"review:{edition_id}:{number}:{juror.id}",
        )


def enter(edition_id: int, to: Phase, *, by: int | None, now: datetime) -> None:
    """The review's part of a move: publication reveals everything that was staged.

    Raises `NotReadyToPublish` when a condition does not hold or the archive is not the one that was signed.
    """
    if to is not Phase.PUBLISHED:
        return
    edition = awards.lock(edition_id)
    made = tally.verification(edition_id, staged=True)
    if made is None or blockers(edition, to, now=now):
        raise NotReadyToPublish
    signatures = signed(edition_id, staged=True)
    hashes = (made.archive_hash, made.result_hash, made.report_hash)
    if any((s.archive_hash, s.result_hash, s.report_hash) != hashes for s in signatures):
        raise NotReadyToPublish
    if archive_hash(edition_id) != made.archive_hash:
        raise NotReadyToPublish
    data = {
        "archive": made.archive_hash,
        "by": actor(edition_id, by, now),
        "objections": len(objections(edition_id, staged=True)),
        "report": made.report_hash,
        "result": made.result_hash,
        "sign_offs": len(signatures),
    }
    ledger.publish(edition=edition_id, data=data, now=now)
