"""/inkorg: the local inbox in the browser, which does not exist in production; /studsar: where signed reports come."""

from __future__ import annotations

import re
from email.message import EmailMessage
from itertools import islice
from pathlib import Path

from flask import Blueprint, abort, current_app, jsonify, render_template, request
from markupsafe import Markup, escape
from werkzeug.wrappers import Response

from app import access
from app.extensions import clock
from app.mail import commands
from app.mail import inbox as mails
from app.mail.bounces import taking, webhook
from app.web import CSP

bp = Blueprint("mail", __name__, cli_group=None)
bp.cli.add_command(commands.mail)
bp.add_app_template_global(taking.unmatched, "unmatched_reports")

PAGE, MOST_PAGES = 50, 10_000
LINK = re.compile(r"https?://[^\s<>\"]*[^\s<>\".,;:!?)]")
FRAME_CSP = (
    "sandbox allow-top-navigation-by-user-activation allow-popups allow-popups-to-escape-sandbox; default-src 'none'; "
    "style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
)


def _folder() -> Path:
    settings = current_app.extensions["settings"]
    if not mails.is_local(settings):
        abort(404)
    return Path(settings.inbox_dir)


@bp.get("/inkorg")
@access.public
def inbox() -> str:
    """All mails, newest first."""
    folder, to = _folder(), request.args.get("till", "")[:100]
    page = max(1, min(request.args.get("sida", 1, type=int), MOST_PAGES))
    found = list(islice(mails.headings(folder, to=to), (page - 1) * PAGE, page * PAGE + 1))
    return render_template("mail/inbox.html", mails=found[:PAGE], more=len(found) > PAGE, page=page, to=to)


@bp.get("/inkorg/<name>")
@access.public
def inbox_mail(name: str) -> Response:
    """One mail: as it looks, in a frame that can do nothing but be read and clicked, and as plain text."""
    message = _mail(name)
    page = render_template(
        "mail/inbox_mail.html", name=name, message=message, text=linked(mails.body(message, "plain")),
        has_html=bool(mails.body(message, "html")),
    )  # fmt: skip
    response = current_app.make_response(page)
    response.headers["Content-Security-Policy"] = f"{CSP}; frame-src 'self'"
    return response


@bp.get("/inkorg/<name>/utseende")
@access.public
def inbox_frame(name: str) -> Response:
    """The mail's HTML for that frame: no script, nothing from elsewhere; links open in the whole window."""
    html = mails.body(_mail(name), "html")
    response = current_app.make_response(html.replace("<head>", '<head><base target="_top">', 1))
    response.headers["Content-Security-Policy"] = FRAME_CSP
    return response


def _mail(name: str) -> EmailMessage:
    try:
        return mails.mail(_folder(), name)
    except mails.NoSuchMail:
        abort(404)


def linked(text: str) -> Markup:
    """Plain text with its addresses as links."""
    parts, end = [], 0
    for match in LINK.finditer(text):
        address = escape(match[0])
        parts += [
            escape(text[end : match.start()]),
            Markup('<a href="{0}" rel="noreferrer">{0}</a>').format(address),
        ]
        end = match.end()
    return Markup("").join([*parts, escape(text[end:])])


@bp.post("/studsar")
@access.machine
def take_report() -> tuple[Response, int]:
    """One report from who holds BOUNCE_WEBHOOK_KEY; without that setting there is no such address."""
    key = current_app.extensions["settings"].mail.bounce_webhook_key
    if not key:
        abort(404)
    body, now = request.get_data(), clock.now()
    try:
        webhook.check(key, request.headers.get(webhook.HEADER, ""), body, now)
        outcome = taking.take(webhook.message(body), way="webhook", now=now)
    except webhook.NotSigned:
        return jsonify(error="not signed, or too long ago"), 401
    except webhook.NoMessage:
        return jsonify(error='the body is {"message": "<base64>"}'), 400
    except taking.NotYet:
        return jsonify(error="later"), 503
    return jsonify(outcome=outcome), 200
