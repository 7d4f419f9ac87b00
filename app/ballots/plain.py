"""Voting without JavaScript, where the edition's setting allows it: the server encrypts, and so sees code and choice.

It uses the same core code and the same way into the box as any other ballot, and keeps neither code nor choice. How
many ballots were made this way is published in the ledger. The randomness follows from a server's secret and the page
that was shown for review, so that pressing twice makes the same ballot twice, and ends in the same receipt.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass, field
from typing import Any

from flask import abort, current_app, render_template, request
from flask_babel import gettext as _
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response

from app import access
from app.awards.models import Edition
from app.ballots import box, casting, limits, paper
from app.ballots.blueprint import bp
from app.ballots.booth import accepted, signed
from app.ballots.service import edition_of
from app.core.belenios.ballots import make_ballot
from app.core.belenios.credentials import parse_typed
from app.core.belenios.errors import CredentialError
from app.core.belenios.groups import deterministic_rng
from app.core.rules import Question, RuleError
from app.extensions import clock
from app.web import language

BLANK = "blank"


@dataclass
class Filled:
    """The form as it was sent: the code, the choices a question, and what is wrong with either."""

    code: str = ""
    marked: list[frozenset[int]] = field(default_factory=list)
    problems: list[dict[str, str]] = field(default_factory=list)


@bp.route("/rosta/<slug>/utan-javascript", methods=["GET", "POST"])
@access.public
def plain(slug: str) -> Response | str | tuple[str, int]:
    """Choose, check, cast: one form, sent three times."""
    edition = edition_of(slug)
    if not edition.plain_voting:
        abort(404)
    form = FlaskForm()
    questions = box.questions(edition.id)
    values = _values(len(questions))
    action = request.form.get("action", "")
    if request.method == "GET" or not form.validate_on_submit() or action not in {"review", "cast"}:
        return _page(edition, form, "choose", values)
    shown = paper.shown(edition, language())
    filled = _read(questions, [each["title"] for each in shown["questions"]], values)
    if filled.problems:
        return _page(edition, form, "choose", values, problems=filled.problems)
    if action == "review":
        return _page(edition, form, "review", values, summary=_summary(edition, filled))
    return _cast(edition, form, questions, values, filled)


def _page(edition: Edition, form: FlaskForm, step: str, values: dict[str, Any], **more: Any) -> str:
    return render_template(
        "ballots/plain_form.html",
        paper=paper.shown(edition, language()),
        form=form,
        step=step,
        values=values,
        by_mail=_by_mail(),
        **more,
    )


def _by_mail() -> bool:
    """Whether the receipt is wanted by mail. Not one of the values that the ballot's randomness follows from."""
    return request.form.get("receipt") == "y"


def _values(questions: int) -> dict[str, Any]:
    values: dict[str, Any] = {"code": request.form.get("code", "")[:100]}
    for index in range(questions):
        values[f"q{index}"] = request.form.getlist(f"q{index}")[:40]
    return values


def _read(questions: list[Question], titles: list[str], values: dict[str, Any]) -> Filled:
    filled = Filled()
    try:
        filled.code = parse_typed(values["code"])
    except CredentialError as error:
        filled.problems.append({"field": "code", "text": _code_problem(error)})
    for index, question in enumerate(questions):
        try:
            filled.marked.append(_marked(question, values[f"q{index}"]))
        except (RuleError, ValueError):
            filled.problems.append(
                {"field": f"q{index}", "text": _choice_problem(question, titles[index], values[f"q{index}"])}
            )
    return filled


def _marked(question: Question, picked: list[str]) -> frozenset[int]:
    """The nominees marked; none for a blank vote. Raises `ValueError` for no answer, or one that contradicts itself."""
    if not picked or (BLANK in picked and len(picked) > 1):
        raise ValueError(picked)
    places = {str(place): place for place in range(len(question.names))}
    if not set(picked) <= {*places, BLANK}:
        raise ValueError(picked)
    marked = frozenset(places[each] for each in picked if each != BLANK)
    question.choices(marked)
    return marked


def _code_problem(error: CredentialError) -> str:
    if error.code == "wrong-length":
        return _("A code has 22 characters; this one has %(length)d.", length=error.length or 0)
    if error.code == "ambiguous-character":
        return _("Character number %(position)d cannot be read for certain: codes have neither a capital i nor a small L.",
                 position=error.position or 0)  # fmt: skip
    return _("Character number %(position)d is not used in codes.", position=error.position or 0)


def _choice_problem(question: Question, title: str, picked: list[str]) -> str:
    if not picked:
        return _("%(question)s: choose, or vote blank.", question=title)
    if BLANK in picked:
        return _("%(question)s: a blank vote cannot be combined with a choice.", question=title)
    return _("%(question)s: choose at most %(number)d.", question=title, number=question.maximum)


def _summary(edition: Edition, filled: Filled) -> list[dict[str, Any]]:
    shown = paper.shown(edition, language())
    return [
        {"title": each["title"], "picks": [each["nominees"][place]["title"] for place in sorted(marked)]}
        for each, marked in zip(shown["questions"], filled.marked, strict=True)
    ]


def _cast(
    edition: Edition, form: FlaskForm, questions: list[Question], values: dict[str, Any], filled: Filled
) -> str | tuple[str, int]:
    arrived = clock.now()
    choices = [question.choices(marked) for question, marked in zip(questions, filled.marked, strict=True)]
    data = make_ballot(box.election(edition.id), filled.code, choices, deterministic_rng(_seed(form, values)))
    try:
        kept = accepted(
            casting.check(edition.slug, data), arrived=arrived, without_script=True, by_mail=_by_mail()
        )
    except casting.CastRefused as refused:
        if isinstance(refused, casting.Unknown) and limits.failed(
            limits.FAILED_FROM_ADDRESS, "cast", request.remote_addr or ""
        ):
            abort(429)
        problem = {"field": "code", "text": _refusal(refused)}
        return _page(edition, form, "choose", values, problems=[problem]), 409
    return _page(edition, form, "done", {}, receipt=signed(kept))


def _seed(form: FlaskForm, values: dict[str, Any]) -> bytes:
    """Known to nobody who lacks the server's secret and the reviewed page's token; another one for another choice."""
    key = current_app.extensions["settings"].secret_keys[0].encode()
    return hmac.digest(
        key, repr(("anbud-plain-v1", form.csrf_token.data, sorted(values.items()))).encode(), hashlib.sha256
    )


def _refusal(refused: casting.CastRefused) -> str:
    texts = {
        "unknown": _("This code is not on the list. Compare it with your letter, character by character."),
        "other-ballot": _(
            "A ballot was cast with this code before, and that one counts. If it was not you, write to us."
        ),
        "void": _("This code was replaced by a newer one. Look for the newest letter."),
        "early": _("The vote has not opened yet. Nothing was cast."),
        "closed": _("The vote has closed. Nothing was cast."),
    }
    return texts.get(refused.code, _("The ballot was not accepted. Nothing was cast."))
