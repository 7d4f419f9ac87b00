"""Files of a nomination: sent, removed and fetched by whoever holds it or its link; fetched by the secretariat.

Each works as a plain form. A page that asks for JSON (`static/attachments.js`) gets the list anew instead of being
sent back to where it was.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from flask import abort, current_app, flash, jsonify, redirect, render_template, request, send_file, url_for
from flask_babel import gettext
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.datastructures import FileStorage
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.wrappers import Response

from app import access, error_pages, web
from app.access import Role
from app.awards import service as awards
from app.awards.models import Edition
from app.extensions import clock, transaction
from app.nominations import attachment_texts as texts
from app.nominations import attachments, cookie, drafts, sanitising, service, step_views, uploads
from app.nominations.blueprint import Answer, bp
from app.nominations.drafts import Gone
from app.nominations.limits import TooOften, not_too_often
from app.nominations.links import LINK_AGE, read_link
from app.nominations.models import Attachment, Nomination, State
from app.nominations.sanitising import Kind
from app.tokens import Purpose
from app.web import language

HELD = "/nominera/<slug>/bilagor"
LINKED = "/nominera/<slug>/andra/<token>/bilagor"
STAFF = "/sekretariat/<slug>/nomineringar/<int:nomination_id>/bilagor/<public_id>"
UPLOADS = "200 per hour"
LARGEST_REQUEST = attachments.MOST * attachments.LARGEST + 256 * 1024
DRAINED = 64 * 1024 * 1024
"""So much of a request that is too large is read and thrown away: a browser that still sends does not see the answer."""


@dataclass
class Holder:
    """Whose files a request is about: by the browser's cookie, or by a mailed link with its version."""

    edition: Edition
    public_id: str | None
    token: str | None = None
    version: int | None = None

    @property
    def back(self) -> str:
        """The page to go back to: where the form says that it stands, if that is one of the nomination's."""
        home = url_for("nominations.new", slug=self.edition.slug)
        page = request.form.get("back", "")
        if page.startswith(f"{home}/") and page.isprintable() and "//" not in page and "\\" not in page:
            return page
        return self.home

    @property
    def home(self) -> str:
        """The page that is right in any case."""
        if self.token:
            return url_for("nominations.edit", slug=self.edition.slug, token=self.token)
        return url_for("nominations.review", slug=self.edition.slug)

    def changing(self) -> Nomination:
        """The nomination, inside a transaction; what is not there yet begins."""
        now = clock.now()
        if self.public_id is None:
            edition = drafts.open_edition(self.edition.id, now)
            self.public_id = drafts.begin(edition, language=language(), now=now).public_id
        return attachments.changing(self.edition.id, self.public_id, self.version, now=now)

    def found(self) -> Nomination:
        """The nomination, to read; raises `Gone` or `OldLink`."""
        if self.public_id is None:
            raise Gone
        if self.version is not None:
            return drafts.linked(self.edition.id, self.public_id, self.version)
        return drafts.find(self.edition.id, self.public_id)


@dataclass
class Outcome:
    """What became of the files of one request."""

    added: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


@bp.post(HELD)
@bp.post(LINKED)
@web.takes_up_to(LARGEST_REQUEST)
@access.public
def attach(slug: str, token: str | None = None) -> Answer:
    """Takes files in, each by itself: what is wrong with one does not keep the others out."""
    holder = _holder(slug, token)
    outcome = Outcome()
    sent = [upload for upload in request.files.getlist("file") if upload.filename]
    if not sent:
        outcome.problems.append(texts.none_chosen())
    for upload in sent[: attachments.MOST]:
        if not _take(holder, upload, outcome):
            break
    else:
        outcome.problems += [texts.too_many(upload.filename or "") for upload in sent[attachments.MOST :][:1]]
    return _answer(holder, outcome)


@bp.post(f"{HELD}/<public_id>/ta-bort")
@bp.post(f"{LINKED}/<public_id>/ta-bort")
@access.public
def detach(slug: str, public_id: str, token: str | None = None) -> Answer:
    """Removes one file."""
    holder = _holder(slug, token)
    try:
        with transaction():
            name = attachments.remove(holder.changing(), public_id, now=clock.now())
        said = gettext("%(name)s is removed.", name=name)
    except Gone:
        said = gettext("That file was removed already.")
    return _answer(holder, Outcome(added=[said]))


@bp.get(f"{HELD}/<public_id>")
@bp.get(f"{LINKED}/<public_id>")
@access.public
def attachment(slug: str, public_id: str, token: str | None = None) -> Response:
    """One file, for whoever holds the nomination."""
    return send(attachments.attachment(_holder(slug, token).found(), public_id))


@bp.get(STAFF)
@access.staff(Role.SECRETARIAT)
def attachment_for_staff(slug: str, nomination_id: int, public_id: str) -> Response:
    """One file, for the secretariat; a draft's files are its author's alone."""
    try:
        nomination = service.nomination(awards.edition(slug).id, nomination_id)
        if nomination.state is State.DRAFT:
            raise Gone
        return send(attachments.attachment(nomination, public_id))
    except Gone:
        abort(404)


def send(row: Attachment) -> Response:
    """A file as a download that no browser shows or runs on this site (RFC 6266; its name by RFC 8187)."""
    path = uploads.path(current_app.extensions["settings"].uploads_dir, row.public_id)
    if not path.is_file():
        current_app.logger.error("a file of nomination %s is missing in UPLOADS_DIR", row.nomination_id)
        abort(404)
    response = send_file(
        path, mimetype=attachments.TYPES[Kind(row.kind)], as_attachment=True, download_name=row.name,
        conditional=False, etag=False, last_modified=None,
    )  # fmt: skip
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.headers["Cache-Control"] = "private, no-store"
    return response


@bp.errorhandler(RequestEntityTooLarge)
def too_large(_error: RequestEntityTooLarge) -> Answer:
    """A notice is too large, or the files of one request together; any other request has a page that says so."""
    values = request.view_args or {}
    if request.endpoint not in {"nominations.attach", "nominations.new"}:
        return error_pages.error_response(413)
    _drain()
    if request.endpoint == "nominations.new":
        return step_views.too_large(str(values.get("slug")))
    holder = _holder(str(values.get("slug")), values.get("token"))
    said = texts.too_large_together()
    if _wants_json():
        return jsonify(problems=[said], added=[]), 413
    flash(said, "error")
    return redirect(f"{holder.home}#bilagor", 303)


def _take(holder: Holder, upload: FileStorage, outcome: Outcome) -> bool:
    """Takes one file in; False when the next ones need not be tried."""
    name, now = upload.filename or "", clock.now()
    try:
        not_too_often(UPLOADS)
        data = upload.stream.read(attachments.LARGEST + 1)
        if len(data) > attachments.LARGEST:
            outcome.problems.append(texts.too_large(name))
            return True
        with transaction():
            if len(holder.changing().attachments) >= attachments.MOST:
                raise attachments.TooMany
        with uploads.alone(current_app.extensions["settings"].uploads_dir):
            clean = sanitising.sanitise(data)
        outcome.added.append(texts.added(_keep(holder, clean, name)))
    except sanitising.Refused as refusal:
        outcome.problems.append(texts.refused(name, refusal.why))
    except uploads.Busy:
        outcome.problems.append(texts.busy(name))
    except attachments.TooMany:
        outcome.problems.append(texts.too_many(name))
        return False
    except TooOften:
        outcome.problems.append(texts.too_often(name))
        return False
    except uploads.NoRoom:
        current_app.logger.error("UPLOADS_DIR is nearly full at %s", now)
        outcome.problems.append(texts.no_room(name))
        return False
    return True


def _keep(holder: Holder, clean: sanitising.Clean, name: str) -> str:
    """Writes the file, then its row; a file whose row does not come about goes again."""
    folder, now = current_app.extensions["settings"].uploads_dir, clock.now()
    stored = uploads.keep(folder, clean.data, now=now)
    try:
        with transaction():
            return attachments.add(holder.changing(), clean, stored, name, now=now).name
    except (drafts.NominationError, SQLAlchemyError):
        uploads.remove(folder, stored)
        raise


def _answer(holder: Holder, outcome: Outcome) -> Response:
    """The list anew, or back to the page with what is to be said on it."""
    if _wants_json():
        held = holder.found() if holder.public_id else None
        files = render_template(
            "nominations/parts/attachment_list.html", edition=holder.edition, held=held, token=holder.token
        )
        left = attachments.MOST - (len(held.attachments) if held else 0)
        answer: Response = jsonify(files=files, left=left, added=outcome.added, problems=outcome.problems)
        answer.status_code = 422 if outcome.problems else 200
    else:
        for said in outcome.added:
            flash(said)
        for said in outcome.problems:
            flash(said, "error")
        answer = redirect(f"{holder.back}#bilagor", 303)
    if holder.token is None and holder.public_id is not None:
        cookie.hold(answer, holder.edition.slug, holder.public_id)
    return answer


def _holder(slug: str, token: str | None) -> Holder:
    edition = awards.public_edition(slug)
    if token is None:
        return Holder(edition, cookie.held(slug))
    public_id, version = read_link(Purpose.EDIT_NOMINATION, token, LINK_AGE)
    return Holder(edition, public_id, token, version)


def _wants_json() -> bool:
    return request.accept_mimetypes.best == "application/json"


def _drain() -> None:
    left, body = DRAINED, request.environ["wsgi.input"]
    while left > 0 and (read := len(body.read(min(left, 1 << 16)))):
        left -= read


@bp.app_template_global()
def attachment_limits() -> dict[str, Any]:
    """How many files there may be, and how large each."""
    return {
        "most": attachments.MOST,
        "largest": attachments.LARGEST,
        "shown": texts.size(attachments.LARGEST),
    }


@bp.app_template_filter()
def file_size(size: int) -> str:
    """840 kB, 1,2 MB."""
    return texts.size(size)
