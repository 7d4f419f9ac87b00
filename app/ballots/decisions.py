"""What two people decide about one ballot: replace it, correct its address, add a voter. One asks here, another approves.

A request says in the reader's words what it would do. Whether a voter has voted is told by the last full hour only,
until somebody approves: then the box itself decides, and a ballot that was used stays.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.approvals import service as approvals
from app.approvals.models import TwoPersonAct
from app.approvals.service import Approval, Refused, Said
from app.ballots import delivery, issuing, replacing
from app.ballots.replacing import Two
from app.core.phases import Phase
from app.roll import late, winners
from app.roll import service as roll
from app.roll.models import Voter, shown_address, shown_number
from app.roll.rows import Row, address

REPLACE, CORRECT, ADD = "replace-ballot", "correct-address", "add-voter"
AT_WORK = frozenset({Phase.PREPARED, Phase.VOTING})
REASONS: dict[str, dict[str, Any]] = {
    REPLACE: {
        "lost": _l("The letter was lost"),
        "mis-sent": _l("The letter came to the wrong person"),
        "left-company": _l("The recipient has left the company"),
        "other": _l("Another reason"),
    },
    CORRECT: {
        "bounced": _l("Letters to the old address come back"),
        "mistyped": _l("The address was mistyped"),
        "left-company": _l("The recipient has left the company"),
        "other": _l("Another reason"),
    },
    ADD: {
        "left-off": _l("It was left off the roll by mistake"),
        "came-late": _l("It asked after the roll was frozen"),
        "other": _l("Another reason"),
    },
}
"""The codes are what the ledger shows."""


def reason_said(act: str) -> Callable[[str], str]:
    """From the published code of a reason to words in the reader's language."""
    return lambda code: str(REASONS[act].get(code, code))


def ask_to_replace(
    voter_id: int, *, edition_id: int, reason: str, note: str, email: str, by: int, now: datetime
) -> TwoPersonAct:
    """Asks that a voter's ballot becomes void and a spare goes out, to *email* where that is given.

    Raises `Refused`, `approvals.AlreadyAsked`, `ValueError` for an address that is none.
    """
    with _refusals():
        replacing.at_work(edition_id, now, sent=True)
        voter = roll.voter(voter_id, edition_id=edition_id)
        if delivery.credential_of(voter).used_shown:
            raise replacing.AlreadyVoted(voter_id)
        if not issuing.spares_left(edition_id):
            raise replacing.NoSpareLeft(edition_id)
    details = {"note": note, "email": address(email) if email else "", "old": voter.email}
    return approvals.ask(
        edition_id=edition_id, act=REPLACE, subject_id=voter.id, details=details, reason=reason, by=by, now=now
    )  # fmt: skip


def ask_to_correct(
    voter_id: int, *, edition_id: int, email: str, reason: str, note: str, by: int, now: datetime
) -> TwoPersonAct:
    """Asks that a voter's ballot goes to another address. Raises as `ask_to_replace` does."""
    with _refusals():
        replacing.at_work(edition_id, now)
        voter = roll.voter(voter_id, edition_id=edition_id)
        delivery.credential_of(voter)
        if address(email) == voter.email:
            raise replacing.SameAddress(voter_id)
    details = {"note": note, "email": address(email), "old": voter.email}
    return approvals.ask(
        edition_id=edition_id, act=CORRECT, subject_id=voter.id, details=details, reason=reason, by=by, now=now
    )  # fmt: skip


def ask_to_add(row: Row, *, edition_id: int, reason: str, note: str, by: int, now: datetime) -> TwoPersonAct:
    """Asks that a voter is put on the frozen roll. Raises `Refused`, `approvals.AlreadyAsked`, `roll.AlreadyOnRoll`."""
    with _refusals():
        replacing.at_work(edition_id, now)
        late.refuse_known(edition_id, row)
        if not issuing.spares_left(edition_id):
            raise replacing.NoSpareLeft(edition_id)
    return approvals.ask(
        edition_id=edition_id, act=ADD, subject_id=_number(row), details={"note": note, "row": _data(row)},
        reason=reason, by=by, now=now,
    )  # fmt: skip


def _number(row: Row) -> int:
    """Tells those who wait to be added apart: the same voter is asked for once."""
    return int.from_bytes(hashlib.sha256(row.key.encode()).digest()[:4]) & 0x7FFFFFFF


def _data(row: Row) -> dict[str, Any]:
    return {**vars(row), "problems": list(row.problems)}


def _row(asked: TwoPersonAct) -> Row:
    data = (asked.details or {})["row"]
    return Row(**{**data, "problems": tuple(data["problems"])})


@contextmanager
def _refusals() -> Iterator[None]:
    """Whatever stands in the way, in words; what can never be done ends the request."""
    try:
        yield
    except delivery.OnItsWay as error:
        raise Refused(
            _l("A letter with this ballot is leaving just now. Try again in a minute; nothing was changed.")
        ) from error
    except delivery.NotVoting as error:
        raise Refused(
            _l("The vote is over, so nothing is sent or replaced any more."), for_good=True
        ) from error
    except (delivery.NoBallot, roll.NoSuchVoter) as error:
        raise Refused(
            _l("There is no ballot that could be sent. Nothing was changed."), for_good=True
        ) from error
    except replacing.AlreadyVoted as error:
        raise Refused(
            _l(
                "A ballot was cast with this link and is counted, so it cannot be replaced. Nothing was changed."
            ),
            for_good=True,
        ) from error
    except replacing.NoSpareLeft as error:
        raise Refused(_l("Every spare ballot is in use. Nothing was changed."), for_good=True) from error
    except winners.WonContract as error:
        raise Refused(
            _l("This company won a contract on the ballot, and winners do not vote. Nothing was changed."),
            for_good=True,
        ) from error
    except replacing.SameAddress as error:
        raise Refused(
            _l("That is the address that is there already. Nothing was changed."), for_good=True
        ) from error


def _two(approval: Approval) -> Two:
    return Two(approval.first, approval.second)


def _replace(asked: TwoPersonAct, approval: Approval) -> None:
    with _refusals():
        replacing.replace(
            asked.subject_id, edition_id=asked.edition_id, reason=asked.reason, by=_two(approval),
            now=approval.now, email=(asked.details or {}).get("email", ""),
        )  # fmt: skip


def _correct(asked: TwoPersonAct, approval: Approval) -> None:
    with _refusals():
        replacing.correct_address(
            asked.subject_id, (asked.details or {})["email"], edition_id=asked.edition_id, by=_two(approval),
            now=approval.now,
        )  # fmt: skip


def _add(asked: TwoPersonAct, approval: Approval) -> None:
    try:
        with _refusals():
            replacing.add(_row(asked), edition_id=asked.edition_id, by=_two(approval), now=approval.now)
    except roll.AlreadyOnRoll as error:
        raise Refused(
            _l("%(other)s is on the roll already.", other=error.other.name), for_good=True
        ) from error


def _voter_of(asked: TwoPersonAct) -> Voter | None:
    try:
        return roll.voter(asked.subject_id, edition_id=asked.edition_id)
    except roll.NoSuchVoter:
        return None


def _say_replace(asked: TwoPersonAct) -> Said:
    voter, email = _voter_of(asked), (asked.details or {}).get("email", "")
    if voter is None:
        return Said(_("Replace the ballot of a voter who is gone"))
    to = (
        _("%(new)s, no longer %(old)s", new=email, old=(asked.details or {}).get("old", ""))
        if email
        else voter.shown_email
    )
    return Said(
        _("Replace the ballot of %(company)s", company=voter.name),
        (
            (_("What happens"), _("The ballot that was sent becomes void, and a spare one is sent instead.")),
            (_("To"), to),
        ),
        _voted(voter) if asked.pending else "",
    )  # fmt: skip


def _say_correct(asked: TwoPersonAct) -> Said:
    voter, details = _voter_of(asked), asked.details or {}
    if voter is None:
        return Said(_("Correct the address of a voter who is gone"))
    said = _("%(new)s, no longer %(old)s", new=details.get("email", ""), old=details.get("old", ""))
    return Said(
        _("Correct the address of %(company)s", company=voter.name),
        (
            (_("What happens"), _("The same ballot goes to the new address, and the old address is told.")),
            (_("To"), said),
        ),
    )


def _say_add(asked: TwoPersonAct) -> Said:
    row = _row(asked)
    number = shown_number(row.orgnr, row.foreign_country, row.foreign_number)
    return Said(
        _("Add %(company)s to the roll", company=row.contact_name if row.person else row.company),
        (
            (_("What happens"), _("It is put on the frozen roll and gets one of the spare ballots.")),
            *(((_("Company"), row.company),) if row.person and row.company != row.contact_name else ()),
            *(((_("Number"), number),) if number else ()),
            (_("To"), shown_address(row.email)),
        ),
    )


def _voted(voter: Voter) -> str:
    """What stands in the way as far as the secretariat may see it: by the last full hour."""
    try:
        used = delivery.credential_of(voter).used_shown
    except delivery.NoBallot:
        used = False
    return (
        _("A ballot has been cast with this link, so it cannot be replaced any more. Decline the request.")
        if used
        else ""
    )


for name, carry_out, describe in (
    (REPLACE, _replace, _say_replace),
    (CORRECT, _correct, _say_correct),
    (ADD, _add, _say_add),
):
    approvals.act(name, phases=AT_WORK, carry_out=carry_out, describe=describe, reason=reason_said(name))
