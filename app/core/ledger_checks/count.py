"""The count against the ledger: encrypted tally, strong decryption proofs, result, and what the methods make of it."""

from __future__ import annotations

from app.core import counting, decryption
from app.core.belenios.errors import BeleniosError
from app.core.counting import Outcome, ResultOutOfBounds, TieUnresolved
from app.core.ledger_checks.findings import Evidence, Mismatch, NotYet, demand
from app.core.ledger_file import Record


def _only(evidence: Evidence, kind: str) -> Record:
    found = evidence.ledger.of(kind)
    if not found and evidence.hidden:
        raise NotYet(f"the entry {kind} is hidden until publication")
    demand(
        len(found) == 1,
        f"no-{kind}" if not found else f"{kind}-twice",
        f"{len(found)} entries {kind}, not one",
    )
    return found[0]


def _event(evidence: Evidence, record: Record, kind: str) -> None:
    height = record.data["height"]
    events = evidence.facts.events
    demand(
        height < len(events) and (events[height].type, events[height].hash) == (kind, record.data["event"]),
        "other-event",
        f"entry {record.height} names an event {kind} at {height} that the archive does not have",
    )


def tally(evidence: Evidence) -> str:
    """The encrypted tally is the one on record, over as many ballots as the box holds."""
    tallied = evidence.facts.encrypted_tally
    if tallied is None:
        demand(
            not evidence.ledger.of("encrypted-tally"),
            "archive-behind",
            "the ledger has an encrypted tally, the archive none",
        )
        raise NotYet("the archive has no encrypted tally yet")
    record = _only(evidence, "encrypted-tally")
    _event(evidence, record, "EncryptedTally")
    demand(
        record.data["encrypted_tally"] == tallied.hash,
        "other-tally",
        "the ledger is about another encrypted tally",
    )
    ballots = len(evidence.facts.ballots)
    demand(
        record.data["ballots"] == ballots,
        "count",
        f"{record.data['ballots']} ballots tallied according to the ledger, {ballots} in the box",
    )
    return f"the encrypted tally over {ballots} ballots is on record: {tallied.hash}"


def strong_decryption(evidence: Evidence) -> str:
    """Every partial decryption in the archive has a proof in the ledger that binds the whole statement."""
    facts = evidence.facts
    if facts.encrypted_tally is None or not facts.partial_decryptions:
        raise NotYet("nothing is decrypted in the archive yet")
    keys = facts.trustees.verification_keys
    proven: set[int] = set()
    partials = {partial.owner: partial for partial in facts.partial_decryptions}
    for record in evidence.ledger.of("strong-decryption"):
        owner = record.data["owner"]
        partial = partials.get(owner)
        if partial is None or not 1 <= owner <= len(keys):
            raise Mismatch("no-partial", f"a proof for trustee {owner}, who decrypted nothing in the archive")
        try:
            decryption.check(
                facts.election, facts.encrypted_tally, partial.payload, keys[owner - 1], owner, record.data
            )
        except BeleniosError as error:
            raise Mismatch("wrong-proof", f"the proof of trustee {owner} does not hold: {error}") from error
        proven.add(owner)
    missing = sorted(partials.keys() - proven)
    if missing and evidence.hidden and not evidence.strict:
        raise NotYet("the strong decryption proofs are hidden until publication")
    if missing and not (evidence.strict or proven):
        raise NotYet("the ledger has no strong decryption proofs")
    demand(
        not missing, "missing-proof", f"no strong decryption proof by trustee {', '.join(map(str, missing))}"
    )
    return f"each factor of {len(proven)} trustees is proven for this ciphertext and no other"


def result(evidence: Evidence) -> str:
    """The result on record is the archive's."""
    if evidence.facts.result_hash is None:
        demand(
            not evidence.ledger.of("result"), "archive-behind", "the ledger has a result, the archive none"
        )
        raise NotYet("the archive has no result yet")
    record = _only(evidence, "result")
    _event(evidence, record, "Result")
    demand(
        record.data["result"] == evidence.facts.result_hash,
        "other-result",
        f"the ledger is about the result {record.data['result']}, the archive holds {evidence.facts.result_hash}",
    )
    return f"the result is on record: {evidence.facts.result_hash}"


def counts(evidence: Evidence) -> str:
    """Counting the result by the published rules again gives the winners on record."""
    opened = evidence.facts.result
    if opened is None:
        raise NotYet("the archive has no result yet")
    questions = evidence.rules().data["questions"]
    demand(
        len(questions) == len(opened.counts),
        "other-questions",
        "the result is about another number of questions",
    )
    sentences: list[str] = []
    for rule, row in zip(questions, opened.counts, strict=True):
        made = [r for r in evidence.ledger.of("count-made") if r.data["question"] == rule["question"]]
        if not made and evidence.hidden:
            raise NotYet("the counts are hidden until publication")
        demand(made, "no-count", f"no count of {rule['category']} on record")
        outcome = _recount(evidence, rule, row)
        data = made[-1].data
        demand(
            (data["category"], data["tie"]) == (rule["category"], rule["tie"]),
            "tie-rule",
            f"{rule['category']} was counted by the tie rule {data['tie']}, published was {rule['tie']}",
        )
        demand(
            data["outcome"] == outcome.as_data(),
            "wrong-count",
            f"{rule['category']} counted again: winners {_names(rule, outcome.winners)} ({outcome.decided}), "
            f"on record: {_names(rule, data['outcome']['winners'])} ({data['outcome']['decided']})",
        )
        demand(
            evidence.published is None or outcome.decided != "open",
            "tie-open",
            f"the tie in {rule['category']} was published undecided",
        )
        sentences.append(f"{rule['category']}: {_names(rule, outcome.winners)} ({outcome.decided})")
    return "counted again; " + "; ".join(sentences)


def _recount(evidence: Evidence, rule: dict[str, object], row: list[int]) -> Outcome:
    decisions = [r for r in evidence.ledger.of("tie-decided") if r.data["question"] == rule["question"]]
    try:
        return counting.count(
            str(rule["method"]),
            row,
            ballots=len(evidence.facts.ballots),
            maximum=int(str(rule["maximum"])),
            tie=str(rule["tie"]),
            jury=decisions[-1].data["winners"] if decisions else None,
        )
    except TieUnresolved as error:
        raise Mismatch("wrong-tie", f"{rule['category']}: {error}") from error
    except ResultOutOfBounds as error:
        raise Mismatch("impossible-result", f"{rule['category']}: {error}") from error


def _names(rule: dict[str, object], nominees: list[int] | tuple[int, ...]) -> str:
    names = rule["names"]
    if not nominees or not isinstance(names, list):
        return "nobody"
    return ", ".join(str(names[nominee]) if nominee < len(names) else str(nominee) for nominee in nominees)
