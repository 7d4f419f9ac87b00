"""The box against the ledger: what was in it when, and which credentials were voided and replaced."""

from __future__ import annotations

from app.core.ledger_checks.findings import Evidence, Mismatch, NotYet, demand
from app.core.ledger_checks.setup import issuance
from app.core.ledger_file import Record


def heads(evidence: Evidence) -> str:
    """Each box-head is the hash of the archive's event at its height, and the last one is the archive's own head."""
    events = evidence.facts.events
    recorded = evidence.ledger.of("box-head")
    height = ballots = 0
    counted = [0]
    for event in events:
        counted.append(counted[-1] + (event.type == "Ballot"))
    for record in recorded:
        height, ballots = record.data["height"], record.data["ballots"]
        demand(
            height < len(events),
            "archive-behind",
            f"the ledger knows event {height}, the archive ends with event {len(events) - 1}",
        )
        demand(
            events[height].hash == record.data["head"],
            "box-head",
            f"event {height} is {events[height].hash} in the archive, {record.data['head']} in the ledger",
        )
        demand(
            counted[height + 1] == ballots,
            "box-head",
            f"{counted[height + 1]} ballots up to event {height}, the ledger says {ballots}",
        )
    _heights_rise(evidence)
    demand(recorded, "no-box-head", "the ledger has no head of the box")
    if height == len(events) - 1:
        return f"{len(recorded)} heads of the box, the last one is the archive's: {events[-1].hash}"
    later = len(events) - 1 - height
    if not evidence.facts.closed:
        return f"{len(recorded)} heads of the box; {later} later events are not in the ledger yet"
    public = max(e.height for e in events if e.type in ("EndBallots", "EncryptedTally"))
    if height >= public and evidence.published is None and evidence.hidden:
        raise NotYet(f"the heads of the last {later} events are hidden until publication")
    raise Mismatch(
        "box-head", f"the ledger's last head is of event {height}, the archive goes on to {len(events) - 1}"
    )


def _heights_rise(evidence: Evidence) -> None:
    """A void cannot be dated back: between two heads of the box it stands between their heights."""
    reached = 0
    kinds = ("box-head", "ballot-voided", "ballot-activated", "encrypted-tally", "result")
    for record in evidence.ledger.of(*kinds):
        height = record.data["box_height"] if "box_height" in record.data else record.data["height"]
        demand(
            height >= reached,
            "height-back",
            f"entry {record.height} says that the box had {height} events after it had {reached}",
        )
        reached = height


def credentials(evidence: Evidence) -> str:
    """No ballot by a voided credential, by a spare that was not activated, or by one before it was."""
    issued = issuance(evidence)
    spares = set(issued.data["spares"])
    voided: dict[str, Record] = {}
    activated: dict[str, Record] = {}
    replaced: set[str] = set()
    for record in evidence.ledger.of("ballot-voided", "ballot-activated"):
        if _of_destroyed(evidence, record, issued):
            continue
        demand(
            record.height > issued.height,
            "void-early",
            f"entry {record.height} is older than the credentials",
        )
        if record.kind == "ballot-voided":
            _void(evidence, record, voided)
        else:
            old, new = record.data["old"], record.data["new"]
            demand(new in spares, "not-a-spare", f"entry {record.height} activates {new}, which is no spare")
            demand(
                new not in activated and new not in voided,
                "activated-twice",
                f"entry {record.height} activates {new}, which was used up",
            )
            demand(
                old is None or (old in voided and old not in replaced),
                "not-voided",
                f"entry {record.height} replaces {old}, which was not voided, or was replaced before",
            )
            activated[new] = record
            if old is not None:
                replaced.add(old)
    for ballot in evidence.facts.ballots:
        which = f"the ballot {ballot.tracker} (event {ballot.height})"
        demand(ballot.credential not in voided, "voided", f"{which} was cast with a voided credential")
        if ballot.credential in spares:
            entry = activated.get(ballot.credential)
            demand(entry, "not-activated", f"{which} was cast with a spare that was never activated")
            demand(
                entry and ballot.height > entry.data["box_height"],
                "before-activation",
                f"{which} was cast with a spare before that was activated",
            )
    return f"{len(voided)} credentials voided, {len(activated)} spares activated, no ballot by any other than valid ones"


def _of_destroyed(evidence: Evidence, record: Record, issued: Record) -> bool:
    """Whether an entry is about credentials that were destroyed, on record, before those that hold were issued."""
    destroyed = evidence.ledger.of("credentials-destroyed")
    return any(record.height < each.height < issued.height for each in destroyed)


def _void(evidence: Evidence, record: Record, voided: dict[str, Record]) -> None:
    credential = record.data["credential"]
    demand(
        credential in evidence.facts.credentials,
        "void-unknown",
        f"entry {record.height} voids {credential}, which the archive does not hold",
    )
    demand(credential not in voided, "voided-twice", f"entry {record.height} voids {credential} again")
    voided[credential] = record


def without_script(evidence: Evidence) -> str:
    """How many ballots the server encrypted for voters without JavaScript."""
    record = evidence.ledger.last("ballots-without-script")
    if record is None:
        return "no ballot is on record as encrypted by the server"
    demand(
        record.data["ballots"] <= len(evidence.facts.ballots),
        "count",
        f"{record.data['ballots']} ballots made by the server, of {len(evidence.facts.ballots)} in all",
    )
    return f"{record.data['ballots']} ballots were encrypted by the server, which saw their choices"
