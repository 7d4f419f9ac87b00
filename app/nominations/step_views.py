"""The form in steps: the notice, the procurement, the nomination, a last look. What is typed is saved on the way."""

from __future__ import annotations

from datetime import date

from flask import abort, flash, jsonify, make_response, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from app import access, remembered, web
from app.awards import deadlines
from app.awards import service as awards
from app.awards.models import Edition
from app.extensions import clock, transaction
from app.nominations import cookie, drafts, rules, starting, steps
from app.nominations.answers import closed, filled_in, held_draft
from app.nominations.blueprint import Answer, bp
from app.nominations.drafts import KEPT_FOR, NominationError, NotNow, TooLate, TooManyLetters
from app.nominations.forms import NominationForm, checked_form
from app.nominations.limits import AUTOSAVES, SAVES, TooOften, enough_letters, not_too_often, wait_a_while
from app.nominations.models import Nomination, State
from app.nominations.show import facts
from app.nominations.starting import LARGEST_NOTICE
from app.nominations.steps import Step
from app.procurement.notice import NoticeError, TooLarge
from app.web import STOCKHOLM, language

PATH = "/nominera/<slug>"


@bp.route(PATH, methods=["GET", "POST"])
@web.takes_up_to(LARGEST_NOTICE + 64 * 1024)
@access.public
def new(slug: str) -> Answer:
    """The first step: a notice's number or file, or neither."""
    edition = awards.public_edition(slug)
    held = held_draft(edition)
    if not _takes(edition, held):
        return closed(edition, filled_in(edition, None))
    if request.method == "POST":
        return _start(edition, held)
    page = make_response(_start_page(edition, held))
    return page if held else remembered.for_newcomers(page)


@bp.route(f"{PATH}/<any(upphandlingen, nomineringen):name>", methods=["GET", "POST"])
@access.public
def step(slug: str, name: str) -> Answer:
    """The second and the third step: the procurement's facts; why, and who nominates."""
    edition, place = awards.public_edition(slug), Step(name)
    held = held_draft(edition)
    draft = held if held is not None and held.state is State.DRAFT else None
    form = filled_in(edition, draft)
    if not _takes(edition, held):
        return closed(edition, form)
    if form.is_submitted():
        return _take(edition, place, form, draft)
    return _step_page(edition, place, form, draft)


@bp.route(f"{PATH}/granska", methods=["GET", "POST"])
@access.public
def review(slug: str) -> Answer:
    """The last step: everything once more, every gap by name, and the button that sends."""
    edition = awards.public_edition(slug)
    held = held_draft(edition)
    if held is None or held.state is not State.DRAFT:
        return redirect(url_for("nominations.new", slug=slug))
    if not _takes(edition, held):
        return closed(edition, filled_in(edition, held))
    missing = steps.gaps(edition, held, _today())
    problem = ""
    if request.method == "POST" and not missing:
        try:
            return _send(edition, held)
        except TooManyLetters:
            problem = enough_letters()
        except TooOften:
            problem = wait_a_while()
        except TooLate:
            return closed(edition, filled_in(edition, held))
    page = render_template(
        "nominations/review.html",
        edition=edition,
        held=held,
        missing=missing,
        wishes=steps.wishes(held),
        problem=problem,
        facts=facts(held, language()),
        fields=filled_in(edition, held),
        **_frame(edition, Step.REVIEW, held),
    )
    return page, 422 if request.method == "POST" else 200


@bp.post(f"{PATH}/spara")
@access.public
def autosave(slug: str) -> Answer:
    """Saves what a step holds while it is typed; answers when it was saved, in words."""
    edition = awards.public_edition(slug)
    name = request.form.get("step", "")
    if name not in set(Step) or not steps.FIELDS[Step(name)]:
        abort(400)
    held = held_draft(edition)
    form = filled_in(edition, held)
    try:
        not_too_often(AUTOSAVES)
        form.sound_number()
        kept = _keep(edition, Step(name), form, held)
    except TooOften:
        return jsonify(saved="", text=gettext("Not saved just now. Press “Save the draft”.")), 429
    except NotNow:
        text = gettext("Not saved: this nomination has been sent. Reload the page to go on.")
        return jsonify(saved="", text=text), 409
    except NominationError:
        return jsonify(saved="", text=gettext("Not saved: nominations are closed.")), 409
    text = gettext("Saved %(when)s", when=web.clock_time(kept.updated_at))
    return cookie.hold(jsonify(saved=web.utc(kept.updated_at), text=text), edition.slug, kept.public_id)


def too_large(slug: str) -> Answer:
    """The first step again: what was chosen there is larger than any notice."""
    edition = awards.public_edition(slug)
    problem = starting.problem(TooLarge("more bytes than any notice has"))
    return _start_page(edition, held_draft(edition), problem=problem, code=413)


def _start(edition: Edition, held: Nomination | None) -> Answer:
    """Reads the notice that came, and goes on where it leads."""
    if request.form.get("action") == "skip":
        return redirect(url_for("nominations.step", slug=edition.slug, name=Step.FACTS))
    draft = held if held is not None and held.state is State.DRAFT else None
    number, upload = request.form.get("number", ""), request.files.get("file")
    try:
        not_too_often(SAVES)
        found = starting.found(number, upload)
        with transaction():
            kept = starting.start(
                edition.id, draft.public_id if draft else None, found, language=language(), now=clock.now()
            )
    except TooOften:
        return _start_page(edition, held, number=number, problem=wait_a_while(), code=429)
    except TooLate:
        return closed(edition, filled_in(edition, draft))
    except NoticeError as error:
        return _start_page(edition, held, number=number, problem=starting.problem(error), code=422)
    place = steps.after_notice(edition, kept, _today())
    for text in starting.told(found, kept):
        flash(text)
    answer = redirect(step_address(edition, place))
    return cookie.hold(answer, edition.slug, kept.public_id)


def _take(edition: Edition, place: Step, form: NominationForm, draft: Nomination | None) -> Answer:
    """Keeps a step as it was typed, and goes where the button leads."""
    action = request.form.get("action", "next")
    try:
        not_too_often(SAVES)
        sound = steps.sound(form, place)
        if action == "mail" and not form.sound_address():
            sound = False
        kept = _keep(edition, place, form, draft)
        if sound and action == "mail":
            with transaction():
                drafts.mail_link(edition.id, kept.public_id, now=clock.now())
    except TooManyLetters:
        form.contact_email.errors, sound = [enough_letters()], False
    except TooOften:
        form.form_errors.append(wait_a_while())
        return _step_page(edition, place, form, draft, code=429)
    except TooLate:
        return closed(edition, form)
    answer = (
        _onward(edition, place, action, form)
        if sound
        else make_response(_step_page(edition, place, form, kept, code=422))
    )
    return cookie.hold(answer, edition.slug, kept.public_id)


def _keep(edition: Edition, place: Step, form: NominationForm, draft: Nomination | None) -> Nomination:
    """Keeps the step; raises `NotNow` where another tab has sent the nomination meanwhile."""
    with transaction():
        kept = starting.keep(
            edition.id,
            draft.public_id if draft else None,
            form.typed,
            place,
            language=language(),
            now=clock.now(),
        )
    if kept.state is not State.DRAFT:
        raise NotNow(kept.state)
    return kept


def _onward(edition: Edition, place: Step, action: str, form: NominationForm) -> Response:
    if action == "next":
        return redirect(step_address(edition, steps.after(place)))
    if action == "mail":
        to = form.contact_email.data
        flash(gettext("The draft is saved, and a link to it is on its way to %(address)s.", address=to))
    else:
        flash(
            gettext(
                "The draft is saved. Open this page again in the same browser to go on; nothing has been sent."
            )
        )
    return redirect(step_address(edition, place))


def _send(edition: Edition, held: Nomination) -> Answer:
    not_too_often(SAVES)
    values = checked_form(
        edition, held, _today()
    ).typed  # what was looked through, and nothing that came with it
    with transaction():
        drafts.send(edition.id, held.public_id, values, language=language(), now=clock.now())
    return redirect(url_for("nominations.sent", slug=edition.slug))


def _start_page(
    edition: Edition, held: Nomination | None, *, number: str = "", problem: str = "", code: int = 200
) -> tuple[str, int]:
    draft = held if held is not None and held.state is State.DRAFT else None
    page = render_template(
        "nominations/start.html",
        edition=edition,
        held=draft,
        waiting=held if draft is None else None,
        number=number,
        problem=problem,
        rules_public=rules.public(edition, language()),
        go_on=step_address(edition, steps.first_open(edition, draft, _today())) if draft else "",
        **_frame(edition, Step.NOTICE, draft),
    )
    return page, code


def _step_page(
    edition: Edition, place: Step, form: NominationForm, draft: Nomination | None, *, code: int = 200
) -> Answer:
    page = render_template(
        f"nominations/{'procurement' if place is Step.FACTS else 'nomination'}.html",
        edition=edition,
        form=form,
        held=draft,
        **_frame(edition, place, draft),
    )
    return page, code


def _frame(edition: Edition, place: Step, draft: Nomination | None) -> dict[str, object]:
    """What every step shows: where one is, what is done, until when."""
    return {
        "here": place,
        "titles": [(each, title, step_address(edition, each)) for each, title in steps.titles()],
        "kept_for": KEPT_FOR.days,
        "source": starting.sources(draft),
        "doubt": starting.doubts_of(draft),
    }


def step_address(edition: Edition, place: Step) -> str:
    """Where a step is."""
    if place is Step.NOTICE:
        return url_for("nominations.new", slug=edition.slug)
    if place is Step.REVIEW:
        return url_for("nominations.review", slug=edition.slug)
    return url_for("nominations.step", slug=edition.slug, name=place)


def _takes(edition: Edition, held: Nomination | None) -> bool:
    """Whether this browser can go on: nominations are open, or were when it began."""
    now = clock.now()
    return deadlines.is_open(edition, deadlines.Deadline.NOMINATIONS, now) or (
        held is not None and deadlines.in_grace(edition, now)
    )


def _today() -> date:
    return clock.now().astimezone(STOCKHOLM).date()
