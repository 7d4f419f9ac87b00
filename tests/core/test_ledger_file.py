"""The ledger's file: what is written is read back, and any other byte is refused."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta

import pytest

from app.core import checkpoints, ledger_entries, ledger_file, log, signatures
from app.core.checkpoints import Checkpoint
from app.core.ledger_file import LedgerError, Opening

SEED = bytes(range(32))
ORIGIN = "award.example/2026"
KEY = checkpoints.verifier_key(ORIGIN, signatures.public_key(SEED))
START = datetime(2026, 1, 12, 8, tzinfo=UTC)
NONCE = bytes(range(100, 132))
HEX = "ab" * 32
BY = {"role": "secretariat", "who": None}


def entry(kind: str, minutes: int, **data: object) -> bytes:
    return ledger_entries.entry(kind, START + timedelta(minutes=minutes), data)


def opened(**changes: object) -> bytes:
    return entry(
        "log-opened",
        0,
        **({"edition": "2026", "format": "anbud-ledger-1", "key": KEY, "origin": ORIGIN} | changes),
    )


RESULT = entry("result", 2, event=HEX, height=9, result=HEX)
STAGED = ledger_entries.staged(NONCE, RESULT)
REVEALED = ledger_entries.revealed(START + timedelta(minutes=4), 2, NONCE, RESULT)
LINES = [
    opened(),
    entry(
        "phase-moved",
        1,
        by=BY,
        **{"from": "draft", "to": "nominating", "reason": "Nu börjar året på riktigt"},
    ),
    STAGED,
    entry("letters-queued", 3, batch=1, letter="ballot", recipients=42),
    REVEALED,
]


def file_of(lines: list[bytes], seed: bytes = SEED, origin: str = ORIGIN) -> bytes:
    root = log.root([log.leaf_hash(line) for line in lines])
    return ledger_file.write(lines, checkpoints.sign(Checkpoint(origin, len(lines), root), seed))


FILE = file_of(LINES)


def refusal(data: bytes, **options: object) -> str:
    with pytest.raises(LedgerError) as error:
        ledger_file.read(data, **options)
    return error.value.code


def test_what_was_written_is_read_back() -> None:
    ledger = ledger_file.read(FILE)
    assert list(ledger.lines) == LINES
    assert (ledger.key, ledger.edition, ledger.checkpoint.size) == (KEY, "2026", 5)
    assert [r.kind for r in ledger.records] == [
        "log-opened",
        "phase-moved",
        "result",
        "letters-queued",
        "revealed",
    ]
    assert [r.was_staged for r in ledger.records] == [False, False, True, False, False]
    assert ledger.records[2].data["result"] == HEX
    assert ledger.last("result") == ledger.of("result")[0] == ledger.records[2]
    assert ledger.last("published") is None


def test_before_publication_a_staged_entry_is_a_commitment_alone() -> None:
    data = file_of(LINES[:4])
    assert HEX.encode() not in data
    assert ledger_file.read(data).records[2].kind == "staged"
    assert ledger_file.read(data, openings=[Opening(2, NONCE, RESULT)]).records[2].kind == "result"


def test_an_opening_of_a_later_entry_is_no_matter() -> None:
    data = file_of(LINES[:2])
    assert len(ledger_file.read(data, openings=[Opening(2, NONCE, RESULT)]).records) == 2


def test_an_opening_must_open() -> None:
    data = file_of(LINES[:4])
    other = entry("result", 2, event=HEX, height=8, result=HEX)
    for opening in (
        Opening(2, NONCE, other),
        Opening(2, bytes(32), RESULT),
        Opening(2, b"", RESULT),
        Opening(3, NONCE, RESULT),
        Opening(-1, NONCE, RESULT),
        Opening(2, NONCE, b"{}"),
    ):
        assert refusal(data, openings=[opening]) == "revealed"


def test_every_changed_byte_is_refused() -> None:
    draw = random.Random(1)
    places = [draw.randrange(len(FILE)) for _ in range(200)]
    for place in [*places, *range(len(FILE) - 300, len(FILE))]:
        changed = bytearray(FILE)
        changed[place] ^= draw.randrange(1, 256)
        with pytest.raises(LedgerError):
            ledger_file.read(bytes(changed))


def test_every_missing_or_added_byte_is_refused() -> None:
    draw = random.Random(2)
    for place in range(0, len(FILE), 3):
        with pytest.raises(LedgerError):
            ledger_file.read(FILE[:place] + FILE[place + 1 :])
        with pytest.raises(LedgerError):
            ledger_file.read(FILE[:place] + bytes([draw.randrange(256)]) + FILE[place:])
    for data in (
        FILE + b"\n",
        FILE + b" ",
        b"\n" + FILE,
        FILE + FILE,
        b"\xef\xbb\xbf" + FILE,
        FILE[:-1],
        b"",
    ):
        with pytest.raises(LedgerError):
            ledger_file.read(data)


def test_lines_keep_their_number_and_order() -> None:
    note = FILE[FILE.index(b"\naward.example") + 1 :]
    swapped = [LINES[0], LINES[1], LINES[2], LINES[3].replace(b"42", b"43"), LINES[4]]
    assert refusal(ledger_file.write(LINES[:4], note)) == "size"
    assert refusal(ledger_file.write([*LINES, LINES[3].replace(b":03:", b":04:")], note)) == "size"
    assert refusal(ledger_file.write(swapped, note)) == "root"
    same_time = [
        opened(),
        entry("letters-queued", 0, batch=1, letter="a", recipients=1),
        entry("letters-queued", 0, batch=2, letter="a", recipients=1),
    ]
    note = file_of(same_time).split(b"}\n")[-1]
    assert refusal(ledger_file.write([same_time[0], same_time[2], same_time[1]], note)) == "root"


def test_a_checkpoint_by_another_key_is_refused() -> None:
    assert refusal(file_of(LINES, seed=bytes(32))) == "checkpoint"
    assert refusal(file_of(LINES, origin="award.example/2027")) == "checkpoint"
    body, signature = FILE.split(b"\n\n")
    assert refusal(body.replace(b"\n5\n", b"\n6\n") + b"\n\n" + signature) == "checkpoint"


@pytest.mark.parametrize(
    ("code", "lines"),
    [
        ("first-entry", LINES[1:]),
        (
            "first-entry",
            [*LINES, entry("log-opened", 9, edition="x", format="anbud-ledger-1", key=KEY, origin=ORIGIN)],
        ),
        ("times", [LINES[0], LINES[3], LINES[1]]),
        ("key", [opened(key="nothing"), LINES[1]]),
        ("key", [opened(origin="award.example/2027"), LINES[1]]),
        ("entry", [LINES[0], LINES[1].replace(b"draft", b"dream")]),
        ("entry", [LINES[0], LINES[1].replace(b'"by"', b' "by"')]),
        ("revealed", [*LINES, REVEALED]),
        ("revealed", [*LINES[:3], ledger_entries.revealed(START + timedelta(minutes=4), 1, NONCE, RESULT)]),
        ("revealed", [*LINES[:3], ledger_entries.revealed(START + timedelta(minutes=4), 3, NONCE, RESULT)]),
        (
            "revealed",
            [*LINES[:3], ledger_entries.revealed(START + timedelta(minutes=4), 2, bytes(32), RESULT)],
        ),
        (
            "revealed",
            [*LINES[:2], ledger_entries.staged(NONCE, RESULT).replace(b":02:", b":03:"), REVEALED],
        ),
    ],
)
def test_signed_but_wrong(code: str, lines: list[bytes]) -> None:
    assert refusal(file_of(lines)) == code


def test_a_reason_names_the_line() -> None:
    with pytest.raises(LedgerError, match="line 3: ") as error:
        ledger_file.read(file_of([*LINES[:2], b'{"kind":"x"}']))
    assert error.value.line == 3
