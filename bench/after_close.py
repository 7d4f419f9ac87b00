"""After the close nothing can vote: not the database, its files and backups, nor the keys, nor the letters.

    python -m bench.after_close [--voters 60] [--database URL]

Plays a year in which two thirds vote, keeps a backup of the database from while the vote was open, and closes. Then
it takes everything: the database, its backup, all files, the folder of keys with its passphrase, and tries

1. every 22 characters anywhere that could be a ballot's code, also inside longer words, held against the credentials;
2. every 32 bytes anywhere that could be the key that codes are derived from (each key that the passphrase opens, each
   window of each key's file, everything written as hex or Base64), by deriving the codes of some voters and spares;
3. the letters. In the local inbox they lie as in the voters' own mailboxes, and each code in them was a ballot once:
   each is cast at the closed box, with a fresh ballot.

As a control, tries 1 and 2 are made while the vote is open as well, with keys and letters: then they must succeed.
Exits 1 when a try comes to something after the close, or to nothing before it.
"""

from __future__ import annotations

import argparse
import base64
import os
import re
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import httpx

from app.core.belenios.ballots import make_ballot
from app.core.belenios.credentials import LENGTH, derive_secret, parse_typed, public_credential
from app.core.belenios.elections import Election
from app.core.belenios.errors import BeleniosError
from app.rehearsal.play import Year
from app.rehearsal.stage import start_service
from app.trustees.keystore import KeyStore, KeyStoreError
from bench.attacker import loot

MAILBOXES = {"inbox"}
KEY_BYTES = 32
WORD = re.compile(rb"[1-9A-HJ-NP-Za-km-z]{22,}")
GROUPED = re.compile(
    rb"[1-9A-HJ-NP-Za-km-z]{5}-[1-9A-HJ-NP-Za-km-z]{6}-[1-9A-HJ-NP-Za-km-z]{5}-[1-9A-HJ-NP-Za-km-z]{6}"
)
HEX = re.compile(rb"(?<![0-9a-f])[0-9a-f]{64}(?![0-9a-f])")
BASE64 = re.compile(rb"(?<![A-Za-z0-9+/_-])[A-Za-z0-9+/_-]{43}=?(?![A-Za-z0-9+/_-])")


@dataclass(frozen=True)
class Vote:
    """What everyone knows of a vote: its election, the public credentials, and how voters and spares are numbered."""

    election: Election
    publics: frozenset[str]
    labels: tuple[tuple[str, str, str], ...]


def numbered(voters: Iterable[int]) -> tuple[tuple[str, str, str], ...]:
    """The labels of some voters' codes and of the first spare's, as the issuing derives them."""
    return (*(("voter", str(number), "1") for number in voters), ("spare", "1", "1"))


def codes(pieces: Iterable[bytes]) -> set[str]:
    """Everything that could be a ballot's code."""
    found: set[str] = set()
    for piece in pieces:
        found.update(match.decode() for match in GROUPED.findall(piece))
        for word in WORD.findall(piece):
            found.update(word[at : at + LENGTH].decode() for at in range(len(word) - LENGTH + 1))
    return found


def usable(found: Iterable[str], vote: Vote) -> int:
    """How many of these codes open a ballot."""
    hits = 0
    for text in found:
        with suppress(BeleniosError):
            hits += public_credential(parse_typed(text), vote.election.uuid) in vote.publics
    return hits


def keys(folder: Path, passphrase: str) -> Iterator[bytes]:
    """What the passphrase opens in a folder of keys, and every window of every file in it."""
    store = KeyStore(folder, passphrase)
    for path in sorted(each for each in folder.rglob("*") if each.is_file()):
        with suppress(KeyStoreError):
            opened = store.get(path.name)
            yield from _windows(opened)
        yield from _windows(path.read_bytes())


def written_keys(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """Every 32 bytes that stand somewhere as they are, as hex or as Base64."""
    for piece in pieces:
        if KEY_BYTES <= len(piece) <= 8 * KEY_BYTES:
            yield from _windows(piece)
        yield from (bytes.fromhex(match.decode()) for match in HEX.findall(piece))
        for match in BASE64.findall(piece):
            text = match.decode().replace("-", "+").replace("_", "/").rstrip("=")
            yield base64.b64decode(text + "=")


def _windows(content: bytes) -> Iterator[bytes]:
    for at in range(len(content) - KEY_BYTES + 1):
        yield content[at : at + KEY_BYTES]


def derived(candidates: Iterable[bytes], vote: Vote) -> tuple[int, int]:
    """How many keys were tried, and how many codes that open a ballot came out of them."""
    tried = set(candidates)
    uuid = vote.election.uuid
    hits = sum(
        public_credential(derive_secret(key, uuid, *labels), uuid) in vote.publics
        for key in tried
        for labels in vote.labels
    )
    return len(tried), hits


def cast(base_url: str, slug: str, election: Election, secrets: Sequence[str]) -> Counter[str]:
    """A fresh ballot by each code, cast as any ballot; the answers."""
    choices = [[1] + [0] * (question.width - 1) for question in election.questions]
    answers: Counter[str] = Counter()
    with httpx.Client(base_url=base_url, timeout=60) as client:
        for secret in secrets:
            ballot = make_ballot(election, parse_typed(secret), choices).decode()
            answer = client.post(f"/rosta/{slug}/rost", json={"ballot": ballot})
            answers[f"{answer.status_code} {answer.json().get('error', 'accepted')}"] += 1
    return answers


def _tries(year: Year, vote: Vote, pieces: Sequence[bytes]) -> tuple[int, int]:
    env = year.service.env
    folder = Path(env.get("KEYS_DIR") or f"{env['INSTANCE_DIR']}/keys")
    passphrase = env.get("KEYS_PASSPHRASE") or (folder.parent / "keys.passphrase").read_text("utf-8").strip()
    words = codes(pieces)
    opened = usable(words, vote)
    print(f"1. {len(words)} words could be a code; {opened} open a ballot")
    tried, hits = derived([*keys(folder, passphrase), *written_keys(pieces)], vote)
    print(f"2. {tried} keys tried on {len(vote.labels)} codes each; {hits} codes came out that open a ballot")
    return opened, hits


def main() -> int:
    """Plays, tries before the close, closes, tries again."""
    arguments = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    arguments.add_argument("--voters", type=int, default=60)
    arguments.add_argument("--database", default="")
    options = arguments.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        database = options.database or f"sqlite:///{folder / 'anbudspriset.db'}"
        env = {**os.environ, **({"DATABASE_URL": options.database} if options.database else {})}
        service = start_service(folder, env)
        try:
            year = Year(
                service, voters=options.voters, say=lambda text: print(f"   … {text}", file=sys.stderr)
            )
            year.play(until="vote")
            missed = judge(year, folder, database)
        finally:
            service.stop()
    for line in missed:
        print("MISSED:", line)
    print("missed" if missed else "met: after the close nothing can vote")
    return int(bool(missed))


def judge(year: Year, folder: Path, database: str) -> list[str]:
    """Both rounds of tries; what went wrong."""
    base = year.service.base_url
    election = Election.parse(httpx.get(f"{base}/rosta/{year.slug}/val").json()["election"].encode())
    archive = httpx.get(f"{base}/arkiv/{year.slug}.bel", timeout=60).read()
    publics = frozenset(match.decode() for match in HEX.findall(archive))
    vote = Vote(election, publics, numbered(range(1, 4)))
    letters = sorted(year.codes().values())
    print("While the vote is open, with keys and letters:")
    missed = []
    if 0 in _tries(year, vote, list(loot(folder, database, ()))):
        missed.append("the tries find nothing where there is something: they prove nothing")
    backup = folder / "backup"
    backup.mkdir()
    for path in folder.glob("*.db*"):
        shutil.copy(path, backup)
    year.close()
    print("After the close, with the keys, the backup and everything but the voters' mailboxes:")
    if _tries(year, vote, list(loot(folder, database, MAILBOXES))) != (0, 0):
        missed.append("something that was found can be a ballot")
    answers = cast(base, year.slug, election, letters)
    print(f"3. {len(letters)} codes from the voters' mailboxes, cast at the closed box: {dict(answers)}")
    if set(answers) - {"403 closed", "409 other-ballot"} or not answers["403 closed"]:
        missed.append("the closed box did not refuse")
    return missed


if __name__ == "__main__":
    sys.exit(main())
