"""What is kept about jurors who review a count, for the privacy page."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from app.awards import privacy
from app.awards.privacy import Kept

privacy.keep(
    Kept(
        50,
        _l("The jury's answers to a count"),
        _l("That you signed the count or objected to it, when, and the reason you gave; and the jury's words and decisions about ties."),
        _l("So that everyone can see who has reviewed the result, and what was objected. In the public ledger you stand under a pseudonym."),
        _l("As long as the result is published. If you are to be forgotten, what ties the ledger's pseudonym to you is deleted."),
    )
)  # fmt: skip
