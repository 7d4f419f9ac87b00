"""An archive against its ledger: what the archive alone cannot show.

With the archive one knows that every ballot was made with a credential of the list and that the result is their sum.
With the ledger one knows, too, that the list was explained before the vote, that no ballot came by a voided
credential or a spare that was not handed out, that the box only grew, that each decryption is strongly proven, and
that the winners follow from the result by the rules that were published before the first vote.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from app.core.ledger_checks import box, changes, count, review, setup, year
from app.core.ledger_checks.findings import Evidence, run, sentence
from app.core.ledger_file import LedgerError, Opening, read
from app.core.report import ArchiveFacts, Check, failed

__all__ = ["CHECKS", "check"]

CHECKS: tuple[tuple[str, Callable[[Evidence], str]], ...] = (
    ("ledger-format", year.form),
    ("ledger-key", year.key),
    ("ledger-checkpoint", year.checkpoint),
    ("ledger-staged", year.staged),
    ("ledger-phases", year.phases),
    ("ledger-setup", setup.setup),
    ("ledger-keys", setup.keys),
    ("ledger-ballot", setup.ballot),
    ("ledger-roll", setup.roll),
    ("ledger-box-heads", box.heads),
    ("ledger-credentials", box.credentials),
    ("ledger-changes", changes.two_people),
    ("ledger-without-script", box.without_script),
    ("ledger-tally", count.tally),
    ("strong-decryption", count.strong_decryption),
    ("ledger-result", count.result),
    ("ledger-counts", count.counts),
    ("ledger-report", review.report),
    ("ledger-sign-offs", review.sign_offs),
)

_ABOUT_THE_SIGNATURE = ("checkpoint", "size", "root", "key")


def check(
    facts: ArchiveFacts, ledger: bytes, *, strict: bool = False, openings: Sequence[Opening] = ()
) -> list[Check]:
    """The checks of a ledger's bytes against the facts of a verified archive, in order; raises nothing.

    `openings` are staged entries that are known before publication; `strict` makes missing strong decryption proofs a
    failure. The check "strong-decryption" passes only if each partial decryption of the archive is strongly proven.
    """
    try:
        read_ledger = read(ledger, openings=openings)
    except LedgerError as error:
        name = "ledger-checkpoint" if error.code in _ABOUT_THE_SIGNATURE else "ledger-format"
        return [failed(name, sentence(str(error)), reason=error.code, line=error.line)]
    evidence = Evidence(facts, read_ledger, strict)
    return [run(name, function, evidence) for name, function in CHECKS]
