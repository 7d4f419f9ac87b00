"""A vote: checked before the lock, accepted under it, answered with a receipt.

`check` reads and computes (every proof of the ballot) and holds nothing meanwhile; `accept` runs in one transaction,
looks at credential, phase and box again under the box's lock, and appends. The same ballot has the same receipt for
ever: before it is accepted twice, after the close, from any process.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import Insert, Update, bindparam, func, insert, literal, select, update

from app.awards.models import Edition
from app.ballots import box, mailed
from app.ballots.models import Ballot, Box, BoxEvent, Credential, State
from app.core.belenios import ballots as core
from app.core.belenios.archive import Event
from app.core.belenios.elections import Election
from app.core.belenios.errors import BeleniosError
from app.core.phases import Phase
from app.core.receipts import Receipt
from app.extensions import db
from app.jobs import service as jobs

HEAD_EVERY = 100
NOTICE_AFTER = timedelta(minutes=20)
NOTICE_STEP = timedelta(minutes=30)


class CastRefused(Exception):
    """The ballot is not in the box; `code` is what the booth is told, `receipt` what is there instead."""

    code = "refused"

    def __init__(self, receipt: Receipt | None = None) -> None:
        self.receipt = receipt
        super().__init__(self.code)


class Malformed(CastRefused):
    """Not a ballot in its canonical form."""

    code = "malformed"


class Invalid(CastRefused):
    """A ballot of another election, or one whose proofs do not hold. `credential` is whose key signed it, or ""."""

    code = "invalid"

    def __init__(self, reason: str, signed_by: str = "") -> None:
        super().__init__()
        self.reason, self.signed_by = reason, signed_by


class Unknown(CastRefused):
    """No such credential, or a spare that is not activated."""

    code = "unknown"


class OtherBallot(CastRefused):
    """Another ballot of this credential is in the box: `receipt` is its receipt."""

    code = "other-ballot"


class Void(CastRefused):
    """The credential was voided."""

    code = "void"


class Early(CastRefused):
    """The vote has not opened."""

    code = "early"


class Closed(CastRefused):
    """The ballot arrived after the deadline, or the box is closed."""

    code = "closed"


class Poll(NamedTuple):
    """An edition's vote, as much of it as casting needs."""

    edition_id: int
    phase: Phase
    closes_at: datetime | None
    opens_at: datetime | None
    opened_at: datetime | None
    ended_at: datetime | None
    fingerprint: str


@dataclass(frozen=True)
class Checked:
    """A ballot whose every proof holds, and where it wants to go."""

    edition_id: int
    fingerprint: str
    ballot: core.Ballot


_POLL = (
    select(
        Edition.id, Edition.phase, Edition.voting_closes_at, Edition.voting_opens_at, Box.opened_at, Box.ended_at,
        Box.fingerprint,
    )
    .join(Box, Box.edition_id == Edition.id)
    .where(Edition.slug == bindparam("slug"), Box.prepared_at.is_not(None))
)  # fmt: skip
_elections: dict[str, tuple[int, Election]] = {}


def poll(slug: str) -> Poll:
    """The vote of the edition `slug`. Raises `NoBox` before it is prepared."""
    row = db.session.execute(_POLL, {"slug": slug}).one_or_none()
    if row is None:
        raise box.NoBox(slug)
    return Poll(*row)


def check(slug: str, data: bytes) -> Checked:
    """Checks a ballot's bytes, without the database: for `accept`. Raises `Malformed`, `Invalid`; `NoBox`."""
    try:
        ballot = core.read_ballot(data)
    except (BeleniosError, RecursionError) as error:
        raise Malformed from error
    edition_id, election = _election(slug, ballot.election_hash)
    _check_proofs(election, ballot)
    return Checked(edition_id, election.fingerprint, ballot)


def _election(slug: str, named: str) -> tuple[int, Election]:
    """The edition's id and election, kept in memory; read again when a ballot names another one."""
    kept = _elections.get(slug)
    if kept is None or kept[1].fingerprint != named:
        found = poll(slug)
        kept = _elections[slug] = (found.edition_id, box.election(found.edition_id))
        if kept[1].fingerprint != found.fingerprint:
            raise box.BoxDamaged(f"the election of {slug} is not the one that it was prepared with")
        box.let_go()
    return kept


def _check_proofs(election: Election, ballot: core.Ballot) -> None:
    if len(ballot.data) > core.size_limit(election):
        raise Malformed
    try:
        core.check_read_ballot(election, ballot)
    except BeleniosError as error:
        signed = error.code.startswith("proof-")  # the signature is checked first
        raise Invalid(error.code, ballot.credential if signed else "") from error


_STANDING = (
    select(Credential.id, Credential.state, Credential.used, Box.fingerprint, Edition.phase, Edition.voting_closes_at, *box.HEAD)
    .join(Box, Box.edition_id == Credential.edition_id)
    .join(Edition, Edition.id == Credential.edition_id)
    .where(
        Credential.edition_id == bindparam("edition"), Credential.public == bindparam("public"),
        Box.prepared_at.is_not(None),
    )
    .with_for_update(of=[Box, Credential])
)  # fmt: skip
# One after the other on SQLite; on PostgreSQL in one statement, since each round trip would be spent under the lock.
_WRITES: tuple[Insert | Update, ...] = (
    update(Credential.__table__)
    .where(Credential.id == bindparam("b_credential"), Credential.used.is_(False), Credential.state == State.ISSUED)
    .values(used=True),
    insert(BoxEvent.__table__).values(
        edition_id=bindparam("b_edition"), height=bindparam("b_height"), type="Ballot", parent=bindparam("b_parent"),
        payload=bindparam("b_payload"), hash=bindparam("b_event"), content=bindparam("b_content"),
        data=bindparam("b_data"),
    ),
    insert(Ballot.__table__).values(
        credential_id=bindparam("b_credential"), edition_id=bindparam("b_edition"), height=bindparam("b_height"),
        tracker=bindparam("b_tracker"), event=bindparam("b_event"), without_script=bindparam("b_without_script"),
        arrived_at=bindparam("b_arrived"), notice_at=bindparam("b_notice"),
    ),
    update(Box.__table__)
    .where(
        Box.edition_id == bindparam("b_edition"), Box.height == bindparam("b_height") - 1,
        Box.head == bindparam("b_parent"), Box.ended_at.is_(None),
    )
    .values(height=bindparam("b_height"), head=bindparam("b_event"), ballots=Box.ballots + 1),
)  # fmt: skip
_TOGETHER = select(
    *(
        select(func.count())
        .select_from(write.returning(literal(1).label("one")).cte(f"w{number}"))
        .scalar_subquery()
        for number, write in enumerate(_WRITES)
    )
)


def accept(
    checked: Checked, *, arrived: datetime, now: datetime, without_script: bool = False, by_mail: bool = False
) -> Receipt:
    """Puts a checked ballot into the box, in the caller's transaction, or gives the receipt that it has.

    One read takes the lock on box and credential and sees both as they are then; a conditional update and unique
    constraints stand behind it. `arrived` is when the server got the ballot: what came before the deadline may be
    accepted until a minute after it, while the box is not closed. `by_mail` also queues the receipt as a letter to the
    voter, only here where the ballot is new: who sends a ballot again that anyone can read in the archive, sends
    nothing with it. Raises `Unknown`, `OtherBallot`, `Void`, `Early`, `Closed`; `Invalid` when the election was taken
    back meanwhile.
    """
    ballot, connection = checked.ballot, db.session.connection()
    row = connection.execute(
        _STANDING, {"edition": checked.edition_id, "public": ballot.credential}
    ).one_or_none()
    if row is None or row.state == State.SPARE:
        raise Unknown
    if row.fingerprint != checked.fingerprint:
        raise Invalid("wrong-election")
    if row.used:
        return _accepted(row.id, checked)
    if row.state == State.VOID:
        raise Void
    head = box.Head._make(row[6:])
    _check_open(row.phase, row.voting_closes_at, head.ended_at, arrived, now)
    event = Event(head.height + 1, "Ballot", head.hash, ballot.hash)
    _write(
        {
            "b_credential": row.id, "b_edition": checked.edition_id, "b_height": event.height, "b_parent": head.hash,
            "b_payload": ballot.hash, "b_event": event.hash, "b_content": event.content, "b_data": ballot.data,
            "b_tracker": ballot.tracker, "b_without_script": without_script, "b_arrived": arrived,
            "b_notice": notice_time(arrived),
        }
    )  # fmt: skip
    if event.height % HEAD_EVERY == 0:
        _ask_for_head(checked.edition_id, arrived)
    if by_mail:
        mailed.queue(row.id, now=now)
    return Receipt(checked.fingerprint, ballot.tracker, event.hash, event.height)


def _write(values: dict[str, Any]) -> None:
    """The credential is used, the event and the ballot are there, the head moved: each exactly once, or none."""
    connection = db.session.connection()
    if connection.dialect.name == "sqlite":
        counts = [connection.execute(write, values).rowcount for write in _WRITES]
    else:
        counts = list(connection.execute(_TOGETHER, values).one())
    if counts != [1] * len(_WRITES):
        raise box.BoxDamaged("box or credential changed under its lock")


def _accepted(credential_id: int, checked: Checked) -> Receipt:
    """The receipt of the ballot that was cast with a used credential. Raises `OtherBallot` when that is another one."""
    kept = db.session.execute(
        select(Ballot.tracker, Ballot.event, Ballot.height).where(Ballot.credential_id == credential_id)
    ).one()
    accepted = Receipt(checked.fingerprint, kept.tracker, kept.event, kept.height)
    if kept.tracker != checked.ballot.tracker:
        raise OtherBallot(accepted)
    return accepted


def _ask_for_head(edition_id: int, now: datetime) -> None:
    payload = {"edition_id": edition_id}
    jobs.enqueue(
        "ballots.box_head", payload, now=now, key=f"ballots.box_head:{edition_id}", edition_id=edition_id
    )


def _check_open(
    phase: Phase, closes_at: datetime | None, ended_at: datetime | None, arrived: datetime, now: datetime
) -> None:
    if phase is Phase.PREPARED:
        raise Early
    if phase is not Phase.VOTING or ended_at is not None or closes_at is None:
        raise Closed
    if arrived >= closes_at or now >= closes_at + box.DRAIN:
        raise Closed


def notice_time(arrived: datetime) -> datetime:
    """When a voter is told of the ballot: at a full half hour, at least twenty minutes later."""
    earliest = int((arrived + NOTICE_AFTER).timestamp())
    step = int(NOTICE_STEP.total_seconds())
    return datetime.fromtimestamp(-(-earliest // step) * step, tz=arrived.tzinfo)


def receipt(found: Poll, *, tracker: str) -> Receipt | None:
    """The receipt of the ballot with this tracker, or None when it is not in the box."""
    query = select(Ballot.event, Ballot.height).where(
        Ballot.edition_id == found.edition_id, Ballot.tracker == tracker
    )
    row = db.session.execute(query).one_or_none()
    return row and Receipt(found.fingerprint, tracker, row.event, row.height)


def credential_state(found: Poll, public: str) -> tuple[str, Receipt | None]:
    """("unused" | "used" | "void" | "unknown", the receipt when used) of a public credential."""
    query = (
        select(Credential.state, Ballot.tracker, Ballot.event, Ballot.height)
        .join(Ballot, Ballot.credential_id == Credential.id, isouter=True)
        .where(Credential.edition_id == found.edition_id, Credential.public == public)
    )
    row = db.session.execute(query).one_or_none()
    if row is None or row.state == State.SPARE:
        return "unknown", None
    if row.tracker is not None:
        return "used", Receipt(found.fingerprint, row.tracker, row.event, row.height)
    return ("void" if row.state == State.VOID else "unused"), None


def opening(found: Poll, now: datetime) -> str:
    """ "early", "open" or "closed": how the vote stands for a ballot that arrives now."""
    try:
        _check_open(found.phase, found.closes_at, found.ended_at, now, now)
    except Early:
        return "early"
    except Closed:
        return "closed"
    return "open"


def times(found: Poll) -> dict[str, Any]:
    """When the vote opens and closes, as the booth is told."""
    opens = found.opened_at or found.opens_at or found.closes_at
    return {
        name: at and at.strftime("%Y-%m-%dT%H:%M:%SZ")
        for name, at in (("opens", opens), ("closes", found.closes_at))
    }
