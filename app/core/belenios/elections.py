"""An election: its questions, its key and the texts around them (sections 4.9 and 4.10).

Every category of an edition is one question. The serialised election is hashed into every proof, so its bytes are
kept as they are.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from app.core.belenios.credentials import ALPHABET
from app.core.belenios.encoding import (
    array,
    canonical,
    integer,
    members,
    parse_canonical,
    sha256_b64,
    sha256_hex,
    string,
)
from app.core.belenios.errors import ElectionError, UnsupportedElectionError
from app.core.belenios.groups import NAME, Element, FixedBase, decode

VERSION = 1
MAX_ANSWERS = 1000
MAX_QUESTIONS = 1000
MAX_INTERVAL = 1000

_UUID = re.compile(f"[{ALPHABET}]{{14,60}}")


@dataclass(frozen=True)
class Question:
    """A homomorphic question (section 4.9.1): choose from `minimum` to `maximum` of `answers`, or vote blank."""

    text: str
    answers: tuple[str, ...]
    minimum: int
    maximum: int
    blank: bool = False
    blank_stated: bool | None = None  # whether "blank" is written although it is false; None: only when true

    def __post_init__(self) -> None:
        if not 1 <= len(self.answers) <= MAX_ANSWERS:
            raise ElectionError("question-answers", f"A question has 1 to {MAX_ANSWERS} answers.")
        if not 0 <= self.minimum <= self.maximum <= MAX_INTERVAL:
            raise ElectionError("question-interval", "A question's min and max do not fit each other.")

    @property
    def width(self) -> int:
        """The number of ciphertexts in an answer: one for each answer, and one before them when blank is allowed."""
        return len(self.answers) + self.blank

    def value(self) -> dict[str, Any]:
        """The question as the JSON value of the specification."""
        blank = {"blank": self.blank} if self.blank or self.blank_stated else {}
        return {
            "answers": list(self.answers), **blank, "min": self.minimum, "max": self.maximum, "question": self.text,
        }  # fmt: skip

    @classmethod
    def from_value(cls, value: Any) -> Question:
        """The question of a JSON value. Raises UnsupportedElectionError for other kinds of questions."""
        if isinstance(value, dict) and "type" in value and "value" in value:
            kind = str(value["type"])[:40]
            raise UnsupportedElectionError(
                "question-kind", f'Questions of the kind "{kind}" are not supported by this version.'
            )
        fields = members(value, ("answers", "min", "max", "question"), ("blank",))
        blank = fields.get("blank", False)
        if not isinstance(blank, bool):
            raise ElectionError("question-blank", "A question's blank is true or false.")
        answers = tuple(string(answer) for answer in array(fields["answers"]))
        return cls(
            string(fields["question"]), answers, integer(fields["min"]), integer(fields["max"]), blank,
            "blank" in fields or None,
        )  # fmt: skip


def new_uuid() -> str:
    """A fresh election identifier: 14 base58 characters."""
    return "".join(secrets.choice(ALPHABET) for _ in range(14))


@dataclass(frozen=True)
class Election:
    """An election; made by `build` or `parse`."""

    payload: bytes
    uuid: str
    name: str
    description: str
    questions: tuple[Question, ...]
    public_key: Element
    administrator: str | None = None
    credential_authority: str | None = None

    @classmethod
    def build(
        cls,
        *,
        uuid: str,
        name: str,
        description: str,
        questions: Sequence[Question],
        public_key: Element,
        administrator: str | None = None,
        credential_authority: str | None = None,
    ) -> Election:
        """A new election. Raises ElectionError for what cannot be voted on."""
        draft = cls(
            b"", uuid, name, description, tuple(questions), public_key, administrator, credential_authority
        )
        return cls.parse(canonical(draft._value()))

    @classmethod
    def parse(cls, data: bytes) -> Election:
        """The election of its serialised form.

        Raises EncodingError, GroupError or ElectionError; UnsupportedElectionError for another version, another
        group or questions that are not homomorphic.
        """
        required = ("version", "description", "name", "group", "public_key", "questions", "uuid")
        value = members(parse_canonical(data), required, ("administrator", "credential_authority"))
        if integer(value["version"]) != VERSION:
            raise UnsupportedElectionError(
                "version", f"Version {value['version']} of the protocol is not supported by this version."
            )
        if string(value["group"]) != NAME:
            raise UnsupportedElectionError(
                "group", f'The group "{value["group"][:40]}" is not supported by this version.'
            )
        if not _UUID.fullmatch(string(value["uuid"])):
            raise ElectionError("uuid", "An election's uuid has at least 14 base58 characters.")
        raw_questions = array(value["questions"])
        if not 1 <= len(raw_questions) <= MAX_QUESTIONS:
            raise ElectionError("questions", f"An election has 1 to {MAX_QUESTIONS} questions.")
        questions = tuple(Question.from_value(question) for question in raw_questions)
        optional = {
            key: string(value[key]) for key in ("administrator", "credential_authority") if key in value
        }
        election = cls(
            data, value["uuid"], string(value["name"]), string(value["description"]), questions,
            decode(value["public_key"]), **optional,
        )  # fmt: skip
        if canonical(election._value()) != data:
            raise ElectionError("not-canonical", "The election is not in its canonical form.")
        return election

    def _value(self) -> dict[str, Any]:
        value: dict[str, Any] = {
            "version": VERSION, "description": self.description, "name": self.name, "group": NAME,
            "public_key": self.public_key.hex(), "questions": [question.value() for question in self.questions],
            "uuid": self.uuid,
        }  # fmt: skip
        optional = {"administrator": self.administrator, "credential_authority": self.credential_authority}
        return value | {key: text for key, text in optional.items() if text is not None}

    @cached_property
    def hash(self) -> str:
        """The payload's SHA-256 in hexadecimal: its name in the archive."""
        return sha256_hex(self.payload)

    @cached_property
    def fingerprint(self) -> str:
        """φ: the payload's SHA-256 in base64 without padding."""
        return sha256_b64(self.payload)

    @cached_property
    def key(self) -> FixedBase:
        """The public key, ready for being raised to many powers."""
        return FixedBase(self.public_key)
