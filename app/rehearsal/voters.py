"""Many simulated voters: each reads its letter, makes its ballot with the core, casts it over HTTP, keeps the receipt."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import dataclass
from os import cpu_count

import httpx

from app.core.belenios.ballots import make_ballot
from app.core.belenios.credentials import parse_typed
from app.core.belenios.elections import Election

CASTING_THREADS = 4
CHUNK = 20


class VoteRefused(RuntimeError):
    """A ballot that should have been accepted was not."""


@dataclass(frozen=True)
class Vote:
    """One voter's code, what they chose, and what the server answered."""

    code: str
    choices: list[list[int]]
    receipt: dict[str, object]


def choose(election: Election, rng: random.Random) -> list[list[int]]:
    """One voter's choice: earlier nominees are liked somewhat more; about one in fifteen is blank."""
    choices = []
    for question in election.questions:
        row = [0] * (len(question.answers) + (1 if question.blank else 0))
        first = 1 if question.blank else 0
        if question.blank and rng.random() < 1 / 15:
            row[0] = 1
        else:
            weights = [1 / (place + 2) for place in range(len(question.answers))]
            for _ in range(rng.randint(max(1, question.minimum), question.maximum)):
                row[first + rng.choices(range(len(weights)), weights)[0]] = 1
        choices.append(row)
    return choices


def _ballots(payload: bytes, chunk: Sequence[tuple[str, list[list[int]]]]) -> list[str]:
    election = Election.parse(payload)
    return [make_ballot(election, code, choices).decode() for code, choices in chunk]


def cast_all(
    base_url: str, slug: str, codes: Sequence[str], *, seed: int, progress: Callable[[int], object]
) -> list[Vote]:
    """Everyone of *codes* votes once. Raises `VoteRefused` for anything but a receipt."""
    paper = httpx.get(f"{base_url}/rosta/{slug}/val", timeout=60).raise_for_status().json()
    payload: bytes = paper["election"].encode()
    election = Election.parse(payload)
    rng = random.Random(seed)  # noqa: S311 (simulated taste)
    wishes = [(parse_typed(code), choose(election, rng)) for code in codes]
    chunks = [wishes[start : start + CHUNK] for start in range(0, len(wishes), CHUNK)]
    votes: list[Vote] = []
    with (
        ProcessPoolExecutor(max_workers=max(1, (cpu_count() or 2) - 1)) as makers,
        ThreadPoolExecutor(max_workers=CASTING_THREADS) as posters,
        httpx.Client(base_url=base_url, timeout=60) as client,
    ):
        made: Iterator[list[str]] = makers.map(_ballots, [payload] * len(chunks), chunks)
        for chunk, ballots in zip(chunks, made, strict=True):
            receipts = posters.map(lambda ballot: _cast(client, slug, ballot), ballots)
            votes += [Vote(code, wish, got) for (code, wish), got in zip(chunk, receipts, strict=True)]
            progress(len(chunk))
    return votes


def _cast(client: httpx.Client, slug: str, ballot: str) -> dict[str, object]:
    answer = client.post(
        f"/rosta/{slug}/rost",
        content=json.dumps({"ballot": ballot}),
        headers={"Content-Type": "application/json"},
    )
    if answer.status_code != httpx.codes.OK:
        raise VoteRefused(f"{answer.status_code}: {answer.text[:300]}")
    receipt: dict[str, object] = answer.json()["receipt"]
    return receipt
