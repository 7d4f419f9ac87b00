"""How a check of the ledger ends: with a sentence when it holds, by raising `Mismatch` or `NotYet` when it does not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from app.core.ledger_file import Ledger, Record
from app.core.phases import Phase
from app.core.report import ArchiveFacts, Check, failed, passed, skipped


class Mismatch(Exception):
    """Archive and ledger contradict each other; `reason` is a stable word for it."""

    def __init__(self, reason: str, text: str) -> None:
        self.reason = reason
        super().__init__(text)


class NotYet(Exception):
    """There is nothing to check, or not before publication; the message says why."""


@dataclass(frozen=True)
class Evidence:
    """What every check gets: the archive's facts, the ledger, and whether the decryption must be strongly proven."""

    facts: ArchiveFacts
    ledger: Ledger
    strict: bool = False

    @property
    def published(self) -> Record | None:
        """The entry that published the result, if it has been."""
        return self.ledger.last("published")

    @property
    def hidden(self) -> int:
        """How many entries are staged and not known here."""
        return len(self.ledger.of("staged"))

    def opened_at(self) -> int | None:
        """The height of the entry with which the vote opened."""
        return next((r.height for r in self.ledger.of("phase-moved") if r.data["to"] == Phase.VOTING), None)

    def rules(self) -> Record:
        """The questions, with their methods and tie rules, as they stood before the vote; raises `Mismatch`."""
        opened = self.opened_at()
        defined = [r for r in self.ledger.of("ballot-defined") if opened is None or r.height < opened]
        if not defined:
            raise Mismatch("no-rules", "the ledger does not say before the vote what stands on the ballot")
        return defined[-1]


def run(check_id: str, check: Callable[[Evidence], str], evidence: Evidence) -> Check:
    """The outcome of one check as a line of the report, its text a whole sentence."""
    try:
        return passed(check_id, sentence(check(evidence)))
    except Mismatch as mismatch:
        return failed(check_id, sentence(str(mismatch)), reason=mismatch.reason)
    except NotYet as why:
        return skipped(check_id, sentence(str(why)))


def sentence(text: str) -> str:
    """`text` with a capital letter first and a full stop last."""
    return f"{text[:1].upper()}{text[1:]}" + ("" if text.endswith(".") else ".")


def demand(condition: object, reason: str, text: str) -> None:
    """Raises `Mismatch` unless the condition holds."""
    if not condition:
        raise Mismatch(reason, text)
