"""Has the count verified and keeps the report: our verifier, belenios-tool where it is installed, box against ledger.

The report is a JSON document whose hash the jury signs. It is stored with the count, staged like it.
"""

from __future__ import annotations

import hashlib
import json
import os
import platform
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from flask import current_app
from sqlalchemy import select

from app.awards.models import Edition
from app.ballots import service as ballots
from app.core import ledger_entries
from app.core.ledger_file import Opening
from app.core.report import Check, Report, failed, passed, skipped
from app.core.verify import verify_archive
from app.extensions import db, transaction
from app.ledger import export
from app.ledger import service as ledger
from app.tally import belenios_tool
from app.tally.belenios_tool import ToolRun
from app.tally.models import Count, Tally, Verification
from app.tally.opening import locked, read
from app.web import utc

FORMAT = "anbudspriset-report-1"
ALONE = 200
"""Up to this many ballots one process verifies as fast as several do."""

OF_EARLIER_ROUNDS = frozenset({"report-made", "signed-off", "objected"})


@dataclass(frozen=True)
class Finding:
    """What the verifiers found on one archive."""

    archive_hash: str
    size: int
    own: Report
    tool: ToolRun
    stored: Check

    @property
    def valid(self) -> bool:
        """Whether everything that ran found everything in order."""
        return self.own.valid and not self.tool.refused and self.stored.status == "passed"


def verify(*, edition_id: int, now: datetime, alive: Callable[[], None] = lambda: None) -> None:
    """Verifies the present round and stores its report, unless that was done before."""
    tally = read(edition_id)
    if _exists(edition_id, tally.round):
        return
    number = tally.round
    finding = _examine(edition_id, tally, alive)
    document = report(edition_id=edition_id, finding=finding, now=now)
    with transaction():
        tally = locked(edition_id)
        if tally.round != number or _exists(edition_id, number):
            return
        _store(tally, finding, document, now)


def archive_hash(edition_id: int) -> str:
    """SHA-256 of the whole archive as its rows give it now."""
    digest = hashlib.sha256()
    for part in ballots.archive_bytes(edition_id, upto_public=False):
        digest.update(part)
    return digest.hexdigest()


def _examine(edition_id: int, tally: Tally, alive: Callable[[], None]) -> Finding:
    """Runs the verifiers on a copy of the archive in a folder of its own."""
    count = tally.ballots or 0
    with tempfile.TemporaryDirectory(prefix="count-") as folder:
        path = Path(folder) / "archive.bel"
        with path.open("wb") as file:
            file.writelines(ballots.archive_bytes(edition_id, upto_public=False))
        own = verify_archive(
            path,
            export.export(edition=edition_id),
            strict=True,
            processes=1 if count <= ALONE else os.cpu_count() or 1,
            progress=lambda *_: alive(),
            openings=openings(edition_id),
        )
        content = path.read_bytes()
    tool = belenios_tool.verify(
        [content],
        uuid=ballots.election(edition_id).uuid,
        program=belenios_tool.find(current_app.extensions["settings"].belenios_tool),
        ballots=count,
        alive=alive,
    )
    return Finding(hashlib.sha256(content).hexdigest(), len(content), own, tool, _stored(tally, own))


def openings(edition_id: int) -> list[Opening]:
    """The staged entries that this round rests on: all but the reports and signatures of earlier rounds."""
    return [
        opening
        for opening in export.openings(edition=edition_id)
        if ledger_entries.read(opening.entry).kind not in OF_EARLIER_ROUNDS
    ]


def _stored(tally: Tally, own: Report) -> Check:
    if own.result is None:
        return skipped("stored-result", "The verifier found no valid result to compare with.")
    if own.result == tally.result:
        return passed("stored-result", "The result that is shown and counted is the archive's.")
    return failed(
        "stored-result", "The result that is shown and counted is not the archive's.", reason="other-result"
    )


def report(*, edition_id: int, finding: Finding, now: datetime) -> bytes:
    """The document that is stored, hashed and signed off."""
    tally = read(edition_id)
    tool = finding.tool
    document: dict[str, Any] = {
        "format": FORMAT,
        "edition": db.session.get_one(Edition, edition_id).slug,
        "round": tally.round,
        "made_at": utc(now),
        "verdict": "valid" if finding.valid else "invalid",
        "archive": {"sha256": finding.archive_hash, "bytes": finding.size, "ballots": tally.ballots},
        "result": {"sha256": tally.result_hash, "rows": tally.result},
        "counts": [
            {"question": count.question, **count.outcome} for count in _counts(edition_id, tally.round)
        ],
        "verifier": {
            "command": "python -m app.core.verify FILE.bel --ledger FILE --strict",
            "python": platform.python_version(),
            **finding.own.value(),
            "checks": [check.value() for check in (*finding.own.checks, finding.stored)],
        },
        "belenios_tool": {
            "run": tool.ran,
            "version": tool.version,
            "command": tool.command,
            "exit_code": tool.exit_code,
            "output": tool.output,
        },
    }
    return json.dumps(document, ensure_ascii=False, indent=1, sort_keys=True).encode() + b"\n"


def _store(tally: Tally, finding: Finding, document: bytes, now: datetime) -> None:
    assert tally.result_hash is not None
    made = Verification(
        edition_id=tally.edition_id,
        round=tally.round,
        verdict="valid" if finding.valid else "invalid",
        report=document,
        report_hash=hashlib.sha256(document).hexdigest(),
        archive_hash=finding.archive_hash,
        result_hash=tally.result_hash,
        tool_version=finding.tool.version,
        tool_command=finding.tool.command,
        tool_output=finding.tool.output,
        tool_exit=finding.tool.exit_code,
        made_at=now,
    )
    db.session.add(made)
    ledger.append(
        edition=tally.edition_id,
        kind="report-made",
        data={
            "archive": made.archive_hash,
            "report": made.report_hash,
            "result": made.result_hash,
            "tool": made.tool_version,
            "verdict": made.verdict,
        },
        now=now,
        staged=True,
    )


def _exists(edition_id: int, number: int) -> bool:
    query = select(Verification.id).where(Verification.edition_id == edition_id, Verification.round == number)
    return db.session.scalar(query) is not None


def _counts(edition_id: int, number: int) -> list[Count]:
    query = select(Count).where(Count.edition_id == edition_id, Count.round == number)
    return list(db.session.scalars(query.order_by(Count.question)))
