"""The CPV list for people who type (JSON) and for people who leaf through it (pages)."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, jsonify, render_template, request
from werkzeug.wrappers import Response

from app import access
from app.cpv import service
from app.extensions import limiter
from app.web import language

bp = Blueprint("cpv", __name__)

SUGGESTED = 12
SHOWN = 100
LONGEST = 200
LOOKS = "600 per minute"
KEPT = "public, max-age=300"


@bp.get("/cpv.json")
@limiter.limit(LOOKS)
@access.machine
def suggest() -> Response:
    """The codes that fit what was typed (`q`), best first, with their names in the page's language."""
    lang = language()
    found = service.search(_typed(), lang, SUGGESTED)
    answer: Response = jsonify([{"code": code.code, "name": code.name(lang)} for code in found])
    answer.headers["Cache-Control"] = KEPT
    return answer


@bp.get("/cpv")
@access.public
def leaf() -> str:
    """The divisions, or a code with those below it, or what a search finds."""
    book, typed = service.book(), _typed()
    code = request.args.get("kod", "")[:8]
    if code and code not in book.codes:
        abort(404)
    found = service.search(typed, language(), SHOWN) if typed else book.below.get(code, [])
    return render_template(
        "cpv/list.html",
        book=book,
        found=found,
        here=book.codes.get(code) if not typed else None,
        above=book.above(code) if code and not typed else [],
        typed=typed,
    )


@bp.app_template_global()
def cpv_chosen(text: str | None) -> list[dict[str, Any]]:
    """The codes that a field holds, with their names where the list has them."""
    lang = language()
    return [
        {"code": written, "name": code.name(lang) if code else ""}
        for written, code in service.chosen(text or "")
    ]


def _typed() -> str:
    return request.args.get("q", "").replace("\0", "").strip()[:LONGEST]
