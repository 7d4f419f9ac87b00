"""An attacker with the disk: can the choices be guessed better than by chance?

    python bench/attacker.py [--voters 300] [--database URL]

Plays a year until the vote is under way, then copies what a thief of the server would get: the database with its
journal, the logs, the outgoing mail's rows, the web's secrets. What a thief would not get stays out: KEYS_DIR and its
passphrase (the worker's machine) and the voters' own mailboxes. Then it tries, and prints what came of each try:

1. every ballot code that stands anywhere in the copy, held against the list of credentials;
2. every number in the copy that could be a secret (the trustee's key, or a ballot's randomness), tried as one;
3. guessing: the thief is even told how every other voter chose, and guesses the rest from the length of the ballot,
   from its neighbours in the box, from the order of the roll, from the nearest bits. Each guesser's rate is held
   against the best guess without any data (always the most frequent choice), with three standard deviations.

Exits 1 when a try comes to something.
"""

from __future__ import annotations

import argparse
import io
import math
import os
import re
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import httpx
from sqlalchemy import MetaData, create_engine, select

from app.core.belenios import credentials
from app.core.belenios.archive import Record, read
from app.core.belenios.ballots import Ballot, read_ballot, tracker
from app.core.belenios.elections import Election
from app.core.belenios.errors import BeleniosError
from app.core.belenios.groups import G, Q
from app.extensions import sqlite_module
from app.rehearsal.play import Year
from app.rehearsal.stage import start_service

OUTSIDE = {"keys", "keys.passphrase", "inbox"}
CODE = re.compile(
    rb"(?<![A-Za-z0-9])[1-9A-HJ-NP-Za-km-z]{5}-?[1-9A-HJ-NP-Za-km-z]{6}-?[1-9A-HJ-NP-Za-km-z]{5}-?[1-9A-HJ-NP-Za-km-z]{6}(?![A-Za-z0-9])"
)
DECIMAL = re.compile(rb"(?<![0-9])[0-9]{60,78}(?![0-9])")
HEX = re.compile(rb"(?<![0-9a-f])[0-9a-f]{64}(?![0-9a-f])")
DEVIATIONS = 3
Known = Sequence[tuple[Ballot, int]]


def loot(folder: Path, database: str, outside: Collection[str] = OUTSIDE) -> Iterator[bytes]:
    """Everything in the thief's copy: the files as they are but *outside*, and every cell of every table."""
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not set(outside) & set(path.relative_to(folder).parts):
            yield path.read_bytes()
    options = {"module": sqlite_module()} if database.startswith("sqlite") else {}
    engine = create_engine(database.replace("postgresql://", "postgresql+psycopg://", 1), **options)
    tables = MetaData()
    tables.reflect(engine)
    with engine.connect() as connection:
        for table in tables.sorted_tables:
            for row in connection.execute(select(table)):
                yield b"\n".join(cell if isinstance(cell, bytes) else str(cell).encode() for cell in row)
    engine.dispose()


def usable_codes(pieces: Sequence[bytes], election: Election, publics: set[str]) -> int:
    """How many codes in the copy open a ballot of this election."""
    found = {match.decode() for piece in pieces for match in CODE.findall(piece)}
    hits = 0
    for text in found:
        try:
            hits += credentials.public_credential(credentials.parse_typed(text), election.uuid) in publics
        except BeleniosError:
            continue
    print(f"1. {len(found)} words look like a ballot code; {hits} of them open a ballot")
    return hits


def usable_secrets(pieces: Sequence[bytes], election: Election, ballots: Sequence[Ballot]) -> int:
    """How many numbers in the copy are the trustee's key or the randomness of an encryption."""
    numbers = {int(match) for piece in pieces for match in DECIMAL.findall(piece)}
    numbers |= {int(match, 16) for piece in pieces for match in HEX.findall(piece)}
    numbers |= {int.from_bytes(piece[at : at + 32], order) for piece in pieces if 32 <= len(piece) <= 256 for at in range(len(piece) - 31) for order in ("big", "little")}  # fmt: skip
    wanted = {election.public_key.hex()}
    wanted |= {
        choice.alpha.hex() for ballot in ballots for answer in ballot.answers for choice in answer.choices
    }
    hits = sum(G.power(number % Q).hex() in wanted for number in numbers)
    print(
        f"2. {len(numbers)} numbers tried as the election's key and as the randomness of {len(wanted) - 1} ciphertexts; {hits} fit"
    )
    return hits


def by_length(known: Known, ballot: Ballot, _place: int) -> int:
    """What those with a ballot of nearly the same length chose most."""
    near = sorted(known, key=lambda one: abs(len(one[0].data) - len(ballot.data)))[:25]
    return Counter(choice for _, choice in near).most_common(1)[0][0]


def by_box(known: Known, _ballot: Ballot, place: int) -> int:
    """What the neighbours in the box chose most (the list is in the order of the box)."""
    near = known[max(0, place - 6) : place + 6]
    return Counter(choice for _, choice in near).most_common(1)[0][0]


def by_roll(known: Known, ballot: Ballot, _place: int) -> int:
    """What the neighbours in the order of public credentials chose most."""
    near = sorted(known, key=lambda one: abs(int(one[0].credential, 16) - int(ballot.credential, 16)))[:11]
    return Counter(choice for _, choice in near).most_common(1)[0][0]


def by_bits(known: Known, ballot: Ballot, _place: int) -> int:
    """What the ballot with the most equal bits in its first question chose."""

    def bits(one: Ballot) -> int:
        return int("".join(choice.alpha.hex() + choice.beta.hex() for choice in one.answers[0].choices), 16)

    own = bits(ballot)
    return min(known, key=lambda one: (bits(one[0]) ^ own).bit_count())[1]


def guesses(cast: list[tuple[Ballot, int]]) -> int:
    """How many guessers did better than always saying the most frequent choice, by more than three deviations."""
    total = len(cast)
    chance = Counter(choice for _, choice in cast).most_common(1)[0][1] / total
    limit = chance + DEVIATIONS * math.sqrt(chance * (1 - chance) / total)
    guessers: tuple[Callable[[Known, Ballot, int], int], ...] = (by_length, by_box, by_roll, by_bits)
    better = 0
    for guess in guessers:
        right = sum(
            guess([*cast[:at], *cast[at + 1 :]], ballot, at) == choice
            for at, (ballot, choice) in enumerate(cast)
        )
        better += right / total > limit
        print(
            f"3. {guess.__name__:<10} right in {right / total:6.1%} of {total}; by chance {chance:.1%}, allowed {limit:.1%}"
        )
    return better


def main() -> int:
    """Plays, copies, tries; 0 when nothing comes of it."""
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--voters", type=int, default=300)
    arguments.add_argument("--database", default="")
    options = arguments.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        env = {**os.environ, **({"DATABASE_URL": options.database} if options.database else {})}
        service = start_service(folder, env)
        try:
            year = Year(
                service, voters=options.voters, say=lambda text: print(f"   … {text}", file=sys.stderr)
            )
            year.play(until="vote")
            paper = httpx.get(f"{service.base_url}/rosta/{year.slug}/val").json()["election"].encode()
            archive = httpx.get(f"{service.base_url}/arkiv/{year.slug}.bel").read()
            pieces = list(loot(folder, options.database or f"sqlite:///{folder / 'anbudspriset.db'}"))
        finally:
            service.stop()
    election, data = (
        Election.parse(paper),
        [record.content for record in _records(archive) if record.kind == "data"],
    )
    votes = {str(vote.receipt["tracker"]): vote.choices[0].index(1) for vote in year.votes}
    cast = [(read_ballot(one), votes[tracker(one)]) for one in data if tracker(one) in votes]
    publics = {match.decode() for one in data for match in HEX.findall(one)}
    print(f"The copy: {sum(map(len, pieces)):,} bytes; {len(cast)} ballots in the box.")
    hits = (
        usable_codes(pieces, election, publics)
        + usable_secrets(pieces, election, [ballot for ballot, _ in cast])
        + guesses(cast)
    )
    print("met: choices are guessed no better than by chance" if not hits else "MISSED")
    return int(hits > 0)


def _records(archive: bytes) -> Iterator[Record]:

    return read(io.BytesIO(archive))


if __name__ == "__main__":
    sys.exit(main())
