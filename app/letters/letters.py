"""The letter that somebody sends to themselves: any other letter, with a row of the edition, marked as a test."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from app.awards import service as awards
from app.extensions import db
from app.letters import service
from app.letters.models import LetterTest
from app.mail.service import letter


@letter("letter-test")
def letter_test(subject_id: int, now: datetime) -> dict[str, Any] | None:
    """`subject_id` is the test's; not sent when its row is no longer there."""
    test = db.session.get(LetterTest, subject_id)
    if test is None:
        return None
    edition, worded = awards.by_id(test.edition_id), service.editable(test.name)
    given = service.context(edition, worded, test.language, sample_id=test.sample_id, now=now, test=True)
    return None if given is None else given | {"own_words": (test.subject, test.body)}
