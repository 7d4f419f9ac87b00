"""One whole award year in memory, for tests: an archive, and the steps of a ledger that belongs to it.

Six voters, two spares, a server's and a juror's key, two questions. Voter 5's ballot is voided and replaced by spare
0 after two ballots are in the box. The second question ends in a tie that the jury decides.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any

from app.core import checkpoints, counting, decryption, ledger_entries, ledger_file, log, signatures
from app.core.belenios import archive, ballots, credentials, elections, results, tallies
from app.core.belenios.groups import deterministic_rng
from app.core.belenios.trustees import TrusteeKey, Trustees
from app.core.checkpoints import Checkpoint
from app.core.ledger_file import Opening
from app.core.rules import Kind, Question, TieRule

LOG_SEED = bytes(range(32))
ORIGIN = "award.example/liggare/2026"
KEY = checkpoints.verifier_key(ORIGIN, signatures.public_key(LOG_SEED))
START = datetime(2026, 1, 12, 8, tzinfo=UTC)
CLOSES = "2026-01-12T08:00:20Z"
SECRETARY = {"role": "secretariat", "who": "5e" * 32}
SECOND = "6d" * 32
SERVER = {"role": "server", "who": None}
RULES = (
    Question(
        "arets-upphandling",
        "Vilken?",
        Kind.CHOOSE_ONE,
        ("Ängsbackens bad", "Örnnäsets skola", "Åbrons broar"),
    ),
    Question("arets-team", "Vilka?", Kind.APPROVE, ("Ada", "Örjan", "Åsa"), maximum=2, tie=TieRule.JURY),
)
Cast = tuple[str, int, set[int], set[int]]
CASTS: tuple[Cast, ...] = (
    ("voter", 0, {0}, {0, 1}),
    ("voter", 1, {0}, {1}),
    ("voter", 2, {1}, {0}),
    ("voter", 3, set(), set()),
    ("spare", 0, {2}, {2}),
)


@dataclass(frozen=True)
class Step:
    """An entry to be: its kind and data, and whether it waits for publication."""

    kind: str
    data: dict[str, Any]
    staged: bool = False


@dataclass(frozen=True)
class Year:
    """The archive: whole, as it is public before publication, and as it was with three ballots; the ledger's steps."""

    archive: bytes
    public_archive: bytes
    open_archive: bytes
    steps: tuple[Step, ...]
    publics: tuple[str, ...] = field(default=())
    spares: tuple[str, ...] = field(default=())

    def find(self, kind: str, number: int = 0) -> int:
        """The place of the step of this kind, the first one unless `number` says otherwise."""
        return [place for place, step in enumerate(self.steps) if step.kind == kind][number]

    def without(self, kind: str, number: int = 0) -> tuple[Step, ...]:
        place = self.find(kind, number)
        return (*self.steps[:place], *self.steps[place + 1 :])

    def changed(self, kind: str, number: int = 0, **data: Any) -> tuple[Step, ...]:
        place = self.find(kind, number)
        step = self.steps[place]
        return (*self.steps[:place], Step(step.kind, step.data | data, step.staged), *self.steps[place + 1 :])

    def before(self, kind: str, *more: Step, number: int = 0) -> tuple[Step, ...]:
        place = self.find(kind, number)
        return (*self.steps[:place], *more, *self.steps[place:])

    def until(self, kind: str, number: int = 0) -> tuple[Step, ...]:
        return self.steps[: self.find(kind, number)]


def nonce(height: int) -> bytes:
    return hashlib.sha256(b"nonce %d" % height).digest()


def lines_of(steps: Iterable[Step]) -> tuple[list[bytes], list[Opening]]:
    """The ledger's lines, a second apart, and what opens those that were not revealed."""
    lines: list[bytes] = []
    hidden: list[Opening] = []

    def at() -> datetime:
        return START + timedelta(seconds=len(lines))

    for step in steps:
        if step.kind == "published":
            lines += [ledger_entries.revealed(at(), h.height, h.nonce, h.entry) for h in hidden]
            hidden = []
        line = ledger_entries.entry(step.kind, at(), step.data)
        if step.staged:
            hidden.append(Opening(len(lines), nonce(len(lines)), line))
            line = ledger_entries.staged(nonce(len(lines)), line)
        lines.append(line)
    return lines, hidden


def file_of(lines: Sequence[bytes], seed: bytes = LOG_SEED) -> bytes:
    """The ledger's file of these lines."""
    head = Checkpoint(ORIGIN, len(lines), log.root([log.leaf_hash(line) for line in lines]))
    return ledger_file.write(lines, checkpoints.sign(head, seed))


def ledger_of(steps: Iterable[Step]) -> bytes:
    return file_of(lines_of(steps)[0])


def by_two(act: str, reason: str) -> Step:
    """Two people decided something."""
    return Step("two-person-act", {"act": act, "first": SECRETARY["who"], "reason": reason, "second": SECOND})


def _phase(from_: str, to: str, reason: str = "") -> Step:
    return Step("phase-moved", {"by": SECRETARY, "from": from_, "reason": reason, "to": to})


@lru_cache
def year(casts: tuple[Any, ...] = ()) -> Year:
    """The year with these casts; `casts` are (voter or spare, number, marks, marks) with frozen sets."""
    taken: Sequence[Any] = casts or CASTS
    rng = deterministic_rng(b"award year")
    server, juror = TrusteeKey.generate(rng), TrusteeKey.generate(rng)
    trustees = Trustees.build([server.public, juror.public])
    uuid = "1aaaaaaaaaaaaa"
    election = elections.Election.build(
        uuid=uuid,
        name="Anbudspriset 2026",
        description="",
        questions=[
            elections.Question(q.text, q.names, q.minimum, q.maximum, True) for q in RULES
        ],
        public_key=trustees.election_key,
        administrator=None,
        credential_authority=None,
    )  # fmt: skip
    secret = {
        "voter": [credentials.derive_secret(b"issuing" * 5, "voter", str(n)) for n in range(6)],
        "spare": [credentials.derive_secret(b"spares" * 6, "spare", str(n)) for n in range(2)],
    }
    public = {kind: [credentials.public_credential(s, uuid) for s in found] for kind, found in secret.items()}
    payload = credentials.public_credentials_payload([*public["voter"], *public["spare"]])

    records = archive.setup_records(election, trustees, payload)
    setup_event = archive.Event.parse(records[-1].content)
    events = [setup_event]

    def put(more: list[archive.Record]) -> None:
        records.extend(more)
        events.append(archive.Event.parse(more[-1].content))

    running = tallies.RunningTally(election)
    for kind, number, first, second in taken:
        choices = [RULES[0].choices(frozenset(first)), RULES[1].choices(frozenset(second))]
        ballot = ballots.make_ballot(election, secret[kind][number], choices, rng=rng)
        running.add(ballot)
        put(archive.ballot_records(events[-1], ballot))
        if len(events) == 4:
            open_archive = b"".join(archive.render(1_768_204_800, records))
    put(archive.end_ballots_records(events[-1]))
    tally = running.encrypted_tally()
    put(archive.encrypted_tally_records(events[-1], tally))
    public_archive = b"".join(archive.render(1_768_204_800, records))
    partials: dict[int, bytes] = {}
    strong: list[Step] = []
    for owner, key in enumerate((server, juror), start=1):
        partials[owner] = results.partial_decryption(election, tally, key, rng=rng)
        put(archive.partial_decryption_records(events[-1], owner, partials[owner]))
        proof = decryption.prove(election, tally, partials[owner], key, owner, rng=rng)
        strong.append(Step("strong-decryption", proof, staged=True))
    result = results.compute_result(election, trustees, tally, partials)
    put(archive.result_records(events[-1], result.payload))
    data = b"".join(archive.render(1_768_204_800, records))

    cast = len(taken)
    hashes = {
        "archive": hashlib.sha256(data).hexdigest(),
        "report": hashlib.sha256(b"report").hexdigest(),
        "result": hashlib.sha256(result.payload).hexdigest(),
    }

    def head(height: int, *, staged: bool = False) -> Step:
        data = {"ballots": min(height, cast), "head": events[height].hash, "height": height}
        return Step("box-head", data, staged)

    def count(question: int, jury: list[int] | None = None) -> Step:
        rule = RULES[question]
        outcome = counting.count(
            rule.method, result.counts[question], ballots=cast, maximum=rule.maximum, tie=rule.tie, jury=jury
        )
        data = {
            "category": rule.category,
            "outcome": outcome.as_data(),
            "question": question,
            "tie": str(rule.tie),
        }
        return Step("count-made", data, staged=True)

    tied = counting.count(
        "approval", result.counts[1], ballots=cast, maximum=2, tie="jury"
    ).decided == "open"  # fmt: skip
    decided = (
        ()
        if not tied
        else (
            Step(
                "tie-decided",
                {"by": SECRETARY, "question": 1, "reason": "Bredast stöd i juryn.", "winners": [0]},
                staged=True,
            ),
            count(1, [0]),
        )
    )
    jurors = [{"role": "juror", "who": f"{n:02x}" * 32} for n in (1, 2, 3)]
    steps = (
        Step("log-opened", {"edition": "2026", "format": "anbud-ledger-1", "key": KEY, "origin": ORIGIN}),
        Step("edition-created", {"by": SECRETARY, "settings": "5e" * 32}),
        Step("deadlines-set", {"by": SECRETARY, "deadlines": {"nominations": None, "voting": "2026-01-12T08:00:15Z"}}),
        _phase("draft", "nominating"),
        _phase("nominating", "shortlisting"),
        Step("roll-frozen", {"by": SERVER, "roll": "7a" * 32, "voters": 6}),
        *(
            Step(
                "key-made",
                {
                    "fingerprint": ledger_entries.key_fingerprint(key.public.element.hex()),
                    "owner": owner,
                    "purpose": "trustee",
                    "trustee": number,
                },
            )
            for number, (owner, key) in enumerate((("server", server), ("juror", juror)), start=1)
        ),
        Step("ballot-defined", {"questions": [rule.ledger(index) for index, rule in enumerate(RULES)]}),
        Step(
            "credentials-issued",
            {
                "credentials": hashlib.sha256(payload).hexdigest(),
                "election": election.fingerprint,
                "setup": setup_event.payload,
                "spares": sorted(public["spare"]),
                "voters": 6,
            },
        ),
        _phase("shortlisting", "prepared"),
        _phase("prepared", "voting"),
        head(0),
        head(2),
        Step("deadline-extended", {"by": SECRETARY, "deadline": "voting", "from": "2026-01-12T08:00:15Z", "to": CLOSES}),
        by_two("replace-ballot", "lost"),
        Step("ballot-voided", {"box_height": 2, "by": SECRETARY, "credential": public["voter"][5], "second": SECOND}),
        Step(
            "ballot-activated",
            {"box_height": 2, "by": SECRETARY, "new": public["spare"][0], "old": public["voter"][5], "second": SECOND},
        ),
        *(Step("letters-queued", {"batch": n, "letter": "reminder", "recipients": 6}) for n in range(4)),
        head(cast + 1),
        _phase("voting", "counting"),
        Step(
            "encrypted-tally",
            {
                "ballots": cast,
                "encrypted_tally": tally.hash,
                "event": events[cast + 2].hash,
                "height": cast + 2,
            },
        ),
        head(cast + 2),
        *strong,
        Step("result", {"event": events[-1].hash, "height": len(events) - 1, "result": hashes["result"]}, staged=True),
        head(len(events) - 1, staged=True),
        count(0),
        count(1),
        Step("report-made", hashes | {"tool": None, "verdict": "valid"}, staged=True),
        _phase("counting", "review"),
        *decided,
        *(Step("signed-off", hashes | {"by": by}, staged=True) for by in jurors[:2]),
        Step("objected", hashes | {"by": jurors[2], "reason": "Jag hade velat se mer."}, staged=True),
        Step("published", hashes | {"by": SECRETARY, "objections": 1, "sign_offs": 2}),
        _phase("review", "published"),
    )  # fmt: skip
    return Year(data, public_archive, open_archive, steps, tuple(public["voter"]), tuple(public["spare"]))
