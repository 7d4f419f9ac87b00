"""The ledger by itself: who holds its key, what is still hidden, the order of phases, the deadlines."""

from __future__ import annotations

from app.core.ledger_checks.findings import Evidence, Mismatch, NotYet, demand
from app.core.ledger_file import Record
from app.core.ledger_shapes import read_time
from app.core.phases import Phase, TransitionRefused, check


def form(evidence: Evidence) -> str:
    """Every line is an entry of a known kind, and times never go back (checked when it was read)."""
    ledger = evidence.ledger
    return f"{len(ledger.lines)} entries of the log of edition {ledger.edition}, each of a known kind"


def key(evidence: Evidence) -> str:
    """The key to compare with what others saved."""
    return f"the log's public key is {evidence.ledger.key}"


def checkpoint(evidence: Evidence) -> str:
    """The checkpoint is signed by that key over exactly these lines (checked when it was read)."""
    signed = evidence.ledger.checkpoint
    return f"signed over these {signed.size} entries, root hash {signed.root.hex()}"


def staged(evidence: Evidence) -> str:
    """With publication, everything that was hidden is revealed."""
    revealed = sum(record.was_staged for record in evidence.ledger.records) - evidence.hidden
    if evidence.published is None:
        demand(
            not evidence.ledger.of("revealed"), "revealed-early", "entries are revealed without a publication"
        )
        if evidence.hidden:
            raise NotYet(f"{evidence.hidden} entries are hidden until publication")
        return f"no entry is hidden ({revealed} opened for the jury)" if revealed else "no entry is hidden"
    demand(
        len(evidence.ledger.of("published")) == 1, "published-twice", "the result is published more than once"
    )
    demand(
        not evidence.hidden,
        "still-hidden",
        f"{evidence.hidden} entries stayed hidden although the result is published",
    )
    return f"all {revealed} entries that were hidden until publication are revealed"


def phases(evidence: Evidence) -> str:
    """Each move begins where the last one ended and is an allowed one; deadlines were kept.

    A trial vote, which is never published, may be closed early.
    """
    at = Phase.DRAFT
    voting_closes = None
    trial = bool(evidence.ledger.of("trial-opened"))
    for record in evidence.ledger.of("phase-moved", "deadlines-set", "deadline-extended"):
        if record.kind == "deadlines-set":
            late = at not in (Phase.DRAFT, Phase.NOMINATING, Phase.SHORTLISTING, Phase.PREPARED)
            demand(
                not late or trial,
                "deadline",
                f"entry {record.height} sets deadlines anew after the vote opened",
            )
            voting_closes = record.data["deadlines"]["voting"]
        elif record.kind == "deadline-extended":
            _extension(record, at, voting_closes)
            if record.data["deadline"] == "voting":
                voting_closes = record.data["to"]
        else:
            from_, to = Phase(record.data["from"]), Phase(record.data["to"])
            demand(
                from_ == at, "phase", f"entry {record.height} moves from {from_}, but the edition was in {at}"
            )
            try:
                check(from_, to)
            except TransitionRefused as refused:
                raise Mismatch("phase", f"entry {record.height}: {refused}") from refused
            if to is Phase.VOTING:
                demand(
                    voting_closes, "deadline", f"entry {record.height} opens the vote, which has no deadline"
                )
            if to is Phase.COUNTING:
                _not_early(record, voting_closes)
            at = to
    _agrees_with_archive(evidence, at, voting_closes)
    demand(not (trial and evidence.published), "trial", "the result of a trial vote is published")
    said = "this is a trial vote, in which nothing counts; " if trial else ""
    return f"{said}every move of phase is allowed and in order; the edition is in {at}"


def _extension(record: Record, at: Phase, voting_closes: str | None) -> None:
    data, height = record.data, record.height
    demand(data["from"] < data["to"], "deadline", f"entry {height} shortens a deadline")
    if data["deadline"] == "voting":
        demand(
            data["from"] == voting_closes, "deadline", f"entry {height} extends a deadline that was not set"
        )
        if at is Phase.VOTING:
            late = record.at > read_time(data["from"])
            demand(not late, "deadline", f"entry {height} extends a deadline that had passed")


def _not_early(record: Record, voting_closes: str | None) -> None:
    demand(
        voting_closes is None or record.at >= read_time(voting_closes),
        "deadline",
        f"the vote was closed at {record.at:%Y-%m-%dT%H:%M:%SZ}, before its deadline {voting_closes}",
    )


def _agrees_with_archive(evidence: Evidence, at: Phase, voting_closes: str | None) -> None:
    reached = {record.data["to"] for record in evidence.ledger.of("phase-moved")}
    if evidence.facts.ballots:
        demand(
            Phase.VOTING in reached, "phase", "the archive has ballots, but the ledger never opened the vote"
        )
    if evidence.facts.closed:
        demand(
            Phase.COUNTING in reached, "phase", "the archive is closed, but the ledger never closed the vote"
        )
        end = next(event.height for event in evidence.facts.events if event.type == "EndBallots")
        for record in evidence.ledger.of("box-head"):
            if record.data["height"] >= end:
                _not_early(record, voting_closes)
    if evidence.published:
        demand(
            Phase.PUBLISHED in reached,
            "phase",
            "a result is published, but the edition never moved to published",
        )
    if at in (Phase.PUBLISHED, Phase.ARCHIVED):
        demand(evidence.published, "phase", "the edition is published, but no entry says what was published")
