"""What the plan can do: for each kind when it makes sense, why it cannot be done now, and the one act itself.

A planned act is the same call that a person's click makes, with the same conditions. It never sends to an unexpected
number: ballots leave only for the roll, and the number of voters, that somebody confirmed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.approvals.service import is_secretary
from app.awards import service as awards
from app.awards.models import Edition
from app.ballots import batches, delivery, reminding
from app.ballots import service as ballots
from app.core.phases import Phase
from app.roll import service as roll
from app.secretariat import announcing, outbox, service
from app.secretariat.models import PlanItem, PlanKind, PlanState
from app.secretariat.outbox import CannotSend, Sending

CONFIRMED = (PlanKind.SEND_BALLOTS, PlanKind.OPEN_VOTE)
"""What happens only for so many voters as somebody has confirmed."""
BEFORE_VOTE = (Phase.DRAFT, Phase.NOMINATING, Phase.SHORTLISTING, Phase.PREPARED)


class Blocked(Exception):
    """It cannot be done now; `text` says why. It is tried again."""

    def __init__(self, text: Any) -> None:
        self.text = text
        super().__init__(str(text))


@dataclass(frozen=True)
class Kind:
    """`title` in words; `ended`: what became of it where it makes no sense any more (None: it still does);
    `obstacle`: why it cannot be done now ("" when it can); `carry_out`: the act, which gives how many letters it queued.
    """

    title: Any
    ended: Callable[[Edition, datetime], PlanState | None]
    obstacle: Callable[[PlanItem, Edition, datetime], str]
    carry_out: Callable[[PlanItem, datetime], int | None]


def title(item: PlanItem) -> str:
    """What is planned, in words."""
    if item.kind == PlanKind.REMINDER:
        return _("Reminder %(number)s", number=item.number)
    return str(KINDS[PlanKind(item.kind)].title)


def due_at(item: PlanItem, edition: Edition) -> datetime:
    """When it is to happen: nominations do not end before their deadline, however that was moved."""
    until = edition.nominations_taken_until
    if item.kind == PlanKind.CLOSE_NOMINATIONS and until is not None:
        return max(item.at, until)
    return item.at


def ended(item: PlanItem, edition: Edition, now: datetime) -> PlanState | None:
    """What became of it without the plan's doing, or None while it still makes sense."""
    return KINDS[PlanKind(item.kind)].ended(edition, now)


def obstacle(item: PlanItem, edition: Edition, now: datetime) -> str:
    """Why it cannot be done now, or ""."""
    return KINDS[PlanKind(item.kind)].obstacle(item, edition, now)


def carry_out(item: PlanItem, edition: Edition, now: datetime) -> int | None:
    """Does it, in the caller's transaction. Raises `Blocked`."""
    if why := obstacle(item, edition, now):
        raise Blocked(why)
    try:
        return KINDS[PlanKind(item.kind)].carry_out(item, now)
    except service.MoveBlocked as error:
        raise Blocked(" ".join(map(str, error.blockers))) from None
    except service.TwoPeopleNeeded:
        raise Blocked(_("A second person has not approved it.")) from None


# ---- the end of nominations ----------------------------------------------------------------------


def _close_ended(edition: Edition, _now: datetime) -> PlanState | None:
    if edition.phase in {Phase.DRAFT, Phase.NOMINATING}:
        return None
    return PlanState.MISSED if edition.phase is Phase.CANCELLED else PlanState.BY_HAND


def _close_obstacle(_item: PlanItem, edition: Edition, now: datetime) -> str:
    if edition.phase is Phase.DRAFT:
        return _("Nominations have not been opened.")
    return _blockers(edition, Phase.SHORTLISTING, now)


def _close(item: PlanItem, now: datetime) -> None:
    service.advance(
        item.edition_id, Phase.SHORTLISTING, expected=Phase.NOMINATING, by=item.by, reason=_reason(), now=now
    )


def _blockers(edition: Edition, to: Phase, now: datetime) -> str:
    return " ".join(str(each) for each in service.blockers(edition, to, now=now))


def _reason() -> str:
    return _("At the time that was planned.")


# ---- the opening ---------------------------------------------------------------------------------


def _open_ended(edition: Edition, _now: datetime) -> PlanState | None:
    if edition.phase in BEFORE_VOTE:
        return None
    return PlanState.MISSED if edition.phase is Phase.CANCELLED else PlanState.BY_HAND


def _open_obstacle(item: PlanItem, edition: Edition, now: datetime) -> str:
    if edition.phase is not Phase.PREPARED:
        return _("The ballots are not made.")
    return unconfirmed(item, edition) or _blockers(edition, Phase.VOTING, now)


def unconfirmed(item: PlanItem, edition: Edition) -> str:
    """Why what was confirmed does not hold, or "": the roll, its number of voters, and the people who said so."""
    if item.confirmed_by is None:
        return _("Nobody has confirmed how many the voters are.")
    frozen = roll.frozen(edition.id)
    present = roll.count(edition.id)
    if frozen is None or frozen.roll_hash != item.roll_hash or present != item.voters:
        return _(
            "It was confirmed for %(confirmed)s voters, and the roll is another one now (%(present)s voters).",
            confirmed=item.voters,
            present=present,
        )
    if not is_secretary(item.confirmed_by):
        return _("Whoever confirmed it is no longer in the secretariat.")
    if takes_two(item, edition) and (item.second_id is None or not is_secretary(item.second_id)):
        return _("A second person has not approved it.")
    return ""


def takes_two(item: PlanItem, edition: Edition) -> bool:
    """Whether a second person has to approve it."""
    return item.kind == PlanKind.OPEN_VOTE and service.needs_two_people(edition)


def _open(item: PlanItem, now: datetime) -> int:
    number = ballots.recipients(item.edition_id)
    service.advance(
        item.edition_id, Phase.VOTING, expected=Phase.PREPARED, by=item.confirmed_by,
        reason=item.reason or _reason(), now=now, two_people=item.second_id is not None,
    )  # fmt: skip
    return number


def _send_ended(edition: Edition, now: datetime) -> PlanState | None:
    if edition.phase is Phase.PREPARED and ballots.letters_left(edition.id):
        return PlanState.BY_HAND
    return _open_ended(edition, now)


def _send(item: PlanItem, now: datetime) -> int:
    assert item.confirmed_by is not None
    try:
        return delivery.send_early(item.edition_id, expected=item.voters or 0, by=item.confirmed_by, now=now)
    except delivery.OtherNumber as error:
        raise Blocked(
            _(
                "It was confirmed for %(confirmed)s letters, and there are %(present)s.",
                confirmed=item.voters,
                present=error.args[0],
            )
        ) from None


# ---- letters -------------------------------------------------------------------------------------


def _remind_ended(edition: Edition, now: datetime) -> PlanState | None:
    if edition.phase in BEFORE_VOTE or reminding.can_still(edition, now):
        return None
    return PlanState.MISSED


def _announce_ended(edition: Edition, _now: datetime) -> PlanState | None:
    if edition.phase not in {Phase.ARCHIVED, Phase.CANCELLED}:
        return None
    sent = any(batch.letter == announcing.LETTER for batch in batches.batches(edition.id))
    return PlanState.BY_HAND if sent else PlanState.MISSED


def _letter_obstacle(sending: Sending) -> Callable[[PlanItem, Edition, datetime], str]:
    def obstacle(_item: PlanItem, edition: Edition, now: datetime) -> str:
        try:
            sending.choose(edition, now)
        except CannotSend as error:
            return str(error.text)
        return ""

    return obstacle


def _letter(sending: Sending) -> Callable[[PlanItem, datetime], int]:
    """Sends it to those it is for then; when that is nobody, nobody gets it and the plan goes on."""

    def carry_out(item: PlanItem, now: datetime) -> int:
        if not sending.choose(awards.by_id(item.edition_id), now).to:
            return 0
        return outbox.send(sending, item.edition_id, by=item.by, now=now, by_plan=True).recipients

    return carry_out


KINDS = {
    PlanKind.CLOSE_NOMINATIONS: Kind(_l("Go on to the shortlist"), _close_ended, _close_obstacle, _close),
    PlanKind.SEND_BALLOTS: Kind(_l("Send the ballots"), _send_ended, _open_obstacle, _send),
    PlanKind.OPEN_VOTE: Kind(_l("Open the vote"), _open_ended, _open_obstacle, _open),
    PlanKind.REMINDER: Kind(
        _l("Reminder"), _remind_ended, _letter_obstacle(outbox.REMINDER), _letter(outbox.REMINDER)
    ),
    PlanKind.RESULT_LETTER: Kind(
        _l("Result letter"), _announce_ended, _letter_obstacle(outbox.RESULT), _letter(outbox.RESULT)
    ),
}
