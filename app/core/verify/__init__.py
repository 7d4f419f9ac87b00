"""The verifier: an archive, and the ledger beside it, in; a report out. Needs nothing but Python.

It believes nothing in the archive that it has not computed itself. `python -m app.core.verify FILE.bel` runs it.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.core.belenios.errors import ArchiveError, BeleniosError, UnsupportedElectionError
from app.core.report import (
    EXIT_INVALID,
    EXIT_UNREADABLE,
    EXIT_VALID,
    ArchiveFacts,
    Check,
    Report,
    failed,
    skipped,
)
from app.core.verify.run import Progress, Source, Verification

if TYPE_CHECKING:
    from app.core.ledger_file import Opening

_UNREADABLE = ("not-an-archive", "unsupported-version")


def verify_archive(
    source: str | Path | bytes,
    ledger: bytes | None = None,
    *,
    strict: bool = False,
    processes: int = 1,
    progress: Progress | None = None,
    openings: Sequence[Opening] = (),
) -> Report:
    """Verifies an archive, by its path or its bytes, and the ledger that belongs to it where given.

    `strict` also wants strong decryption proofs, `openings` opens entries of the ledger that are not published yet,
    `progress` is called with the bytes read and the ballots checked. Never raises for what is in the archive.
    """
    try:
        with io.BytesIO(source) if isinstance(source, bytes) else Path(source).open("rb") as stream:
            run = Verification(Source(stream), processes, progress)
            return _verify(run, ledger, strict, openings)
    except OSError as error:
        check = failed("archive", f"The file cannot be read: {error.strerror or error}.", reason="unreadable")
        return Report((check,), f"CANNOT BE READ: {check.text}", EXIT_UNREADABLE)


def _verify(run: Verification, ledger: bytes | None, strict: bool, openings: Sequence[Opening]) -> Report:
    try:
        run.read()
        run.conclude()
    except UnsupportedElectionError as error:
        return _stopped(run, error, EXIT_UNREADABLE)
    except BeleniosError as error:
        unreadable = isinstance(error, ArchiveError) and error.code in _UNREADABLE
        return _stopped(run, error, EXIT_UNREADABLE if unreadable else EXIT_INVALID)
    finally:
        if run.box:
            run.box.close()
    assert run.facts is not None
    run.checks += _ledger(run.facts, ledger, strict, openings)
    return _report(run.facts, run.checks, strict)


def _stopped(run: Verification, error: BeleniosError, code: int) -> Report:
    where = "" if run.chain.last is None else f" (after height {run.chain.last.height})"
    check = failed("archive", f"{error.text}{where}", reason=error.code)
    word = "CANNOT BE READ" if code == EXIT_UNREADABLE else "INVALID"
    return Report((*run.checks, check), f"{word}: {error.text}", code)


def _ledger(
    facts: ArchiveFacts, ledger: bytes | None, strict: bool, openings: Sequence[Opening]
) -> list[Check]:
    if ledger is not None:
        from app.core import ledger_checks

        return ledger_checks.check(facts, ledger, strict=strict, openings=openings)
    text = "No ledger was given, so the decryption is not strongly proven and nothing was compared with the ledger."
    if strict and facts.partial_decryptions:
        return [failed("strong-decryption", text, reason="no-ledger")]
    return [skipped("strong-decryption", text)]


def _report(facts: ArchiveFacts, checks: list[Check], strict: bool) -> Report:
    bad = [check for check in checks if check.status == "failed"]
    strong = any(check.id == "strong-decryption" and check.status == "passed" for check in checks)
    summary: dict[str, Any] = {
        "name": facts.election.name,
        "uuid": facts.uuid,
        "fingerprint": facts.fingerprint,
        "credentials": len(facts.credentials),
        "ballots": len(facts.ballots),
        "closed": facts.closed,
        "head": facts.head.hash,
        "height": facts.head.height,
        "archive_sha256": facts.archive_sha256,
        "result": facts.result_hash,
        "strict": strict,
        "strongly_proven": strong,
    }
    if bad:
        return Report(tuple(checks), f"INVALID: {bad[0].text}", EXIT_INVALID, summary=summary)
    result = facts.result.counts if facts.result else None
    if facts.partial_decryptions and not strong:
        verdict = "VALID as a Belenios archive; decryption not strongly proven."
    elif facts.result is None:
        verdict = "VALID so far: the result is not there yet."
    else:
        verdict = "VALID, with a strongly proven decryption."
    return Report(tuple(checks), verdict, EXIT_VALID, result, summary)
