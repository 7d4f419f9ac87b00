"""The verifier accepts what is right and says what is wrong with what was tampered with."""

from __future__ import annotations

import copy
import json
import os
import random
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.core.belenios import archive
from app.core.belenios.ballots import make_ballot
from app.core.belenios.credentials import random_secret
from app.core.belenios.elections import Question
from app.core.belenios.encoding import canonical, sha256_b64
from app.core.belenios.groups import GENERATOR, deterministic_rng, multiply
from app.core.belenios.proofs import prove_knowledge
from app.core.belenios.results import Result, owned_partial_decryption
from app.core.belenios.tallies import sized_payload
from app.core.belenios.trustees import TrusteeKey, Trustees
from app.core.verify import verify_archive
from tests.core.belenios.made import QUESTIONS, Made, chained, make, rendered, secret

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def made() -> Made:
    return make()


@pytest.fixture
def groups(made):
    return copy.deepcopy(made.groups)


def reasons(data: bytes, **options: object) -> list[tuple[str, str]]:
    """The ids and reasons of what failed, after checking that the exit code fits."""
    report = verify_archive(data, **options)
    assert (report.exit_code == 1) == bool(report.failures())
    return [(check.id, check.details["reason"]) for check in report.failures()]


def of(groups) -> bytes:
    return rendered(chained(groups))


@pytest.mark.parametrize("upto", ["Ballot", "EndBallots", "EncryptedTally", "PartialDecryption", "Result"])
@pytest.mark.parametrize("processes", [1, 2])
def test_an_archive_is_valid_at_every_stage(upto, processes):
    made = make(upto=upto, trustees=2)
    report = verify_archive(made.archive(), processes=processes)
    assert report.exit_code == 0, list(report.lines())
    assert report.summary["ballots"] == 3
    assert report.result == ([[1, 1, 0, 1], [1, 2]] if upto == "Result" else None)


def test_strict_wants_strong_proofs_once_something_is_decrypted(made):
    assert reasons(made.archive(), strict=True) == [("strong-decryption", "no-ledger")]
    assert reasons(make(upto="EncryptedTally").archive(), strict=True) == []
    assert "decryption not strongly proven" in verify_archive(made.archive()).verdict


@pytest.mark.parametrize(
    ("votes", "result"),
    [
        ([], [[0, 0, 0, 0], [0, 0]]),
        ([[[1, 0, 0, 0], [0, 0]]] * 3, [[3, 0, 0, 0], [0, 0]]),
        ([[[0, 1, 0, 0], [1, 1]]] * 4, [[0, 4, 0, 0], [4, 4]]),
    ],
)
def test_results_at_the_edges(votes, result):
    report = verify_archive(make(votes=votes).archive())
    assert (report.exit_code, report.result) == (0, result)


def test_weights():
    report = verify_archive(make(weights=[2, 3, 5, 7], trustees=2).archive())
    assert (report.exit_code, report.result) == (0, [[3, 2, 0, 5], [2, 7]])


# What an attacker without the hash chain can do


def test_any_changed_byte_is_rejected(made):
    data = made.archive()
    rng = random.Random(1)  # the whole bar of 1,000 changes is bench/tamper.py
    for _ in range(150):
        place = rng.randrange(len(data))
        changed = bytearray(data)
        changed[place] ^= 1 << rng.randrange(8)
        report = verify_archive(bytes(changed))
        assert report.exit_code in (1, 2), place


@settings(max_examples=30, deadline=None)
@given(st.data())
def test_every_byte_of_header_and_padding_counts(made, data):
    content = make(upto="EndBallots", votes=[]).archive()
    changed = bytearray(content)
    changed[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    assert bytes(changed) == content or verify_archive(bytes(changed)).exit_code in (1, 2)


def test_truncated_files(made):
    data = made.archive()
    assert reasons(data[:-1])[0] == ("archive", "truncated")
    assert reasons(data[: -512 - 1])[0] == ("archive", "truncated")
    records = made.records()
    without_last_event = b"".join(archive.render(1, records[:-1]))
    assert reasons(without_last_event)[0] == ("archive", "truncated")
    assert verify_archive(b"").exit_code == 2
    assert reasons(archive.render_header(1))[0] == ("archive", "truncated")


def test_what_is_no_archive_cannot_be_read(tmp_path):
    for content in (b"hello", b"x" * 5000, b"PK\x03\x04" + bytes(3000)):
        assert verify_archive(content).exit_code == 2
    assert verify_archive(tmp_path / "missing.bel").exit_code == 2
    assert verify_archive(tmp_path).exit_code == 2


def test_dropped_repeated_and_moved_ballots_break_the_chain(made):
    records = made.records()
    # Setup takes five records, every ballot two.
    dropped = records[:7] + records[9:]
    repeated = records[:7] + records[5:7] + records[7:]
    moved = records[:5] + records[7:9] + records[5:7] + records[9:]
    for tampered in (dropped, repeated, moved):
        assert reasons(rendered(tampered)) == [("archive", "broken-chain")]


def test_data_without_an_event_and_events_without_data(made):
    records = made.records()
    extra = archive.Record("data", b'"extra"')
    assert reasons(rendered([*records[:5], extra, *records[5:]]))[0] == ("archive", "unreferenced-data")
    assert reasons(rendered([*records, extra]))[0] == ("archive", "truncated")
    assert reasons(rendered(records[:5] + records[6:]))[0] == ("archive", "missing-data")


# What an attacker who chains everything again can do


def test_a_ballot_dropped_or_added_with_a_new_chain_shows_in_the_tally(made, groups):
    assert reasons(of(groups[:2] + groups[3:])) == [("encrypted-tally", "wrong-count")]
    fourth = make_ballot(made.election, secret(3), [[0, 0, 1, 0], [0, 0]])
    assert reasons(of([*groups[:4], ("Ballot", [fourth]), *groups[4:]])) == [
        ("encrypted-tally", "wrong-count")
    ]
    replaced = make_ballot(made.election, secret(0), [[0, 0, 1, 0], [0, 0]])
    assert reasons(of([groups[0], ("Ballot", [replaced]), *groups[2:]])) == [
        ("encrypted-tally", "wrong-tally")
    ]


def test_a_repeated_ballot_with_a_new_chain(groups):
    assert reasons(of([*groups[:4], groups[1], *groups[4:]])) == [("archive", "repeated-ballot")]


def test_a_second_ballot_of_a_credential(made, groups):
    second = make_ballot(made.election, secret(0), [[0, 0, 1, 0], [0, 0]])
    found = reasons(of([*groups[:4], ("Ballot", [second]), *groups[4:]]))
    assert found == [("one-ballot-each", "second-ballot")]


def test_events_out_of_place(groups):
    assert reasons(of([*groups[:4], *groups[5:]]))[0] == ("archive", "wrong-event")
    assert reasons(of([*groups[:5], groups[1], *groups[5:]]))[0] == ("archive", "wrong-event")
    assert reasons(of([*groups, groups[4]]))[0] == ("archive", "wrong-event")
    assert reasons(of(groups[1:]))[0] == ("archive", "wrong-event")
    assert reasons(of([*groups[:4], ("EndBallots", [b'"payload"']), *groups[5:]]))[0] == (
        "archive",
        "bad-event",
    )


def _with_ballot(groups, ballot: bytes) -> bytes:
    return of([groups[0], ("Ballot", [ballot]), *groups[2:4]])


def test_ballots_that_are_not_canonical(made, groups):
    value = json.loads(made.ballots[0])
    spaced = json.dumps(value, separators=(", ", ":")).encode()
    extra = canonical({**value, "extra": 1})
    reordered = canonical(dict(reversed(value.items())))
    repeated = made.ballots[0][:-1] + b',"signature":' + canonical(value["signature"]) + b"}"
    escaped = made.ballots[0].replace(b"challenge", b"\\u0063hallenge", 1)
    for tampered, reason in (
        (spaced, "not-canonical"),
        (extra, "wrong-shape"),
        (reordered, "not-canonical"),
        (repeated, "not-canonical"),
        (escaped, "not-canonical"),
        (made.ballots[0] + b"\n", "not-canonical"),
        (b"no json", "not-json"),
    ):
        assert reasons(_with_ballot(groups, tampered)) == [("ballots", reason)]


def _signed(made: Made, value: dict) -> bytes:
    """The ballot `value` with a signature that fits it."""
    from app.core.belenios.credentials import secret_scalar

    value = {key: part for key, part in value.items() if key != "signature"}
    digest = sha256_b64(canonical(value))
    proof = prove_knowledge(
        f"sig|{digest}", secret_scalar(secret(0), made.election.uuid), deterministic_rng(b"s")
    )
    return canonical({**value, "signature": {"hash": digest, "proof": proof.value()}})


def _swap(value, *path):
    """Adds 1 to the challenge at `path`."""
    for key in path:
        value = value[key]
    value["challenge"] = str((int(value["challenge"]) + 1) % 2**252)


def test_ballots_with_wrong_proofs(made, groups):
    cases = {
        "proof-individual": ("answers", 0, "individual_proofs", 1, 0),
        "proof-overall": ("answers", 0, "overall_proof", 0),
        "proof-blank": ("answers", 0, "blank_proof", 1),
    }
    for reason, path in cases.items():
        value = json.loads(made.ballots[0])
        _swap(value, *path)
        assert reasons(_with_ballot(groups, canonical(value))) == [("ballots", "signature-hash")]
        assert reasons(_with_ballot(groups, _signed(made, value))) == [("ballots", reason)]
    value = json.loads(made.ballots[0])
    _swap(value, "signature", "proof")
    assert reasons(_with_ballot(groups, canonical(value))) == [("ballots", "signature")]


def test_ballots_by_strangers_and_for_other_elections(made, groups):
    stranger = make_ballot(made.election, random_secret(), [[0, 0, 1, 0], [0, 0]])
    assert reasons(_with_ballot(groups, stranger)) == [("ballots", "unknown-credential")]
    other = make(questions=(*QUESTIONS[:1], Question("Annan", ("A", "B"), 0, 2)))
    assert reasons(_with_ballot(groups, other.ballots[0])) == [("ballots", "wrong-election")]


def test_numbers_and_elements_that_are_not_reduced(made, groups):
    from app.core.belenios.groups import Q

    value = json.loads(made.ballots[0])
    proof = value["answers"][0]["overall_proof"][0]
    proof["response"] = str(int(proof["response"]) + Q)
    assert reasons(_with_ballot(groups, _signed(made, value))) == [("ballots", "bad-scalar")]
    for element in ("7" + "f" * 61 + "ec", "f" * 64, "0" * 64):
        value = json.loads(made.ballots[0])
        value["answers"][0]["choices"][0]["alpha"] = element
        assert reasons(_with_ballot(groups, _signed(made, value))) == [("ballots", "bad-element")]


def test_wrong_tallies(made, groups):
    tally = made.tally
    rows = [[item.value() for item in row] for row in tally.ciphertexts]
    rows[0][0]["beta"] = multiply(tally.ciphertexts[0][0].beta, GENERATOR).hex()
    payload = canonical(rows)
    wrong = [payload, sized_payload(3, 3, archive.sha256_hex(payload))]
    found = reasons(of([*groups[:5], ("EncryptedTally", wrong)]))
    assert found == [("encrypted-tally", "wrong-tally")]
    sized = [tally.payload, sized_payload(4, 4, tally.hash)]
    assert reasons(of([*groups[:5], ("EncryptedTally", sized)])) == [("encrypted-tally", "wrong-count")]
    other = [tally.payload, sized_payload(3, 3, "0" * 64)]
    assert reasons(of([*groups[:5], ("EncryptedTally", other)]))[0] == ("archive", "missing-data")


def test_wrong_decryptions(made, groups):
    value = json.loads(made.partials[1])
    _swap(value, "decryption_proofs", 0, 0)
    payload = canonical(value)
    wrong = ("PartialDecryption", [payload, owned_partial_decryption(1, payload)])
    assert reasons(of([*groups[:6], wrong, groups[7]])) == [("decryptions", "decryption-proof")]
    for owner in (0, 2):
        moved = ("PartialDecryption", [made.partials[1], owned_partial_decryption(owner, made.partials[1])])
        assert reasons(of([*groups[:6], moved])) == [("decryptions", "decryption-owner")]


def test_a_missing_trustee():
    made = make(trustees=2)
    assert reasons(of([*made.groups[:7], made.groups[8]])) == [("result", "missing-decryption")]
    assert reasons(of([*made.groups[:6], made.groups[7], made.groups[6]])) == []


def test_a_wrong_result(groups):
    wrong = ("Result", [Result.of([[1, 1, 1, 0], [1, 2]]).payload])
    assert reasons(of([*groups[:7], wrong])) == [("result", "wrong-result")]


@pytest.mark.parametrize("counts", [[[0, 3, 1, 0], [1, 2]], [[1, 0, 0, 1], [1, 2]], [[1, 1, 0, 1], [1, 4]]])
def test_a_result_that_ballots_do_not_allow(groups, counts):
    found = reasons(of([*groups[:7], ("Result", [Result.of(counts).payload])]))
    assert ("result-possible", "impossible-result") in found


@pytest.mark.parametrize(
    "payload",
    [b'{"result":[[1,1,0,1]]}', b'{"result":[["1",1,0,1],[1,2]]}', b'{"result":[[1,1,0,-1],[1,2]]}'],
)
def test_a_result_of_another_shape(groups, payload):
    assert reasons(of([*groups[:7], ("Result", [payload])]))[0][0] == "archive"


def test_wrong_keys(made, groups):
    election, trustees, credentials, _ = groups[0][1]

    def setup(*parts: bytes) -> list:
        hashes = [archive.sha256_hex(part) for part in parts]
        return [("Setup", [*parts, archive.setup_payload(*hashes)])]

    other = Trustees.build([TrusteeKey.generate().public]).payload
    assert reasons(of(setup(election, other, credentials))) == [("trustees", "election-key")]
    value = json.loads(trustees)
    _swap(value, 0, 1, "pok")
    assert reasons(of(setup(election, canonical(value), credentials))) == [("trustees", "trustee-pok")]
    listed = json.loads(credentials)
    assert (
        reasons(of(setup(election, trustees, canonical([*listed, listed[0]]))))[0][1] == "repeated-credential"
    )
    assert reasons(of(setup(election, trustees, canonical([f"{listed[0]},1,anna"]))))[0][1] == "bad-weight"
    assert reasons(of(setup(election, trustees, canonical(["f" * 64]))))[0][1] == "bad-element"


def test_a_group_that_is_not_ours_is_not_read(made, groups):
    value = json.loads(groups[0][1][0])
    for key, wrong in (("group", "BELENIOS-2048"), ("version", 2)):
        election = canonical({**value, key: wrong})
        setup = archive.setup_payload(*(archive.sha256_hex(part) for part in (election, *groups[0][1][1:3])))
        report = verify_archive(of([("Setup", [election, *groups[0][1][1:3], setup])]))
        assert report.exit_code == 2
        assert "not supported" in report.verdict


def test_the_command(made, tmp_path):
    file = tmp_path / "election.bel"
    file.write_bytes(made.archive())

    def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "app.core.verify", *arguments], cwd=ROOT, capture_output=True, text=True,
            env={**os.environ, **environment}, timeout=60, check=False,
        )  # fmt: skip

    plain = run(str(file))
    assert plain.returncode == 0
    assert "VALID as a Belenios archive; decryption not strongly proven" in plain.stdout
    assert "ok   encrypted-tally: " in plain.stdout
    assert "result of question 1: 1, 1, 0, 1" in plain.stdout
    assert run(str(file), "--strict").returncode == 1
    bare = run(str(file), "--json", BELENIOS_BACKEND="python")
    report = json.loads(bare.stdout)
    assert (report["exit_code"], report["result"]) == (0, [[1, 1, 0, 1], [1, 2]])
    file.write_bytes(made.archive()[:-5])
    assert run(str(file)).returncode == 1
    assert run(str(tmp_path / "missing.bel")).returncode == 2
    assert run(str(file), "--ledger", str(tmp_path / "missing")).returncode == 2


def test_names_cannot_command_a_terminal():
    made = make(questions=QUESTIONS)
    election = json.loads(made.election.payload)
    election["name"] = "\x1b[2J\x9bOK\x07"
    parts = [canonical(election), *made.groups[0][1][1:3]]
    setup = archive.setup_payload(*(archive.sha256_hex(part) for part in parts))
    lines = "".join(verify_archive(of([("Setup", [*parts, setup])])).lines())
    assert "\x1b" not in lines
    assert "\x9b" not in lines


@pytest.mark.parametrize("backend", ["", "python"])
def test_the_verifier_needs_nothing_but_python(backend):
    code = (
        "import app.core.verify, sys; "
        "print(sorted({name.split('.')[0] for name in sys.modules} & "
        "{'flask', 'sqlalchemy', 'itsdangerous', 'werkzeug', 'cryptography'}))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True,
        env={**os.environ, "BELENIOS_BACKEND": backend},
    )  # fmt: skip
    assert done.stdout.strip() == "[]"


ODD = st.sampled_from(
    [
        None,
        True,
        False,
        0,
        1,
        -1,
        2**31,
        10**30,
        "",
        "0",
        "1",
        "x",
        [],
        {},
        [[]],
        [{}],
        "0" * 64,
        "f" * 64,
        "\x00",
    ]
)


def _nodes(value, path=()):
    yield path
    children = (
        value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    )
    for key, child in children:
        yield from _nodes(child, (*path, key))


def _replaced(value, path, new):
    if not path:
        return new
    copied = copy.copy(value)
    copied[path[0]] = _replaced(value[path[0]], path[1:], new)
    return copied


@settings(max_examples=80, deadline=None)
@given(st.data())
def test_no_content_makes_the_verifier_fail(made, data):
    groups = copy.deepcopy(made.groups)
    number = data.draw(st.sampled_from([0, 1, 5, 6, 7]))
    kind, contents = groups[number]
    index = data.draw(st.integers(0, len(contents) - 1))
    value = json.loads(contents[index])
    path = data.draw(st.sampled_from(list(_nodes(value))))
    old = contents[index]
    contents[index] = canonical(_replaced(value, path, data.draw(ODD)))
    if index < len(contents) - 1:  # the payload names what was changed
        contents[-1] = contents[-1].replace(
            archive.sha256_hex(old).encode(), archive.sha256_hex(contents[index]).encode()
        )
    report = verify_archive(of(groups))
    assert contents[index] == old or report.exit_code in (1, 2), (kind, path)
