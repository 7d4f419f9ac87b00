"""Small elections made for tests, with archives that a test can take apart and chain again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from app.core.belenios import archive
from app.core.belenios.ballots import make_ballot
from app.core.belenios.credentials import public_credential, public_credentials_payload
from app.core.belenios.elections import Election, Question
from app.core.belenios.groups import deterministic_rng
from app.core.belenios.results import compute_result, owned_partial_decryption, partial_decryption
from app.core.belenios.tallies import EncryptedTally, tally_ballots
from app.core.belenios.trustees import TrusteeKey, Trustees

UUID = "TestsAnbudspris"
TIMESTAMP = 1_790_000_000
QUESTIONS = (
    Question("Årets upphandling", ("Boden", "Skåne", "Åre"), 1, 1, blank=True),
    Question("Årets dialog", ("A", "B"), 0, 2),
)
VOTES = ([[0, 1, 0, 0], [1, 1]], [[1, 0, 0, 0], [0, 0]], [[0, 0, 0, 1], [0, 1]])

Group = tuple[str, list[bytes]]
"""An event's type and the data that comes before it, its payload last."""


def secret(number: int) -> str:
    """The secret credential of voter `number`, below 10."""
    return f"Voter-{'abcdef'}-{'23456'}-{'xyzXY'}{number + 1}"


@dataclass
class Made:
    """An election with its keys, and its archive as groups of an event and its data."""

    election: Election
    trustees: Trustees
    keys: list[TrusteeKey]
    groups: list[Group]
    ballots: list[bytes]
    weights: dict[str, int]
    tally: EncryptedTally | None = None
    partials: dict[int, bytes] = field(default_factory=dict)

    def records(self) -> list[archive.Record]:
        """The archive's records, chained."""
        return chained(self.groups)

    def archive(self) -> bytes:
        """The archive's bytes."""
        return rendered(self.records())


def chained(groups: Sequence[Group]) -> list[archive.Record]:
    """The records of these groups, every event following the one before it."""
    records: list[archive.Record] = []
    previous = None
    for kind, contents in groups:
        data = [archive.Record("data", content) for content in contents]
        previous = archive.next_event(previous, kind, data[-1].hash if data else None)
        records += [*data, previous.record]
    return records


def rendered(records: Sequence[archive.Record]) -> bytes:
    """The archive's bytes."""
    return b"".join(archive.render(TIMESTAMP, records))


def make(
    *,
    questions: Sequence[Question] = QUESTIONS,
    votes: Sequence[list[list[int]]] = VOTES,
    trustees: int = 1,
    weights: Sequence[int] | None = None,
    voters: int = 4,
    upto: str = "Result",
) -> Made:
    """An election in which the first voters cast `votes`; its archive ends with the event `upto`."""
    rng = deterministic_rng(b"made")
    keys = [TrusteeKey.generate(rng) for _ in range(trustees)]
    listed = Trustees.build([key.public for key in keys])
    election = Election.build(
        uuid=UUID,
        name="Anbudspriset",
        description="Prov",
        questions=questions,
        public_key=listed.election_key,
    )
    publics = [public_credential(secret(number), UUID) for number in range(voters)]
    weighted = dict(zip(publics, weights or [1] * voters, strict=True))
    credentials = public_credentials_payload(list(weighted.items()))
    setup = archive.setup_payload(election.hash, listed.hash, archive.sha256_hex(credentials))
    groups: list[Group] = [("Setup", [election.payload, listed.payload, credentials, setup])]
    ballots = [make_ballot(election, secret(number), choices, rng) for number, choices in enumerate(votes)]
    groups += [("Ballot", [ballot]) for ballot in ballots]
    made = Made(election, listed, keys, groups, ballots, weighted)
    if upto == "Ballot":
        return made
    groups.append(("EndBallots", []))
    if upto == "EndBallots":
        return made
    made.tally = tally_ballots(election, ballots, weighted).encrypted_tally()
    groups.append(("EncryptedTally", [made.tally.payload, made.tally.sized_payload]))
    if upto == "EncryptedTally":
        return made
    for owner, key in enumerate(keys, 1):
        payload = partial_decryption(election, made.tally, key, rng)
        made.partials[owner] = payload
        groups.append(("PartialDecryption", [payload, owned_partial_decryption(owner, payload)]))
    if upto == "PartialDecryption":
        return made
    groups.append(("Result", [compute_result(election, listed, made.tally, made.partials).payload]))
    return made
