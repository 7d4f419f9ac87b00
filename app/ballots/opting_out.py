"""The page where a voter says no to reminders, and the one click that mail programs make for them (RFC 8058).

Opening the link writes nothing, however often and by whatever machine; neither way touches the ballot.
"""

from __future__ import annotations

from flask import Response, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as Answer

from app import access, tokens
from app.ballots import reminding
from app.ballots.blueprint import bp
from app.extensions import clock, csrf, transaction

ONE_CLICK = {"List-Unsubscribe": "One-Click"}


@bp.get("/paminnelser/<token>")
@access.public
def reminders(token: str) -> str | tuple[str, int]:
    """A button, or what was chosen and a way back."""
    try:
        voter, edition = reminding.linked(token)
    except tokens.TokenError:
        return render_template("ballots/reminders_dead.html"), 404
    return render_template(
        "ballots/reminders.html",
        edition=edition,
        label=voter.ballot_label,
        token=token,
        wants_none=reminding.wants_none(voter.id),
        open=reminding.can_still(edition, clock.now()),
    )


@bp.post("/paminnelser/<token>")
@access.public
@csrf.exempt
def one_click(token: str) -> Response:
    """What a mail program sends for the voter: no cookie, no page, and nothing but the words of the standard."""
    if request.mimetype not in {"application/x-www-form-urlencoded", "multipart/form-data"}:
        abort(415)
    if request.form.to_dict(flat=True) != ONE_CLICK or request.files:
        abort(400)
    try:
        with transaction():
            reminding.opt_out(reminding.linked(token)[0].id, now=clock.now())
    except tokens.TokenError:
        abort(404)
    return Response("OK\n", mimetype="text/plain")


@bp.post("/paminnelser/<token>/<any(inga, igen):wish>")
@access.public
def reminders_wish(token: str, wish: str) -> Answer:
    """The page's button: no more reminders, or reminders again."""
    try:
        with transaction():
            voter, _edition = reminding.linked(token)
            if wish == "inga":
                reminding.opt_out(voter.id, now=clock.now())
            else:
                reminding.opt_in(voter.id)
    except tokens.TokenError:
        abort(404)
    return redirect(url_for("ballots.reminders", token=token), 303)
