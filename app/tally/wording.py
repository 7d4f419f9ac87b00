"""What the checks of a report mean, in plain words: a few claims, each resting on several checks."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _l

from app.tally.models import Verification


@dataclass(frozen=True)
class Claim:
    """One sentence for people, its explanation, and the ids of the checks that carry it."""

    id: str
    says: Any
    means: Any
    checks: tuple[str, ...]


@dataclass(frozen=True)
class Judged:
    """A claim with how it went ("passed", "failed" or "skipped") and its checks as the report has them."""

    claim: Claim
    status: str
    checks: list[Mapping[str, Any]]


CLAIMS = (
    Claim(
        "ballots",
        _l("Every vote in the box is valid and comes from a ballot of its own."),
        _l("Each encrypted vote carries proofs that it follows the rules, and is signed with a code from the list that was fixed before voting opened. No code was used twice."),
        ("ballots", "one-ballot-each", "credentials", "ledger-credentials", "ledger-changes", "ledger-without-script"),
    ),
    Claim(
        "box",
        _l("No vote has been removed or exchanged since the box's fingerprints were published."),
        _l("The votes stand in one chain in which each link names the one before it. Fingerprints of the chain were written into the public ledger while voting went on, and the chain still agrees with all of them."),
        ("archive", "closed", "ledger-box-heads"),
    ),
    Claim(
        "sum",
        _l("The sum is what the box contains, nothing else."),
        _l("The encrypted votes were added up again, and the sum is the one that was opened."),
        ("encrypted-tally", "ledger-tally"),
    ),
    Claim(
        "opening",
        _l("The sum was opened correctly, and the figures are what was in it."),
        _l("Whoever holds a key has proven, for exactly this sum, that it was opened with the right key. The figures are possible with this many votes."),
        ("trustees", "decryptions", "strong-decryption", "result", "result-possible", "ledger-result", "stored-result"),
    ),
    Claim(
        "rules",
        _l("The winners follow from the figures by the rules that were published before the first vote."),
        _l("Questions, nominees, counting method and tie rule are the published ones, and counting the figures again gives the same winners."),
        ("election", "ledger-ballot", "ledger-counts"),
    ),
    Claim(
        "roll",
        _l("There is one code for each voter on the roll, and every spare ballot and key is accounted for."),
        _l("The list holds no other codes than those of the frozen roll and the spare ballots on record, and every key that can open the box was made on record."),
        ("ledger-setup", "ledger-roll", "ledger-keys"),
    ),
    Claim(
        "ledger",
        _l("The ledger of everything else is whole and in order."),
        _l("Every entry is of a known kind, none has been changed or taken out, and each phase followed the one before it."),
        ("ledger-format", "ledger-key", "ledger-checkpoint", "ledger-phases", "ledger-staged", "ledger-report", "ledger-sign-offs"),
    ),
)  # fmt: skip

WHERE_MADE = frozenset({"ledger-staged", "ledger-report", "ledger-sign-offs", "ledger-without-script"})
"""Checks that are made only after publication, or only where there is an occasion; skipped ones judge no claim."""


def checks(verification: Verification) -> list[dict[str, Any]]:
    """The checks of a stored report, as `report.Check.value()` gave them."""
    found: list[dict[str, Any]] = json.loads(verification.report)["verifier"]["checks"]
    return found


def judged(found: Iterable[Mapping[str, Any]]) -> list[Judged]:
    """Every claim with how its checks went; checks that no claim knows make a claim of their own when they failed."""
    by_id = {check["id"]: check for check in found}
    claims = [_judge(claim, [by_id[name] for name in claim.checks if name in by_id]) for claim in CLAIMS]
    known = {name for claim in CLAIMS for name in claim.checks}
    rest = [check for name, check in by_id.items() if name not in known]
    if rest:
        other = Claim("other", _l("Everything else that the verifier looks at."), "", ())
        claims.append(_judge(other, rest))
    return claims


def _judge(claim: Claim, found: list[Mapping[str, Any]]) -> Judged:
    """Passed only where every check of the claim was made and held."""
    statuses = {
        check["status"] for check in found if check["status"] != "skipped" or check["id"] not in WHERE_MADE
    }
    missing = {name for name in claim.checks if name not in WHERE_MADE} - {check["id"] for check in found}
    if "failed" in statuses:
        return Judged(claim, "failed", found)
    return Judged(claim, "passed" if statuses == {"passed"} and not missing else "skipped", found)
