"""Ballots: made and checked (sections 4.11.1, 4.16 and 4.17)."""

from __future__ import annotations

from collections.abc import Container, Sequence
from typing import Any

from app.core.belenios.ballot_form import MAX_BALLOT_BYTES, Answer, Ballot, read_ballot, tracker
from app.core.belenios.credentials import secret_scalar
from app.core.belenios.elections import Election, Question
from app.core.belenios.encoding import canonical, sha256_b64
from app.core.belenios.errors import BallotError, GroupError
from app.core.belenios.groups import (
    G,
    Q,
    Rng,
    base_power,
    decode_deferred,
    ensure_members,
    product,
    random_scalar,
)
from app.core.belenios.proofs import (
    Case,
    Ciphertext,
    Proof,
    encrypt,
    holds_knowledge,
    holds_one_of,
    prove_knowledge,
    prove_one_of,
)

__all__ = [
    "MAX_BALLOT_BYTES", "Answer", "Ballot", "check_ballot", "check_read_ballot", "make_ballot", "read_ballot",
    "size_limit", "tracker", "warm",
]  # fmt: skip


def size_limit(election: Election) -> int:
    """More bytes than any ballot of this election can have."""
    proof = 2 * 77 + 40
    proofs = sum(q.width * 2 + (q.maximum - q.minimum + 2) + 2 for q in election.questions)
    choices = sum(q.width for q in election.questions)
    return min(MAX_BALLOT_BYTES, 1000 + 200 * len(election.questions) + 170 * choices + proof * proofs)


def warm(election: Election) -> None:
    """Makes the tables that checking ballots of `election` uses, where there are any."""
    G.power(Q - 1)
    election.key.power(Q - 1)


def make_ballot(
    election: Election, secret: str, choices: Sequence[Sequence[int]], rng: Rng = random_scalar
) -> bytes:
    """An encrypted and signed ballot, canonical.

    `secret` is the voter's credential (XXXXX-XXXXXX-XXXXX-XXXXXX). `choices` has a list for each question, 1 or 0
    for each answer; where blank is allowed, before them 1 for a blank vote, else 0. Scalars are drawn from `rng`
    question by question: r of each ciphertext, then the individual proofs, the overall proof and the blank proof;
    last the signature's.

    Raises BallotError for choices that the election does not allow, CredentialError for a malformed secret.
    """
    if len(choices) != len(election.questions):
        raise BallotError("choices-questions", "The choices are not one list for each question.")
    scalar = secret_scalar(secret, election.uuid)
    credential = base_power(scalar).hex()
    prefix = f"{election.fingerprint}|{credential}"
    ballot: dict[str, Any] = {
        "election_uuid": election.uuid,
        "election_hash": election.fingerprint,
        "credential": credential,
        "answers": [
            _make_answer(election, question, list(marks), prefix, rng)
            for question, marks in zip(election.questions, choices, strict=True)
        ],
    }
    digest = sha256_b64(canonical(ballot))
    proof = prove_knowledge(f"sig|{digest}", scalar, rng)
    ballot["signature"] = {"hash": digest, "proof": proof.value()}
    return canonical(ballot)


def _check_choices(question: Question, marks: list[int]) -> None:
    if len(marks) != question.width or any(mark not in (0, 1) for mark in marks):
        raise BallotError("choices-shape", f"The choices are not {question.width} times 0 or 1.")
    chosen = sum(marks[1:]) if question.blank else sum(marks)
    if question.blank and marks[0]:
        if chosen:
            raise BallotError("choices-blank", "A blank vote chooses nothing.")
    elif not question.minimum <= chosen <= question.maximum:
        raise BallotError(
            "choices-number",
            f"From {question.minimum} to {question.maximum} answers can be chosen, not {chosen}.",
        )


def _make_answer(
    election: Election, question: Question, marks: list[int], prefix: str, rng: Rng
) -> dict[str, Any]:
    _check_choices(question, marks)
    y = election.key
    randomness = [rng() for _ in marks]
    choices = [encrypt(y, mark, r) for mark, r in zip(marks, randomness, strict=True)]
    individual = [
        prove_one_of(_individual_prefix(prefix, choice), y, [Case(r, mark), Case(r, mark - 1)], mark, rng)
        for choice, r, mark in zip(choices, randomness, marks, strict=True)
    ]
    bound = _bound(prefix, choices)
    interval = range(question.minimum, question.maximum + 1)
    first = int(question.blank)
    chosen, r_sum = sum(marks[first:]), sum(randomness[first:]) % Q
    cases = [Case(r_sum, chosen - allowed) for allowed in interval]
    if question.blank:
        blank, r_blank = marks[0], randomness[0]
        true = 0 if blank else 1 + chosen - question.minimum
        overall = prove_one_of(f"bproof1|{bound}", y, [Case(r_blank, blank - 1), *cases], true, rng)
        either = [Case(r_blank, blank), Case(r_sum, chosen)]
        blank_proof = {"blank_proof": _values(prove_one_of(f"bproof0|{bound}", y, either, blank, rng))}
    else:
        sums = _sum(choices)
        prefix_sum = _interval_prefix(bound, sums)
        overall = prove_one_of(prefix_sum, y, cases, chosen - question.minimum, rng)
        blank_proof = {}
    return {
        "choices": [choice.value() for choice in choices],
        "individual_proofs": [_values(proofs) for proofs in individual],
        "overall_proof": _values(overall),
        **blank_proof,
    }


def _values(proofs: Sequence[Proof]) -> list[dict[str, str]]:
    return [proof.value() for proof in proofs]


def _individual_prefix(prefix: str, choice: Ciphertext) -> str:
    return f"prove|{prefix}|{choice.alpha.hex()},{choice.beta.hex()}"


def _interval_prefix(bound: str, total: Ciphertext) -> str:
    return f"prove|{bound}|{total.alpha.hex()},{total.beta.hex()}"


def _bound(prefix: str, choices: Sequence[Ciphertext]) -> str:
    return f"{prefix}|{','.join(f'{choice.alpha.hex()},{choice.beta.hex()}' for choice in choices)}"


def _sum(choices: Sequence[Ciphertext]) -> Ciphertext:
    return Ciphertext(product(choice.alpha for choice in choices), product(choice.beta for choice in choices))


def check_ballot(election: Election, data: bytes, credentials: Container[str] | None = None) -> Ballot:
    """The ballot of its bytes, after every check: form, election, credential, signature and all proofs.

    `credentials` are the public credentials that may vote; None leaves this to the caller. Raises BallotError with
    one of the codes of `read_ballot`, "wrong-election", "unknown-credential", "wrong-shape", "signature-hash",
    "signature", "proof-individual", "proof-overall", "proof-blank".
    """
    if len(data) > size_limit(election):
        raise BallotError("too-large", "This is larger than any ballot of this election.")
    ballot = read_ballot(data)
    check_read_ballot(election, ballot, credentials)
    return ballot


def check_read_ballot(election: Election, ballot: Ballot, credentials: Container[str] | None = None) -> None:
    """As `check_ballot`, for a ballot that was read."""
    if ballot.election_uuid != election.uuid or ballot.election_hash != election.fingerprint:
        raise BallotError("wrong-election", "The ballot was made for another election.")
    if credentials is not None and ballot.credential not in credentials:
        raise BallotError("unknown-credential", "The ballot's credential is not on the list.")
    if len(ballot.answers) != len(election.questions):
        raise BallotError("wrong-shape", "The ballot does not answer exactly the election's questions.")
    for question, answer in zip(election.questions, ballot.answers, strict=True):
        _check_shape(question, answer)
    try:
        _check_signature(ballot)
        try:
            prefix = f"{election.fingerprint}|{ballot.credential}"
            for number, (question, answer) in enumerate(
                zip(election.questions, ballot.answers, strict=True), 1
            ):
                _check_answer(election, question, answer, prefix, number)
        finally:  # an element outside the group is the reason, whatever came of its proofs
            ensure_members(
                element for answer in ballot.answers for choice in answer.choices for element in choice
            )
    except GroupError as error:
        raise BallotError("bad-element", error.text) from error


def _check_shape(question: Question, answer: Answer) -> None:
    cases = question.maximum - question.minimum + 1 + question.blank
    if (
        len(answer.choices) != question.width
        or len(answer.individual_proofs) != question.width
        or any(len(proofs) != 2 for proofs in answer.individual_proofs)
        or len(answer.overall_proof) != cases
        or (answer.blank_proof is not None) != question.blank
        or (answer.blank_proof is not None and len(answer.blank_proof) != 2)
    ):
        raise BallotError("wrong-shape", "An answer does not have the shape that its question wants.")


def _check_signature(ballot: Ballot) -> None:
    # The canonical form is known, so the bytes without the signature are the ballot's own up to that field.
    end = ballot.data.rindex(b',"signature":{"hash":')
    if sha256_b64(ballot.data[:end] + b"}") != ballot.signature_hash:
        raise BallotError("signature-hash", "The ballot was changed after it was signed.")
    public = decode_deferred(ballot.credential)
    holds = holds_knowledge(f"sig|{ballot.signature_hash}", public, ballot.signature)
    ensure_members((public,))
    if not holds:
        raise BallotError("signature", "The ballot's signature is not by its credential.")


def _check_answer(election: Election, question: Question, answer: Answer, prefix: str, number: int) -> None:
    y = election.key
    for choice, proofs in zip(answer.choices, answer.individual_proofs, strict=True):
        if not holds_one_of(_individual_prefix(prefix, choice), y, [(choice, 0), (choice, 1)], proofs):
            raise BallotError("proof-individual", f"Question {number}: an answer is not proven to be 0 or 1.")
    bound = _bound(prefix, answer.choices)
    interval = range(question.minimum, question.maximum + 1)
    if question.blank:
        blank, total = answer.choices[0], _sum(answer.choices[1:])
        cases = [(blank, 1), *((total, allowed) for allowed in interval)]
        if not holds_one_of(f"bproof1|{bound}", y, cases, answer.overall_proof):
            raise BallotError(
                "proof-overall", f"Question {number}: the number of answers is not proven to be allowed."
            )
        if not holds_one_of(f"bproof0|{bound}", y, [(blank, 0), (total, 0)], answer.blank_proof or ()):
            raise BallotError("proof-blank", f"Question {number}: a blank vote is not proven to be blank.")
    else:
        total = _sum(answer.choices)
        cases = [(total, allowed) for allowed in interval]
        if not holds_one_of(_interval_prefix(bound, total), y, cases, answer.overall_proof):
            raise BallotError(
                "proof-overall", f"Question {number}: the number of answers is not proven to be allowed."
            )
