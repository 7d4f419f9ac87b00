"""What voters' browsers ask: the static page, what is encrypted for, casting, receipts.

The POST addresses take JSON, ignore cookies and answer in JSON whatever happens. Nothing here tells whose a public
credential is.
"""

from __future__ import annotations

import json
import re
import time
from typing import Any

from flask import abort, current_app, g, jsonify, render_template, request
from sqlalchemy.exc import IntegrityError, OperationalError
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge
from werkzeug.wrappers import Response

from app import access
from app.assets import Encoded
from app.awards import service as awards
from app.ballots import box, casting, limits, paper
from app.ballots.blueprint import bp
from app.core.receipts import Receipt
from app.error_pages import error_response
from app.extensions import clock, db, transaction
from app.ledger import service as ledger
from app.web import language

MAX_BODY = 256 * 1024
TRY_AGAIN_FOR = 15.0
CODES = {400: "malformed", 403: "origin", 404: "not-found", 405: "malformed", 413: "too-large", 415: "not-json",
         429: "slow-down", 500: "broken", 503: "busy"}  # fmt: skip
REFUSED = {
    "malformed": 400,
    "invalid": 422,
    "unknown": 404,
    "other-ballot": 409,
    "void": 410,
    "early": 403,
    "closed": 403,
}
_HEX = re.compile(r"[0-9a-f]{64}")
_TRACKER = re.compile(r"[A-Za-z0-9+/]{43}")
_pages: dict[tuple[str, str, str], tuple[Any, Encoded]] = {}


@bp.get("/rosta/<slug>")
@access.public
def booth(slug: str) -> Response:
    """The ballot: the same bytes for everyone who reads this edition in this language."""
    return _kept("booth", slug, _booth_page).response("text/html")


@bp.get("/rosta/<slug>/val", endpoint="paper")
@access.machine
def paper_json(slug: str) -> Response:
    """What the browser encrypts for: the election's exact text."""
    response = _kept("paper", slug, _paper_json).response("application/json")
    response.headers["Cache-Control"] = "public, max-age=60"
    return response


@bp.post("/rosta/<slug>/lage")
@access.machine
def state(slug: str) -> Response:
    """How the vote and one public credential stand."""
    public = _body("credential", _HEX)
    found = casting.poll(slug)
    state, receipt = casting.credential_state(found, public)
    answer = {"phase": casting.opening(found, clock.now()), "state": state, **casting.times(found)}
    return jsonify(answer | ({"receipt": signed(receipt)} if receipt else {}))


@bp.post("/rosta/<slug>/rost")
@access.machine
def cast(slug: str) -> Response:
    """Casts a ballot; the same ballot again has the same receipt. `"receipt": true` asks for it by mail as well."""
    values = _values()
    by_mail = "receipt" in values
    if by_mail and values.pop("receipt") is not True:
        raise casting.Malformed
    try:
        data = _text(values, "ballot").encode()
    except UnicodeEncodeError as error:
        raise casting.Malformed from error
    arrived = clock.now()  # with its last byte: who sends slowly has no longer to choose
    kept = accepted(casting.check(slug, data), arrived=arrived, by_mail=by_mail)
    return jsonify(receipt=signed(kept))


@bp.get("/rosta/<slug>/kvitto")
@access.public
def receipt(slug: str) -> Response | str:
    """Looks a receipt up, also without JavaScript."""
    edition = _edition(slug)
    query = request.args.get("avtryck")
    tracker = "".join((query or "").split())
    well_formed = bool(_TRACKER.fullmatch(tracker))
    found = casting.receipt(casting.poll(slug), tracker=tracker) if well_formed else None
    return render_template(
        "ballots/receipt.html", paper=paper.shown(edition, language()), query=query,
        error="malformed" if query and not well_formed else "", receipt=found and signed(found),
    )  # fmt: skip


@bp.post("/rosta/<slug>/kvitto")
@access.machine
def receipt_lookup(slug: str) -> Response:
    """The same for the script, so that the tracker stands in no address."""
    found = casting.receipt(casting.poll(slug), tracker=_body("tracker", _TRACKER))
    return jsonify({"found": True, "receipt": signed(found)} if found else {"found": False})


def accepted(
    checked: casting.Checked, *, arrived: Any, without_script: bool = False, by_mail: bool = False
) -> Receipt:
    """Accepts a checked ballot in a transaction of its own, once more where another one was in the way."""
    end = time.monotonic() + TRY_AGAIN_FOR
    while True:
        try:
            with transaction():
                return casting.accept(
                    checked,
                    arrived=arrived,
                    now=clock.now(),
                    without_script=without_script,
                    by_mail=by_mail,
                )
        except (IntegrityError, OperationalError):
            if time.monotonic() > end:
                raise


def signed(receipt: Receipt) -> dict[str, str | int]:
    """The receipt as the booth wants it, signed with the log's key."""
    return ledger.sign_receipt(receipt)


def _edition(slug: str) -> Any:
    try:
        edition = awards.edition(slug)
        box.prepared(edition.id)
    except (awards.NoSuchEdition, box.NoBox):
        abort(404)
    return edition


def _body(name: str, pattern: re.Pattern[str]) -> str:
    """The one text that a request carries. Raises `Malformed`."""
    text = _text(_values(), name)
    if not pattern.fullmatch(text):
        raise casting.Malformed
    return text


def _values() -> dict[str, Any]:
    """The JSON object that a request carries. Raises `Malformed`."""
    request.max_content_length = MAX_BODY
    try:
        values = json.loads(request.get_data(cache=False))
    except (ValueError, RecursionError) as error:
        raise casting.Malformed from error
    if not isinstance(values, dict):
        raise casting.Malformed
    return values


def _text(values: dict[str, Any], name: str) -> str:
    """The text called *name*, which must be all there is. Raises `Malformed`."""
    text = values.get(name)
    if set(values) != {name} or not isinstance(text, str):
        raise casting.Malformed
    return text


def _kept(kind: str, slug: str, make: Any) -> Encoded:
    """A page that is the same for everyone, kept as bytes until what it shows changes (and for a minute at most)."""
    edition = _edition(slug)
    stamp = (
        edition.id, edition.name_sv, edition.name_en, edition.heading_sv, edition.heading_en, edition.contact_name,
        edition.contact_email, edition.plain_voting, *casting.poll(slug), int(time.monotonic() // 60),
    )  # fmt: skip
    key = (kind, slug, language())
    kept = _pages.get(key)
    if kept is None or kept[0] != stamp or current_app.debug:
        kept = _pages[key] = (stamp, Encoded.of(make(edition)))
    return kept[1]


def _booth_page(edition: Any) -> bytes:
    g.principal = None
    return render_template("ballots/booth.html", paper=paper.shown(edition, language())).encode()


def _paper_json(edition: Any) -> bytes:
    found = casting.poll(edition.slug)
    text = box.election(edition.id).payload.decode()
    answer = {"election": text, "fingerprint": found.fingerprint, **casting.times(found)}
    return json.dumps(answer, ensure_ascii=False, separators=(",", ":")).encode()


@bp.errorhandler(casting.CastRefused)
def _refused(error: casting.CastRefused) -> Response:
    db.session.rollback()
    wait = _count(error)
    if wait:
        return _json(429, {"error": "slow-down"}, wait)
    answer: dict[str, Any] = {"error": error.code}
    if error.receipt is not None:
        answer["receipt"] = signed(error.receipt)
    return _json(REFUSED[error.code], answer)


def _count(error: casting.CastRefused) -> int:
    address = request.remote_addr or ""
    if isinstance(error, casting.Malformed | casting.Unknown):
        return limits.failed(limits.FAILED_FROM_ADDRESS, "cast", address)
    if isinstance(error, casting.Invalid):
        by_address = limits.failed(limits.FAILED_FROM_ADDRESS, "cast", address)
        by = error.signed_by
        return max(by_address, limits.failed(limits.FAILED_BY_CREDENTIAL, "cast-by", by) if by else 0)
    if isinstance(error, casting.OtherBallot) and error.receipt is not None:
        return limits.failed(limits.REPEATED_BY_CREDENTIAL, "cast-again", error.receipt.tracker)
    return 0


@bp.errorhandler(box.NoBox)
def _no_box(_error: box.NoBox) -> Response:
    return error_response(404, machine_code="not-found")


@bp.errorhandler(awards.NoSuchEdition)
def _no_edition(_error: awards.NoSuchEdition) -> Response:
    return error_response(404, machine_code="not-found")


@bp.errorhandler(OperationalError)
@bp.errorhandler(IntegrityError)
def _busy(error: OperationalError | IntegrityError) -> Response:
    current_app.logger.error("database busy: %s", type(error.orig).__name__)
    db.session.rollback()
    return _json(503, {"error": "busy"}, 2) if _is_machine() else error_response(503)


@bp.errorhandler(HTTPException)
def _http(error: HTTPException) -> Response:
    if not _is_machine():
        response = error_response(error.code or 500)
    else:
        code = 413 if isinstance(error, RequestEntityTooLarge) else error.code or 500
        response = _json(code, {"error": CODES.get(code, str(code))})
    return response


def _is_machine() -> bool:
    return access.rule_of(access.current_view()) == access.Rule("machine")


def _json(status: int, answer: dict[str, Any], wait: int = 0) -> Response:
    response = jsonify(answer)
    response.status_code = status
    if wait:
        response.headers["Retry-After"] = str(wait)
    return response
