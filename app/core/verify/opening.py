"""Checks what follows the vote: the encrypted tally, the decryptions and the result."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from app.core.belenios.elections import Election
from app.core.belenios.encoding import sha256_hex
from app.core.belenios.errors import BeleniosError, TallyError
from app.core.belenios.groups import base_power
from app.core.belenios.results import (
    PartialDecryption,
    Result,
    check_partial_decryption,
    check_possible,
    combine,
)
from app.core.belenios.tallies import EncryptedTally, RunningTally
from app.core.belenios.trustees import Trustees
from app.core.report import ArchiveFacts, Check, failed, passed, skipped


def check_tally(facts: ArchiveFacts, box: RunningTally | None) -> Iterator[Check]:
    """The encrypted tally against the ballots' sum; `box` is None when the ballots themselves are not in order."""
    tally = facts.encrypted_tally
    if tally is None:
        yield skipped("encrypted-tally", "There is no encrypted tally yet.")
    elif box is None:
        yield skipped("encrypted-tally", "Not compared, because the ballots are not in order.")
    elif (tally.count, tally.total_weight) != (box.count, box.total_weight):
        yield failed(
            "encrypted-tally",
            f"It claims {tally.count} ballots of weight {tally.total_weight}; the box has {box.count} of weight "
            f"{box.total_weight}.",
            reason="wrong-count",
        )
    elif box.encrypted_tally().hash != tally.hash:
        yield failed(
            "encrypted-tally", "It is not the sum of the ballots in the box.", reason="wrong-tally",
            archive=tally.hash, computed=box.encrypted_tally().hash,
        )  # fmt: skip
    else:
        yield passed(
            "encrypted-tally",
            f"It is the sum of the {tally.count} ballots in the box (weight {tally.total_weight}).",
            encrypted_tally=tally.hash,
        )


def check_decryptions(facts: ArchiveFacts) -> tuple[list[Check], dict[int, PartialDecryption]]:
    """The partial decryptions' proofs; gives the good ones by owner."""
    tally, keys = facts.encrypted_tally, facts.trustees.verification_keys
    good: dict[int, PartialDecryption] = {}
    if tally is None or not facts.partial_decryptions:
        return [skipped("decryptions", "Nothing has been decrypted.")], good
    for fact in facts.partial_decryptions:
        try:
            if not 1 <= fact.owner <= len(keys):
                raise TallyError("decryption-owner", f"There is no trustee {fact.owner}.")
            if fact.owner in good:
                raise TallyError("repeated-decryption", f"Trustee {fact.owner} decrypted twice.")
            good[fact.owner] = check_partial_decryption(
                facts.election, tally, keys[fact.owner - 1], fact.payload
            )
        except BeleniosError as error:
            text = f"Trustee {fact.owner}: {error.text}"
            return [failed("decryptions", text, reason=error.code, owner=fact.owner)], {}
    factors = sum(len(row) for row in tally.ciphertexts)
    text = f"{len(good)} trustee(s) decrypted; each of their {factors} factors has a right proof."
    return [passed("decryptions", text, owners=sorted(good), factors=factors)], good


def check_result(facts: ArchiveFacts, partials: Mapping[int, PartialDecryption]) -> Iterator[Check]:
    """The result against the decryptions and against what the ballots allow."""
    result, tally = facts.result, facts.encrypted_tally
    if result is None or tally is None:
        yield skipped("result", "There is no result yet.")
        return
    if not partials:
        yield skipped("result", "Not compared, because the decryptions are not in order.")
        return
    try:
        opened = combine(tally, facts.trustees, partials)
    except TallyError as error:
        yield failed("result", error.text, reason=error.code)
        return
    wrong = [
        f"question {question + 1}, number {index + 1}"
        for question, (row, counts) in enumerate(zip(opened, result.counts, strict=True))
        for index, (element, count) in enumerate(zip(row, counts, strict=True))
        if base_power(count) != element
    ]
    if wrong:
        yield failed(
            "result", f"It is not what was decrypted: {'; '.join(wrong[:5])}.", reason="wrong-result"
        )
    else:
        yield passed("result", "It is what the trustees decrypted.", counts=result.counts)
    yield _possible(facts.election, result, tally)


def _possible(election: Election, result: Result, tally: EncryptedTally) -> Check:
    try:
        check_possible(election, result.counts, tally.total_weight)
    except TallyError as error:
        return failed("result-possible", error.text, reason=error.code)
    return passed(
        "result-possible", "Every count lies within what the ballots allow.", weight=tally.total_weight
    )


def check_trustees(election: Election, trustees: Trustees) -> Check:
    """The trustees' proofs, and that the election's key is made of theirs."""
    try:
        trustees.check()
    except BeleniosError as error:
        return failed("trustees", error.text, reason=error.code)
    if trustees.election_key != election.public_key:
        return failed(
            "trustees", "The election's key is not the product of the trustees' keys.", reason="election-key"
        )
    kinds = [
        f"{item.threshold} of {len(item.verification_keys)}"
        if len(item.verification_keys) > 1
        else "1 mandatory"
        for item in trustees.items
    ]
    return passed(
        "trustees",
        f"The election's key is made of the trustees' keys ({', '.join(kinds)}), each with a right proof.",
        keys=[key.hex() for key in trustees.verification_keys],
        trustees=sha256_hex(trustees.payload),
    )
