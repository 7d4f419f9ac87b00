"""The letters of screening. Each is written when it leaves; one whose decision no longer stands is not sent."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from app.awards import deadlines
from app.awards import service as awards
from app.awards.deadlines import Deadline
from app.awards.models import Edition
from app.extensions import db
from app.mail.service import letter
from app.nominations.behind import together
from app.nominations.letters import edit_token
from app.nominations.models import Nomination, State
from app.screening.decisions.decisions import DECIDABLE, DECIDED_IN, in_force
from app.screening.decisions.recipients import LETTER, newest, reachable
from app.screening.models import DecisionLetter, ToldLetter, Verb
from app.screening.told import replying
from app.screening.told.concerned import LETTER as TOLD
from app.screening.wordings import decided, telling_them
from app.web import absolute_url, language


@letter(LETTER)
def decision(subject_id: int, now: datetime) -> dict[str, Any] | None:
    """What was decided of a nomination, to one of those who nominated."""
    told = db.session.get(DecisionLetter, subject_id)
    if told is None or not _stands(told):
        return None
    made, about = told.decision, told.decision.nomination
    edition = awards.by_id(about.edition_id)
    lang = language()
    author = told.nomination is about
    return decided(
        edition,
        made.verb,
        subject=getattr(made, f"subject_{lang}"),
        words=getattr(made, f"words_{lang}"),
        reason=(made.reason_en if lang == "en" else "") or made.reason,
        complete_by=made.complete_by,
        category=made.category,
        author=author,
        link=_edit_link(edition, told.nomination, lang)
        if changeable(edition, made.verb, author, now)
        else "",
    )


@letter(TOLD)
def told(subject_id: int, now: datetime) -> dict[str, Any] | None:  # noqa: ARG001 (every letter takes it)
    """To a nominated authority, or a person who is named: what is kept about them, and the link to answer with."""
    sent = db.session.get(ToldLetter, subject_id)
    if sent is None or not sent.told.email or sent.version != sent.told.link_version:
        return None
    about = replying.about(sent.told)
    if about.state is not State.ACCEPTED or about.forgotten_at is not None:
        return None
    edition = awards.by_id(about.edition_id)
    lang = language()
    link = absolute_url("screening.reply", lang=lang, slug=edition.slug, token=replying.token(sent.told))
    return telling_them(
        edition,
        sent.told.party,
        about,
        sent.told.nomination,
        subject=sent.subject,
        words=sent.words,
        link=link,
    )


def changeable(edition: Edition, verb: Verb, author: bool, now: datetime) -> bool:
    """Whether the letter has the link with which the author of what was decided on can change it."""
    if verb is Verb.ASK:
        return author and edition.phase in DECIDED_IN
    return author and verb is Verb.ACCEPT and deadlines.is_open(edition, Deadline.NOMINATIONS, now)


def _stands(told: DecisionLetter) -> bool:
    """Whether the decision is in force still, and the recipient among those whom it concerns."""
    made, about = told.decision, told.decision.nomination
    if made.verb is Verb.MOVE:
        valid = about.state in DECIDABLE and newest(about, Verb.MOVE) is made
    else:
        valid = in_force(about) is made
    return valid and reachable(told.nomination) and told.nomination in together(about)


def _edit_link(edition: Edition, nomination: Nomination, lang: str) -> str:
    token = edit_token(nomination)
    return absolute_url("nominations.edit", lang=lang, slug=edition.slug, token=token)
