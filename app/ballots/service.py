"""The ballots as the other domains see them: what blocks, what is to be done, each phase's step, and the box.

The work is in the modules beside this one; what others may use of it is named here.
"""

from __future__ import annotations

from datetime import datetime

from flask_babel import lazy_gettext
from sqlalchemy import update

from app.awards import service as awards
from app.awards.duties import Blocker, Todo
from app.awards.models import Edition
from app.ballots import box as boxes
from app.ballots import delivery, issuing, mailed
from app.ballots.archive import archive_bytes
from app.ballots.box import (
    BoxDamaged,
    NoBox,
    NotNext,
    Turnout,
    append_events,
    box,
    box_head,
    election,
    fingerprint,
    last_event,
    questions,
    running_tally,
    turnout,
)
from app.ballots.delivery import Arrivals, LetterSummary, arrivals, test_letter_sent
from app.ballots.delivery import unsent as letter_summary
from app.ballots.issuing import LettersLeft, NotDerived, letters_left, prepare, spares_left
from app.ballots.models import Box
from app.ballots.paper import rule_of
from app.ballots.replacing import Changes, changes
from app.ballots.witnesses import witness
from app.core import rules
from app.core.phases import Phase
from app.extensions import db
from app.nominations import service as nominations

__all__ = [
    "Arrivals", "BoxDamaged", "Changes", "LetterSummary", "LettersLeft", "NoBox", "NotDerived", "NotNext", "Turnout", "append_events",
    "archive_bytes", "arrivals", "blockers", "box", "box_head", "changes", "election", "end_ballots", "enter", "fingerprint", "last_event",
    "letter_summary", "letters_left", "prepare", "questions", "recipients", "running_tally", "send_letters",
    "spares_left", "test_letter_sent", "todos", "turnout", "witness",
]  # fmt: skip


def recipients(edition_id: int) -> int:
    """How many ballots the opening sends: those that were not sent before it."""
    return delivery.unsent(awards.by_id(edition_id)).count


def send_letters(edition_id: int, *, by: int | None, now: datetime) -> int:
    """Queues the ballots that were not sent before, and the opening's checkpoint for the jurors; after the move to voting."""
    queued = delivery.queue_all(edition_id, by=by, now=now)
    if awards.by_id(edition_id).phase is Phase.VOTING:
        witness(edition_id, "opening", now=now)
    return queued


def end_ballots(edition_id: int, *, now: datetime) -> bool:
    """Closes the box in the caller's transaction, with the checkpoint of the close; False when it was closed before."""
    if not boxes.end_ballots(edition_id, now=now):
        return False
    mailed.forget(edition_id)
    witness(edition_id, "close", now=now)
    return True


def enter(edition_id: int, to: Phase, *, by: int | None, now: datetime) -> None:
    """The ballots' part of a move to a phase, in the caller's transaction."""
    if to is Phase.PREPARED:
        issuing.enter_prepared(edition_id, by=by, now=now)
    elif to is Phase.SHORTLISTING and boxes.box(edition_id) is not None:
        issuing.unprepare(edition_id, by=by, now=now)
    elif to is Phase.VOTING:
        boxes.lock(edition_id)
        db.session.execute(update(Box).where(Box.edition_id == edition_id).values(opened_at=now))
        box_head(edition_id, now=now)
    elif to is Phase.COUNTING:
        end_ballots(edition_id, now=now)
    elif (
        to is Phase.CANCELLED
        and (found := boxes.box(edition_id)) is not None
        and found.prepared_at is not None
    ):
        boxes.seal(edition_id, now=now)


def blockers(edition: Edition, to: Phase, *, now: datetime) -> list[Blocker]:
    """What about the ballots keeps an edition from entering a phase."""
    if to is Phase.PREPARED:
        return _cannot_prepare(edition)
    if to is Phase.VOTING:
        return _cannot_open(edition)
    if to is Phase.SHORTLISTING and edition.phase is Phase.PREPARED and letters_left(edition.id):
        return [Blocker(lazy_gettext("Ballots have been sent, so the roll and the nominees stand."))]
    if to is Phase.COUNTING and (
        edition.voting_closes_at is None or now < edition.voting_closes_at + boxes.DRAIN
    ):
        return [
            Blocker(lazy_gettext("The vote is counted when its deadline and one more minute have passed."))
        ]
    return []


def _cannot_prepare(edition: Edition) -> list[Blocker]:
    found: list[Blocker] = []
    for category in edition.categories:
        nominees = nominations.nominees_in(category.id)
        try:
            rule_of(category, nominees)
        except rules.RuleError as error:
            detail = {"names": lazy_gettext("It has no nominees, too many, or two with the same name.")}
            found.append(
                Blocker(
                    lazy_gettext(
                        "“%(category)s” does not make a question on the ballot. %(detail)s",
                        category=category.name("sv"),
                        detail=detail.get(
                            error.field, lazy_gettext("More may be chosen than there are nominees.")
                        ),
                    )
                )
            )
    return found


def _cannot_open(edition: Edition) -> list[Blocker]:
    try:
        boxes.prepared(edition.id)
    except NoBox:
        return [Blocker(lazy_gettext("The ballots are not prepared."))]
    if not edition.trial and not test_letter_sent(edition.id):
        return [Blocker(lazy_gettext("Nobody has looked at a test letter yet."))]
    return []


def todos(edition: Edition, *, now: datetime) -> list[Todo]:  # noqa: ARG001 (every domain's shape)
    """What somebody should do about the ballots."""
    values = {"slug": edition.slug}
    found = []
    if edition.phase is Phase.PREPARED and not test_letter_sent(edition.id):
        found.append(
            Todo(
                lazy_gettext("Send yourself a test letter"),
                lazy_gettext("It looks like the voters’ letters, with a code that opens nothing."),
                "ballots.letters", values, lazy_gettext("See the letter"),
            )
        )  # fmt: skip
    letters = delivery.counts(edition.id)
    if edition.phase is Phase.VOTING and (failed := letters.failed + letters.bounced):
        found.append(
            Todo(
                lazy_gettext("Letters that did not arrive: %(number)s", number=failed),
                lazy_gettext("These companies cannot vote until the address is corrected."),
                "ballots.voters", values | {"state": "lost"}, lazy_gettext("Correct addresses"), warn=True,
            )
        )  # fmt: skip
    if edition.phase is Phase.VOTING and not spares_left(edition.id):
        found.append(
            Todo(
                lazy_gettext("No spare ballots are left"),
                lazy_gettext("A lost ballot can be sent again, but not replaced."),
                "ballots.voters", values, lazy_gettext("See the ballots"),
            )
        )  # fmt: skip
    return found


def edition_of(slug: str) -> Edition:
    """The edition at *slug*, when its ballots are prepared. Raises `awards.NoSuchEdition`, `NoBox`."""
    found = awards.edition(slug)
    boxes.prepared(found.id)
    return found
