"""The usual words of screening's letters. What a decision says stands in them as whoever decided wrote it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.awards import service as awards
from app.awards.models import Category, Edition
from app.mail.wording import Look, Placeholder, worded
from app.nominations import wordings as nominations
from app.nominations.models import Nomination
from app.nominations.wordings import EDITION, EXAMPLE, FACTS, NOMINATED, THE_NOMINATIONS
from app.screening.decisions.wording import standard
from app.screening.models import Party, Verb
from app.screening.told import replying, told_wording
from app.web import absolute_url, date_long, datetime_long, language

SUBJECT = Placeholder(
    "subject", _l("The subject that whoever writes the letter gives it"), _l("About your nomination"), required=True,
    heading=True,
)  # fmt: skip
WORDS = Placeholder(
    "words", _l("What whoever writes the letter says in it"), _l("Thank you for your nomination."), look=Look.PARAGRAPHS,
    required=True,
)  # fmt: skip


def decided(
    edition: Edition,
    verb: Verb,
    *,
    subject: str,
    words: str,
    reason: str,
    complete_by: date | None,
    category: Category | None,
    author: bool,
    link: str,
) -> dict[str, Any]:
    """What the letter `nomination_decision` is filled with; *link* leads to changing the nomination."""
    asks = verb is Verb.ASK
    return nominations.about(edition) | {
        "subject": subject,
        "words": words,
        "reason": reason,
        "reason_heading": (_("What is missing") if asks else _("The reason")) if reason else "",
        "category": category.name(language()) if category else "",
        "complete_by": date_long(complete_by) if complete_by else "",
        "others": _("Another supplier has nominated the same procurement, and that nomination stands for yours too. Answer this letter with what you know: we add it.") if asks and not author else "",
        "how": _how(edition, asks) if link else "",
        "link": link,
        "labels": {"link": _("Complete the nomination") if asks else _("Change or withdraw")},
        "objection": _("If you think that we have misunderstood something, answer this letter.") if verb is Verb.DECLINE else "",
    }  # fmt: skip


def _how(edition: Edition, asks: bool) -> str:
    if asks:
        return _(
            "With this link you change the nomination. It stays open to you although the deadline for new nominations may have passed. When you save, we read it once more."
        )
    until = edition.nominations_close_at
    assert until is not None  # there is a link only before it
    return _(
        "You can still change it until %(until)s; then we read it once more.",
        until=datetime_long(until, zone=True),
    )


def telling_them(
    edition: Edition,
    party: Party,
    about: Nomination,
    naming: Nomination,
    *,
    subject: str,
    words: str,
    link: str,
) -> dict[str, Any]:
    """What the letter `nominee_told` is filled with."""
    shut = _(
        "The ballot is prepared, so nothing can be changed with the link any more. Answer this letter if you want to tell us something."
    )
    return nominations.about(edition) | {
        "closed": "" if edition.phase in replying.ANSWERED_IN else shut,
        "subject": subject,
        "words": words,
        "facts": told_wording.facts(party, about, naming, language()),
        "notice": told_wording.notice(party, edition),
        "because": told_wording.because(party, edition),
        "link": link,
    }


def _preview_decision(edition_id: int, sample_id: int | None, _now: datetime) -> dict[str, Any] | None:
    edition, about = awards.by_id(edition_id), nominations.sample(edition_id, sample_id)
    words = standard(Verb.ASK, about, several=False)[language()] if about else None
    return decided(
        edition,
        Verb.ASK,
        subject=words.subject if words else str(SUBJECT.example),
        words=words.words if words else str(WORDS.example),
        reason=_("How many tenders were received?"),
        complete_by=None,
        category=None,
        author=True,
        link=absolute_url("nominations.edit", lang=language(), slug=edition.slug, token=EXAMPLE),
    )


def _preview_told(edition_id: int, sample_id: int | None, _now: datetime) -> dict[str, Any] | None:
    edition, about = awards.by_id(edition_id), nominations.sample(edition_id, sample_id)
    if about is None:
        return _made_up_told(edition)
    words = told_wording.standard(Party.AUTHORITY, about, edition, language())
    link = absolute_url("screening.reply", lang=language(), slug=edition.slug, token=EXAMPLE)
    return telling_them(
        edition, Party.AUTHORITY, about, about, subject=words.subject, words=words.words, link=link
    )


def _made_up_told(edition: Edition) -> dict[str, Any]:
    return nominations.about(edition) | {
        "subject": _("Your procurement is nominated"),
        "words": _("Your procurement is nominated"),
        "link": absolute_url("screening.reply", lang=language(), slug=edition.slug, token=EXAMPLE),
        "facts": [(_("Procurement"), _("Cleaning of schools"))],
        "notice": told_wording.notice(Party.AUTHORITY, edition),
        "closed": "",
        "because": told_wording.because(Party.AUTHORITY, edition),
    }


worded(
    "nomination_decision",
    section=THE_NOMINATIONS,
    title=_l("What was decided of a nomination"),
    occasion=_l("To everyone behind a nomination, when it is accepted, declined, moved or to be completed. The words of each decision are written when it is made."),
    subject="{subject}",
    body=(
        "{words}",
        "# {reason_heading}\n{reason}",
        _l("Category now: {category}"),
        _l("Please complete it no later than {complete_by}."),
        "{others}",
        "{how}\n{link}",
        "{objection}",
    ),
    placeholders=(
        EDITION, SUBJECT, WORDS,
        Placeholder("reason_heading", _l("“The reason” or “What is missing”"), _l("The reason"), optional=True),
        Placeholder("reason", _l("The reason, or what is missing"), "…", look=Look.QUOTE, required=True, optional=True),
        Placeholder("category", _l("The new category, when it was moved"), _l("Innovation of the year"), optional=True),
        Placeholder("complete_by", _l("The last day to complete it"), _l("20 October 2026"), optional=True),
        Placeholder("others", _l("That another nomination of the same stands for it, where that is so"), "…", optional=True),
        Placeholder("how", _l("What the link is for"), "…", optional=True),
        Placeholder("link", _l("The link to change the nomination, as a button, as long as that is possible"), "https://…", look=Look.BUTTON, label=_l("Change or withdraw"), required=True, optional=True),
        Placeholder("objection", _l("That one can answer, when it was declined"), "…", optional=True),
    ),
    why=NOMINATED,
    secret=True,
    samples=nominations.samples,
    preview=_preview_decision,
)  # fmt: skip

worded(
    "nominee_told",
    section=THE_NOMINATIONS,
    title=_l("To the nominated authority, or a person who is named"),
    occasion=_l("When the secretariat tells them, usually with the acceptance. The words are written each time."),
    subject="{subject}",
    body=(
        "{words}",
        "{link}",
        "{closed}",
        _l("# What the nomination says"),
        "{facts}",
        _l("# About your data"),
        "{notice}",
    ),
    placeholders=(
        EDITION, SUBJECT, WORDS, FACTS,
        Placeholder("link", _l("The link to read and answer, as a button"), "https://…", look=Look.BUTTON, label=_l("Read and answer"), required=True),
        Placeholder("closed", _l("That nothing can be changed any more, when that is so"), "…", optional=True),
        Placeholder("notice", _l("What the GDPR wants them to know"), [], look=Look.FACTS, required=True),
        Placeholder("because", _l("Why they got it; stands in the foot of every such letter"), "…"),
    ),
    why="{because}",
    secret=True,
    samples=nominations.samples,
    preview=_preview_told,
)  # fmt: skip
