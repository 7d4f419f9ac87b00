"""The review: report and sign-offs name this archive and this result, and publication counts them right."""

from __future__ import annotations

from app.core.ledger_checks.findings import Evidence, NotYet, demand
from app.core.ledger_file import Record


def _hashes(record: Record) -> tuple[str, str, str]:
    return record.data["archive"], record.data["result"], record.data["report"]


def report(evidence: Evidence) -> str:
    """The last report on record is about this archive and this result, and found them valid."""
    facts = evidence.facts
    if facts.result_hash is None:
        raise NotYet("the archive has no result yet")
    made = evidence.ledger.last("report-made")
    if made is None and evidence.published is None:
        raise NotYet(
            "the report is hidden until publication" if evidence.hidden else "there is no report yet"
        )
    demand(made, "no-report", "no report of a verification on record")
    assert made is not None
    demand(made.data["result"] == facts.result_hash, "other-result", "the report is about another result")
    demand(
        made.data["archive"] == facts.archive_sha256,
        "other-archive",
        f"the report is about the archive {made.data['archive']}, this one is {facts.archive_sha256}",
    )
    demand(
        made.data["verdict"] == "valid", "not-valid", "the report on record did not find the archive valid"
    )
    tool = made.data["tool"] or "no belenios-tool was run"
    return f"report {made.data['report']} ({tool}) is about this archive and this result"


def sign_offs(evidence: Evidence) -> str:
    """Signatures and objections since the last recount: each person once, over the last report."""
    made = evidence.ledger.last("report-made")
    if evidence.published is None and made is None:
        raise NotYet(
            "sign-offs are hidden until publication" if evidence.hidden else "nothing is reviewed yet"
        )
    demand(made, "no-report", "no report of a verification on record")
    assert made is not None
    recount = evidence.ledger.last("recount-made")
    since = recount.height if recount is not None else -1
    verdicts = [record for record in evidence.ledger.of("signed-off", "objected") if record.height > since]
    people: set[str] = set()
    for record in verdicts:
        who = record.data["by"]["who"]
        demand(
            record.data["by"]["role"] == "juror" and who, "nobody", f"entry {record.height} is not by a juror"
        )
        demand(who not in people, "signed-twice", f"entry {record.height} is by somebody who had answered")
        people.add(who)
        demand(
            _hashes(record) == _hashes(made) and record.height > made.height,
            "other-report",
            f"entry {record.height} is not about the last report",
        )
    signed = sum(record.kind == "signed-off" for record in verdicts)
    objections = len(verdicts) - signed
    published = evidence.published
    if published is not None:
        demand(
            _hashes(published) == _hashes(made), "other-report", "something else was published than reviewed"
        )
        demand(
            (published.data["sign_offs"], published.data["objections"]) == (signed, objections),
            "count",
            f"published: {published.data['sign_offs']} signatures and {published.data['objections']} objections; "
            f"on record: {signed} and {objections}",
        )
        demand(signed, "no-signature", "the result was published without any juror's signature")
    return f"{signed} jurors signed, {objections} objected"
