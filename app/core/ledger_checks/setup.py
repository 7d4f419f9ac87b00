"""The archive's Setup against the ledger: who holds keys, whose credentials these are, what is asked."""

from __future__ import annotations

from app.core import ledger_entries
from app.core.ledger_checks import changes
from app.core.ledger_checks.findings import Evidence, Mismatch, demand
from app.core.ledger_file import Record


def issuance(evidence: Evidence) -> Record:
    """The one issuing of credentials that holds; raises `Mismatch` when there is none, or several."""
    live: list[Record] = []
    for record in evidence.ledger.of("credentials-issued", "credentials-destroyed"):
        if record.kind == "credentials-issued":
            live.append(record)
        else:
            before = len(live)
            live = [issued for issued in live if issued.data["credentials"] != record.data["credentials"]]
            demand(
                len(live) == before - 1,
                "credentials",
                f"entry {record.height} destroys credentials that were not issued",
            )
    demand(live, "no-credentials", "the ledger does not know of any issued credentials")
    demand(
        len(live) == 1, "credentials-twice", f"credentials were issued {len(live)} times and all of them hold"
    )
    opened = evidence.opened_at()
    demand(
        opened is None or live[0].height < opened,
        "credentials-late",
        "credentials were issued after the vote opened",
    )
    return live[0]


def setup(evidence: Evidence) -> str:
    """The ledger issued exactly the credentials, election and keys that the archive's Setup holds."""
    issued, facts = issuance(evidence).data, evidence.facts
    for name, there, here in (
        ("election", issued["election"], facts.fingerprint),
        ("set of public credentials", issued["credentials"], facts.credentials_hash),
        ("set-up", issued["setup"], facts.setup_hash),
    ):
        demand(
            there == here, "other-setup", f"the ledger is about another {name}: {there} there, {here} here"
        )
    spares = set(issued["spares"])
    demand(len(spares) == len(issued["spares"]), "spares", "a spare credential is listed twice")
    demand(
        spares <= facts.credentials.keys(), "spares", "the ledger lists spares that the archive does not hold"
    )
    explained = issued["voters"] + len(spares)
    demand(
        len(facts.credentials) == explained,
        "unexplained-credentials",
        f"the archive holds {len(facts.credentials)} credentials, the ledger explains {explained}",
    )
    heavy = sum(weight != 1 for weight in facts.credentials.values())
    demand(not heavy, "weights", f"{heavy} credentials weigh other than 1")
    return f"{issued['voters']} credentials for voters and {len(spares)} spares, as issued; election {facts.fingerprint}"


def roll(evidence: Evidence) -> str:
    """As many credentials as the frozen roll has voters, and no more ballots than those and whoever was added."""
    issued = issuance(evidence)
    frozen = [record for record in evidence.ledger.of("roll-frozen") if record.height < issued.height]
    demand(frozen, "no-roll", "no roll was frozen before credentials were issued")
    voters = frozen[-1].data["voters"]
    demand(
        voters == issued.data["voters"],
        "roll-count",
        f"the roll has {voters} voters, but {issued.data['voters']} credentials were issued to voters",
    )
    ballots = len(evidence.facts.ballots)
    more = changes.added(evidence, issued)
    said = f"{voters} voters" + (f" and {more} added later" if more else "")
    demand(ballots <= voters + more, "more-ballots-than-voters", f"{ballots} ballots from a roll of {said}")
    return f"{ballots} ballots, from a roll of {said}"


def keys(evidence: Evidence) -> str:
    """Every key that can open the box was made on record; says who holds them."""
    made = {
        r.data["fingerprint"]: r.data["owner"]
        for r in evidence.ledger.of("key-made")
        if r.data["purpose"] == "trustee"
    }
    owners: list[str] = []
    for number, element in enumerate(evidence.facts.trustees.verification_keys, start=1):
        owner = made.get(ledger_entries.key_fingerprint(element.hex()))
        if owner is None:
            raise Mismatch("unknown-key", f"the ledger does not know the key of trustee {number}")
        owners.append(owner)
    for act in evidence.ledger.of("two-person-act"):
        demand(
            act.data["first"] != act.data["second"],
            "one-person",
            f"entry {act.height}: the second person is the first one again",
        )
    if "juror" in owners:
        return (
            f"the box opens with keys of {owners.count('server')} server and {owners.count('juror')} jurors"
        )
    acts = [
        a for a in evidence.ledger.of("two-person-act") if a.data["act"] == ledger_entries.OPEN_WITHOUT_JURY
    ]
    if acts:
        return f"the server alone holds the key; two people recorded why: {acts[-1].data['reason']}"
    return "the server alone holds the key"


def ballot(evidence: Evidence) -> str:
    """The questions with their methods and tie rules were published before the vote, and are the archive's."""
    rules = evidence.rules()
    opened = evidence.opened_at()
    late = [r for r in evidence.ledger.of("ballot-defined") if opened is not None and r.height > opened]
    demand(not late, "rules-changed", "the ballot was defined anew after the vote had opened")
    questions = evidence.facts.election.questions
    defined = rules.data["questions"]
    demand(
        len(defined) == len(questions),
        "other-questions",
        f"{len(defined)} questions in the ledger, {len(questions)} on the ballot",
    )
    for index, (there, here) in enumerate(zip(defined, questions, strict=True)):
        demand(
            there["question"] == index,
            "other-questions",
            f"question {index} is not in its place in the ledger",
        )
        demand(
            (there["names"], there["minimum"], there["maximum"], there["blank"])
            == (list(here.answers), here.minimum, here.maximum, here.blank),
            "other-questions",
            f"question {index} is another one in the ledger than on the ballot",
        )
    ties = ", ".join(f"{q['category']}: {q['method']}, ties {q['tie']}" for q in defined)
    return f"published before the vote ({ties})"
