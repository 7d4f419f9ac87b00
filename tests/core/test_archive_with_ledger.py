"""A whole year's archive with its ledger verifies; each way of tampering is rejected, and says why."""

from __future__ import annotations

import os
import random
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from app.core import ledger_entries, ledger_file
from app.core.report import EXIT_INVALID, EXIT_VALID, Report
from app.core.verify import verify_archive
from tests.core.award_year import (
    CASTS,
    SECOND,
    SECRETARY,
    SERVER,
    Step,
    by_two,
    file_of,
    ledger_of,
    lines_of,
    year,
)

YEAR = year()
LEDGER = ledger_of(YEAR.steps)
HEX = "ab" * 32
OTHER_PERSON = {"role": "juror", "who": HEX}
VOIDED = YEAR.publics[5]
CORRECTED = Step("address-corrected", {"by": SECRETARY, "second": SECOND, "voter": "7e" * 32})
ADDED = Step("voter-added", {"by": SECRETARY, "second": SECOND, "voter": "7f" * 32})


def activated(old: str | None = None) -> Step:
    said = {"box_height": 2, "by": SECRETARY, "new": YEAR.spares[1], "old": old, "second": SECOND}
    return Step("ballot-activated", said)


ADDED_YEAR = replace(
    YEAR, steps=YEAR.before("letters-queued", by_two("add-voter", "came-late"), ADDED, activated())
)
"""The same year, with a voter who was added and did not vote."""


def verify(ledger: bytes, archive: bytes = YEAR.archive, **options: Any) -> Report:
    return verify_archive(archive, ledger, **({"strict": True} | options))


def reasons(report: Report) -> dict[str, str]:
    return {check.id: check.details["reason"] for check in report.failures()}


def status(report: Report, check_id: str) -> str:
    return next(check.status for check in report.checks if check.id == check_id)


def frozen(casts: Any) -> tuple[Any, ...]:
    return tuple((kind, number, frozenset(first), frozenset(second)) for kind, number, first, second in casts)


def test_the_whole_year_is_valid_and_strongly_proven() -> None:
    report = verify(LEDGER)
    assert report.exit_code == EXIT_VALID, list(report.lines())
    assert {c.id for c in report.checks if c.status != "passed"} == set()
    assert "strongly proven" in report.verdict


def test_while_the_vote_is_open() -> None:
    report = verify(ledger_of(YEAR.until("box-head", 2)), YEAR.open_archive, strict=False)
    assert report.exit_code == EXIT_VALID, list(report.lines())
    heads = next(check for check in report.checks if check.id == "ledger-box-heads")
    assert "1 later events are not in the ledger yet" in heads.text

    later = verify(ledger_of(YEAR.until("encrypted-tally")), YEAR.open_archive, strict=False)
    assert reasons(later) == {"ledger-box-heads": "archive-behind"}


def test_before_publication_the_public_archive_is_valid_so_far() -> None:
    lines, hidden = lines_of(YEAR.until("published"))
    report = verify(file_of(lines), YEAR.public_archive, strict=False)
    assert report.exit_code == EXIT_VALID, list(report.lines())
    assert status(report, "ledger-staged") == status(report, "strong-decryption") == "skipped"

    for_the_jury = verify(file_of(lines), openings=hidden)
    assert for_the_jury.exit_code == EXIT_VALID, list(for_the_jury.lines())
    assert status(for_the_jury, "strong-decryption") == status(for_the_jury, "ledger-sign-offs") == "passed"


def test_when_the_tally_runs_the_verifier_there_is_no_report_yet() -> None:
    lines, hidden = lines_of(YEAR.until("report-made"))
    report = verify(file_of(lines), openings=hidden)
    assert report.exit_code == EXIT_VALID, list(report.lines())
    assert status(report, "ledger-report") == status(report, "ledger-sign-offs") == "skipped"


def test_without_the_ledger_the_decryption_is_not_strongly_proven() -> None:
    assert verify_archive(YEAR.archive).exit_code == EXIT_VALID
    assert "not strongly proven" in verify_archive(YEAR.archive).verdict
    assert verify_archive(YEAR.archive, strict=True).exit_code == EXIT_INVALID


def test_every_changed_byte_of_the_ledger_is_rejected() -> None:
    draw = random.Random(3)
    for _ in range(200):
        changed = bytearray(LEDGER)
        changed[draw.randrange(len(LEDGER))] ^= draw.randrange(1, 256)
        with pytest.raises(ledger_file.LedgerError):
            ledger_file.read(bytes(changed))
    report = verify(bytes(changed))
    assert report.exit_code == EXIT_INVALID
    assert {check.id for check in report.failures()} <= {
        "ledger-format",
        "ledger-checkpoint",
        "strong-decryption",
    }


def test_lines_dropped_or_re_ordered_are_rejected() -> None:
    lines, _ = lines_of(YEAR.steps)
    note = LEDGER[LEDGER.index(b"\naward.example") + 1 :]
    letters = YEAR.find("letters-queued")
    for place in range(len(lines)):
        short = ledger_file.write([*lines[:place], *lines[place + 1 :]], note)
        with pytest.raises(ledger_file.LedgerError):
            ledger_file.read(short)
    assert verify(short).exit_code == EXIT_INVALID
    swapped = [*lines]
    swapped[letters], swapped[letters + 1] = lines[letters + 1], lines[letters]
    assert reasons(verify(ledger_file.write(swapped, note)))["ledger-format"] == "times"
    again = [*lines[: letters + 1], *lines[letters:]]
    assert reasons(verify(ledger_file.write(again, note)))["ledger-checkpoint"] == "size"


def test_a_forged_checkpoint_is_rejected() -> None:
    lines, _ = lines_of(YEAR.steps)
    assert reasons(verify(file_of(lines, seed=bytes(32))))["ledger-checkpoint"] == "checkpoint"


def letters(number: int) -> Step:
    return Step("letters-queued", {"batch": number, "letter": "ballot", "recipients": 1})


def recounted(outcome: dict[str, Any]) -> tuple[Step, ...]:
    made = YEAR.steps[YEAR.find("count-made", 0)].data
    return YEAR.changed("count-made", 0, outcome=made["outcome"] | outcome)


def staying_in(phase: str) -> tuple[Step, ...]:
    """The year without any move out of *phase*, or after it."""
    moves = [place for place, step in enumerate(YEAR.steps) if step.kind == "phase-moved"]
    first = next(place for place in moves if YEAR.steps[place].data["from"] == phase)
    return tuple(step for place, step in enumerate(YEAR.steps) if step.kind != "phase-moved" or place < first)


def closed_early() -> tuple[Step, ...]:
    """The head of the closed box stands in the ledger before the deadline, the move to the count after it."""
    place, before = YEAR.find("box-head", 2), YEAR.find("letters-queued")
    steps = list(YEAR.steps)
    steps.insert(before, steps.pop(place))
    return tuple(steps)


def unsigned() -> tuple[Step, ...]:
    """Published, on record, without any signature."""
    return tuple(
        Step(step.kind, step.data | {"sign_offs": 0}) if step.kind == "published" else step
        for step in YEAR.steps
        if step.kind != "signed-off"
    )


@pytest.mark.parametrize(
    ("steps", "expected"),
    [
        # the box
        (YEAR.changed("box-head", 1, head=HEX), {"ledger-box-heads": "box-head"}),
        (YEAR.changed("box-head", 1, ballots=1), {"ledger-box-heads": "box-head"}),
        (YEAR.changed("box-head", -1, height=11), {"ledger-box-heads": "archive-behind"}),
        (YEAR.without("box-head", -1), {"ledger-box-heads": "box-head"}),
        (YEAR.changed("ballot-voided", 0, box_height=1), {"ledger-box-heads": "height-back"}),
        # credentials
        (YEAR.without("ballot-activated"), {"ledger-credentials": "not-activated", "ledger-changes": "act-without-work"}),
        (YEAR.changed("ballot-activated", 0, new=YEAR.spares[1]), {"ledger-credentials": "not-activated"}),
        (YEAR.changed("ballot-activated", 0, new=YEAR.publics[4]), {"ledger-credentials": "not-a-spare"}),
        (YEAR.changed("ballot-activated", 0, old=YEAR.publics[4]), {"ledger-credentials": "not-voided"}),
        (YEAR.changed("ballot-activated", 0, box_height=5), {"ledger-credentials": "before-activation"}),
        (YEAR.changed("ballot-voided", 0, credential=YEAR.publics[0]), {"ledger-credentials": "not-voided"}),
        (YEAR.changed("ballot-voided", 0, credential=HEX), {"ledger-credentials": "void-unknown"}),
        (YEAR.before("letters-queued", YEAR.steps[YEAR.find("ballot-voided")]), {"ledger-credentials": "voided-twice"}),
        (
            YEAR.before("letters-queued", YEAR.steps[YEAR.find("ballot-activated")]),
            {"ledger-credentials": "activated-twice"},
        ),
        (
            YEAR.before(
                "letters-queued",
                Step("ballot-voided", {"box_height": 2, "by": SERVER, "credential": YEAR.publics[0], "second": None}),
            ),
            {"ledger-credentials": "voided"},
        ),
        # what two people decide
        (YEAR.without("two-person-act"), {"ledger-changes": "no-two-people"}),
        (YEAR.changed("two-person-act", 0, act="add-voter"), {"ledger-changes": "no-two-people"}),
        (YEAR.changed("two-person-act", 0, act="correct-address"), {"ledger-changes": "no-two-people"}),
        (YEAR.changed("ballot-voided", 0, second=None), {"ledger-changes": "other-people"}),
        (YEAR.changed("ballot-voided", 0, second=SECRETARY["who"]), {"ledger-changes": "other-people"}),
        (YEAR.changed("ballot-activated", 0, by=OTHER_PERSON), {"ledger-changes": "other-people"}),
        (YEAR.before("ballot-voided", by_two("replace-ballot", "lost")), {"ledger-changes": "act-without-work"}),
        (YEAR.before("published", by_two("correct-address", "bounced")), {"ledger-changes": "act-without-work"}),
        (YEAR.before("letters-queued", CORRECTED), {"ledger-changes": "no-two-people"}),
        # voters added
        (ADDED_YEAR.without("voter-added"), {"ledger-roll": "nobody-added", "ledger-changes": "no-two-people"}),
        (
            ADDED_YEAR.without("ballot-activated", 1),
            {"ledger-roll": "added-without-ballot", "ledger-changes": "act-without-work"},
        ),
        (
            ADDED_YEAR.before("letters-queued", by_two("add-voter", "came-late"), ADDED),
            {"ledger-roll": "added-twice", "ledger-changes": "act-without-work"},
        ),
        (ADDED_YEAR.changed("ballot-activated", 1, old=YEAR.publics[5]), {"ledger-credentials": "not-voided"}),
        (ADDED_YEAR.changed("ballot-activated", 1, new=YEAR.spares[0]), {"ledger-credentials": "activated-twice"}),
        # set-up
        (YEAR.changed("credentials-issued", 0, setup=HEX), {"ledger-setup": "other-setup"}),
        (YEAR.changed("credentials-issued", 0, credentials=HEX), {"ledger-setup": "other-setup"}),
        (YEAR.changed("credentials-issued", 0, election="a" * 43), {"ledger-setup": "other-setup"}),
        (
            YEAR.changed("credentials-issued", 0, spares=sorted(YEAR.spares)[:1]),
            {"ledger-setup": "unexplained-credentials"},
        ),
        (YEAR.changed("credentials-issued", 0, spares=[HEX, HEX]), {"ledger-setup": "spares"}),
        (YEAR.changed("credentials-issued", 0, voters=7), {"ledger-roll": "roll-count"}),
        (YEAR.changed("roll-frozen", 0, voters=4), {"ledger-roll": "roll-count"}),
        (YEAR.without("roll-frozen"), {"ledger-roll": "no-roll"}),
        (YEAR.without("credentials-issued"), {"ledger-setup": "no-credentials"}),
        (
            YEAR.before("credentials-issued", YEAR.steps[YEAR.find("credentials-issued")]),
            {"ledger-setup": "credentials-twice"},
        ),
        (YEAR.without("key-made", 1), {"ledger-keys": "unknown-key"}),
        (
            YEAR.before(
                "letters-queued",
                Step(
                    "two-person-act",
                    {"act": "open-without-jury-keys", "first": HEX, "reason": "Ingen jury.", "second": HEX},
                ),
            ),
            {"ledger-keys": "one-person"},
        ),
        (YEAR.without("ballot-defined"), {"ledger-ballot": "no-rules"}),
        (YEAR.before("letters-queued", YEAR.steps[YEAR.find("ballot-defined")]), {"ledger-ballot": "rules-changed"}),
        # the year
        (YEAR.without("phase-moved", 0), {"ledger-phases": "phase"}),
        (YEAR.changed("phase-moved", -1, to="draft"), {"ledger-phases": "phase"}),
        (YEAR.changed("deadline-extended", 0, to="2026-01-12T08:00:14Z"), {"ledger-phases": "deadline"}),
        (YEAR.changed("deadline-extended", 0, to="2026-01-12T09:00:00Z"), {"ledger-phases": "deadline"}),
        (
            YEAR.changed("deadline-extended", 0, **{"from": "2026-01-12T08:00:16Z"}),
            {"ledger-phases": "deadline"},
        ),
        (
            YEAR.before("letters-queued", YEAR.steps[YEAR.find("deadlines-set")]),
            {"ledger-phases": "deadline"},
        ),
        (staying_in("voting"), {"ledger-phases": "phase"}),
        (staying_in("review"), {"ledger-phases": "phase"}),
        (closed_early(), {"ledger-phases": "deadline"}),
        (
            YEAR.changed("deadlines-set", 0, deadlines={"nominations": None, "voting": None}),
            {"ledger-phases": "deadline"},
        ),
        # the count
        (YEAR.changed("encrypted-tally", 0, ballots=4), {"ledger-tally": "count"}),
        (YEAR.changed("encrypted-tally", 0, encrypted_tally=HEX), {"ledger-tally": "other-tally"}),
        (YEAR.changed("encrypted-tally", 0, event=HEX), {"ledger-tally": "other-event"}),
        (YEAR.without("encrypted-tally"), {"ledger-tally": "no-encrypted-tally"}),
        (YEAR.without("strong-decryption", 0), {"strong-decryption": "missing-proof"}),
        (YEAR.changed("strong-decryption", 1, owner=1), {"strong-decryption": "wrong-proof"}),
        (YEAR.changed("strong-decryption", 1, owner=3), {"strong-decryption": "no-partial"}),
        (YEAR.changed("strong-decryption", 1, encrypted_tally=HEX), {"strong-decryption": "wrong-proof"}),
        (YEAR.changed("result", 0, result=HEX), {"ledger-result": "other-result"}),
        (YEAR.changed("result", 0, height=9), {"ledger-result": "other-event"}),
        (YEAR.without("result"), {"ledger-result": "no-result"}),
        (recounted({"winners": [1]}), {"ledger-counts": "wrong-count"}),
        (recounted({"blanks": 0}), {"ledger-counts": "wrong-count"}),
        (YEAR.changed("count-made", 0, tie="jury"), {"ledger-counts": "tie-rule"}),
        (YEAR.changed("tie-decided", 0, winners=[2]), {"ledger-counts": "wrong-tie"}),
        (YEAR.changed("tie-decided", 0, winners=[1]), {"ledger-counts": "wrong-count"}),
        (YEAR.without("tie-decided"), {"ledger-counts": "wrong-count"}),
        (YEAR.changed("tie-decided", 0, question=0, winners=[0]), {"ledger-counts": "wrong-tie"}),
        (YEAR.without("count-made", 2), {"ledger-counts": "wrong-count"}),
        (YEAR.without("count-made", 0), {"ledger-counts": "no-count"}),
        # the review
        (YEAR.changed("report-made", 0, archive=HEX), {"ledger-report": "other-archive"}),
        (YEAR.changed("report-made", 0, verdict="invalid"), {"ledger-report": "not-valid"}),
        (YEAR.without("report-made"), {"ledger-report": "no-report"}),
        (YEAR.changed("signed-off", 0, report=HEX), {"ledger-sign-offs": "other-report"}),
        (
            YEAR.changed("signed-off", 1, by=YEAR.steps[YEAR.find("signed-off", 0)].data["by"]),
            {"ledger-sign-offs": "signed-twice"},
        ),
        (YEAR.changed("signed-off", 1, by=SECRETARY), {"ledger-sign-offs": "nobody"}),
        (YEAR.without("signed-off", 1), {"ledger-sign-offs": "count"}),
        (YEAR.without("objected"), {"ledger-sign-offs": "count"}),
        (unsigned(), {"ledger-sign-offs": "no-signature"}),
        (YEAR.changed("published", 0, archive=HEX), {"ledger-sign-offs": "other-report"}),
        (
            YEAR.before("published", Step("recount-made", {"by": SECRETARY, "number": 1, "reason": "Igen."}, staged=True)),
            {"ledger-sign-offs": "count"},
        ),
        (
            YEAR.before("phase-moved", Step("objected", YEAR.steps[YEAR.find("objected")].data, staged=True), number=-1),
            {"ledger-staged": "still-hidden"},
        ),
        (YEAR.without("published"), {"ledger-phases": "phase"}),
    ],
)  # fmt: skip
def test_a_signed_ledger_that_contradicts_the_archive(
    steps: tuple[Step, ...], expected: dict[str, str]
) -> None:
    report = verify(ledger_of(steps))
    assert report.exit_code == EXIT_INVALID
    found = reasons(report)
    assert expected.items() <= found.items(), found


def test_a_voter_who_was_added_is_accounted_for() -> None:
    report = verify(ledger_of(ADDED_YEAR.steps))
    assert report.exit_code == EXIT_VALID, list(report.lines())
    said = {check.id: check.text for check in report.checks}
    assert "6 voters and 1 added later" in said["ledger-roll"]
    assert "each of 2 changes" in said["ledger-changes"]


def test_an_address_is_corrected_by_two_alone_or_with_a_new_ballot() -> None:
    for steps in (
        YEAR.before("letters-queued", by_two("correct-address", "bounced"), CORRECTED),
        YEAR.before("ballot-voided", CORRECTED),
    ):
        report = verify(ledger_of(steps))
        assert report.exit_code == EXIT_VALID, list(report.lines())


def test_seven_ballots_from_a_roll_of_six_need_a_voter_who_was_added() -> None:
    more = frozen((*CASTS[:4], ("voter", 4, {0}, {0}), CASTS[4], ("spare", 1, {0}, {0})))
    other = year(more)
    with_them = replace(
        other, steps=other.before("letters-queued", by_two("add-voter", "came-late"), ADDED, activated())
    )
    assert verify(ledger_of(with_them.steps), other.archive).exit_code == EXIT_VALID
    replaced = other.before("letters-queued", activated(), number=0)
    assert "ledger-roll" in reasons(verify(ledger_of(replaced), other.archive))


def test_what_was_changed_before_the_ballots_were_made_anew_counts_no_more() -> None:
    """Prepared, a voter added, back to the shortlist, prepared again: the voter is on the new roll."""
    gone = ["ab" * 32, "cd" * 32]
    issued = YEAR.steps[YEAR.find("credentials-issued")].data
    before = (
        Step("credentials-issued", issued | {"credentials": HEX, "spares": gone}),
        by_two("add-voter", "came-late"),
        ADDED,
        Step(
            "ballot-activated",
            {"box_height": 0, "by": SECRETARY, "new": gone[0], "old": None, "second": SECOND},
        ),
        Step("credentials-destroyed", {"by": SECRETARY, "credentials": HEX, "reason": "Tillbaka."}),
    )
    report = verify(ledger_of(YEAR.before("credentials-issued", *before)))
    for check in ("ledger-credentials", "ledger-roll", "ledger-changes"):
        assert status(report, check) == "passed", list(report.lines())


@pytest.mark.parametrize(
    ("casts", "expected"),
    [
        ((*CASTS, ("voter", 5, {0}, {0})), {"ledger-credentials": "voided"}),
        ((*CASTS, ("spare", 1, {0}, {0})), {"ledger-credentials": "not-activated"}),
        ((CASTS[0], CASTS[4], *CASTS[1:4]), {"ledger-credentials": "before-activation"}),
        (
            (*CASTS, ("voter", 4, {0}, {0}), ("spare", 1, {0}, {0})),
            {"ledger-credentials": "not-activated", "ledger-roll": "more-ballots-than-voters"},
        ),
        ((*CASTS[:3], CASTS[4]), {}),
    ],
)  # fmt: skip
def test_ballots_by_credentials_that_may_not_vote(casts: Any, expected: dict[str, str]) -> None:
    other = year(frozen(casts))
    report = verify(ledger_of(other.steps), other.archive)
    assert reasons(report) == expected


def test_an_archive_of_another_year_does_not_fit() -> None:
    other = year(frozen(CASTS[:4]))
    found = reasons(verify(LEDGER, other.archive))
    assert found["ledger-box-heads"] in ("box-head", "archive-behind")
    assert {"ledger-tally", "ledger-report"} <= found.keys()


def test_revealed_entries_need_a_publication() -> None:
    lines, hidden = lines_of(YEAR.until("published"))
    first = hidden[0]
    lines.append(
        ledger_entries.revealed(ledger_entries.read(lines[-1]).at, first.height, first.nonce, first.entry)
    )
    report = verify(file_of(lines), openings=hidden[1:])
    assert reasons(report) == {"ledger-staged": "revealed-early"}


@pytest.mark.parametrize(
    ("archive", "ledger", "code"),
    [
        (YEAR.archive, LEDGER, 0),
        (YEAR.archive, ledger_of(YEAR.without("strong-decryption")), 1),
        (YEAR.archive, LEDGER.replace(b"reminder", b"remindes", 1), 1),
    ],
)
def test_as_a_command_without_pynacl(tmp_path: Path, archive: bytes, ledger: bytes, code: int) -> None:
    (tmp_path / "year.bel").write_bytes(archive)
    (tmp_path / "ledger.txt").write_bytes(ledger)
    command = [sys.executable, "-m", "app.core.verify", "year.bel", "--ledger", "ledger.txt", "--strict"]
    environment = os.environ | {"BELENIOS_BACKEND": "python", "PYTHONPATH": str(Path(__file__).parents[2])}
    done = subprocess.run(
        command, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=100, check=False
    )
    assert done.returncode == code, done.stdout + done.stderr
    assert "award.example/liggare/2026+" in done.stdout or code


def test_strict_is_not_content_with_proofs_that_stay_hidden() -> None:
    lines, _hidden = lines_of(YEAR.until("published"))
    lax = verify(file_of(lines), strict=False)
    assert (lax.exit_code, status(lax, "strong-decryption")) == (EXIT_VALID, "skipped")
    assert "not strongly proven" in lax.verdict
    report = verify(file_of(lines))
    assert (report.exit_code, reasons(report)) == (EXIT_INVALID, {"strong-decryption": "missing-proof"})
