"""Many credentials are derived: in processes side by side, and with 36 bytes kept of each, whatever their number.

Of a credential only what the database and the archive keep leaves the process that derived it: the public half and the
short label. The secret is forgotten where it was made.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import suppress
from dataclasses import dataclass

from app.core import ballot_labels
from app.core.belenios import credentials
from app.core.processes import worker_context

CHUNK = 500
MANY = 4000
"""From here on processes are worth their start."""
PUBLIC = 32
SIZE = PUBLIC + ballot_labels.LENGTH


@dataclass(frozen=True)
class Series:
    """Credentials of one kind, derived from one key: "voter" or "spare", for these numbers in this order."""

    kind: str
    key: bytes
    numbers: Sequence[int]


def secret(key: bytes, uuid: str, kind: str, number: int, generation: int) -> str:
    """One secret credential."""
    return credentials.derive_secret(key, uuid, kind, str(number), str(generation))


def derive(
    uuid: str, series: Sequence[Series], *, progress: Callable[[int, int], None] | None = None
) -> list[bytearray]:
    """For each series what is kept of its credentials, SIZE bytes after SIZE bytes, in the order of its numbers."""
    kept = [bytearray() for _ in series]
    chunks = [
        (place, each.kind, each.key, list(each.numbers[start : start + CHUNK]))
        for place, each in enumerate(series)
        for start in range(0, len(each.numbers), CHUNK)
    ]
    total = sum(len(each.numbers) for each in series)
    for (place, _kind, _key, _numbers), made in zip(chunks, _made(uuid, chunks, total), strict=True):
        kept[place] += made
        done = sum(map(len, kept)) // SIZE
        if progress is not None and (done % CHUNK == 0 or done == total):
            progress(done, total)
    return kept


def _made(uuid: str, chunks: Sequence[tuple[int, str, bytes, list[int]]], total: int) -> Iterator[bytes]:
    places, kinds, keys, numbers = zip(*chunks, strict=True) if chunks else ((), (), (), ())
    uuids = [uuid] * len(places)
    if total < MANY:
        yield from map(_chunk, uuids, kinds, keys, numbers)
        return
    pool = ProcessPoolExecutor(_cores(), mp_context=worker_context())
    try:
        yield from pool.map(_chunk, uuids, kinds, keys, numbers)
    finally:  # a worker that has to stop does not wait for all the rest
        pool.shutdown(cancel_futures=True)


def _cores() -> int:
    with suppress(AttributeError):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _chunk(uuid: str, kind: str, key: bytes, numbers: Sequence[int]) -> bytes:
    made = bytearray()
    for number in numbers:
        code = secret(key, uuid, kind, number, 1)
        made += bytes.fromhex(credentials.public_credential(code, uuid))
        made += ballot_labels.ballot_label(code).encode()
    return bytes(made)


def kept(content: bytearray) -> Iterator[tuple[str, str]]:
    """(public credential, label) of each credential."""
    for at in range(0, len(content), SIZE):
        yield content[at : at + PUBLIC].hex(), content[at + PUBLIC : at + SIZE].decode()
