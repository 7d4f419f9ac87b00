"""The words that a letter about a decision begins with. The secretariat changes them as it likes before they leave."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from flask import g
from flask_babel import force_locale
from flask_babel import gettext as _

from app.nominations.models import Nomination
from app.screening.models import Verb

LANGUAGES = ("sv", "en")
TITLE_LIMIT = 100
SUBJECT_LIMIT = 160
WORDS_LIMIT = 5000


@dataclass(frozen=True)
class Written:
    """A letter's subject and words in one language."""

    subject: str
    words: str


@contextmanager
def in_language(lang: str) -> Iterator[None]:
    """Everything inside is said in *lang*, whatever the page's own language is."""
    before = g.get("language")
    g.language = lang
    try:
        with force_locale(lang):
            yield
    finally:
        g.language = before
        if before is None:
            g.pop("language")


def standard(verb: Verb, nomination: Nomination, *, several: bool) -> dict[str, Written]:
    """What the letter says where nobody changes it, by language; *several* nominated the same procurement."""
    made = {}
    for lang in LANGUAGES:
        with in_language(lang):
            made[lang] = Written(_subject(verb, nomination), _words(verb, nomination, lang, several))
    return made


def title(nomination: Nomination) -> str:
    """A procurement's name, short enough for a sentence."""
    return (
        textwrap.shorten(nomination.title, TITLE_LIMIT, placeholder="…") or nomination.authority[:TITLE_LIMIT]
    )


def _subject(verb: Verb, nomination: Nomination) -> str:
    named = title(nomination)
    return {
        Verb.ACCEPT: _("Your nomination is accepted: %(title)s", title=named),
        Verb.ASK: _("Please complete your nomination: %(title)s", title=named),
        Verb.DECLINE: _("About your nomination: %(title)s", title=named),
        Verb.TAKE_BACK: _("Your nomination is being read again: %(title)s", title=named),
        Verb.MOVE: _("Your nomination has moved to another category: %(title)s", title=named),
    }[verb]


def _words(verb: Verb, nomination: Nomination, lang: str, several: bool) -> str:
    named = title(nomination)
    category = nomination.category.name(lang) if nomination.category else "–"
    together = _(
        "Others have nominated the same procurement. Your nominations stand together, each with its own words."
    )
    first = {
        Verb.ACCEPT: _(
            "We have accepted your nomination of “%(title)s” in the category “%(category)s”. It is now one of those that "
            "the jury chooses the shortlist from.",
            title=named,
            category=category,
        ),
        Verb.ASK: _(
            "Thank you for your nomination of “%(title)s”. We cannot decide on it yet, because something has to be added "
            "or made clearer first.",
            title=named,
        ),
        Verb.DECLINE: _("Your nomination of “%(title)s” does not go on to the jury.", title=named),
        Verb.TAKE_BACK: _(
            "We have taken back what we last wrote to you about your nomination of “%(title)s”, and are reading it again. "
            "You need not do anything. We write again when it is decided.",
            title=named,
        ),
        Verb.MOVE: _(
            "We have moved your nomination of “%(title)s” to the category where we think that it belongs. You need not do "
            "anything.",
            title=named,
        ),
    }[verb]
    return f"{first}\n\n{together}" if several and verb in {Verb.ACCEPT, Verb.ASK} else first
