"""The usual words of the letters about nominations, and what an edition may put into them instead."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import or_, select

from app.awards import service as awards
from app.awards.models import Edition
from app.extensions import db
from app.mail.wording import Look, Placeholder, Sample, worded
from app.nominations.drafts import KEPT_FOR
from app.nominations.models import Nomination, State
from app.nominations.show import facts
from app.web import absolute_url, datetime_long, language

FIRST, FOUND = 3, 10
EXAMPLE = "exempel"
"""Stands for the token in links of a preview: they open nothing."""

EDITION = Placeholder("edition", _l("The award and its year"), "Anbudspriset 2026")
TITLE = Placeholder("title", _l("What the nominated procurement is called"), _l("Cleaning of schools"))
AUTHORITY = Placeholder("authority", _l("The authority that procured"), _l("Exempel municipality"))
UNTIL = Placeholder(
    "until", _l("Until when one can nominate"), _l("15 October 2026 at 18:00 (Swedish time)"), required=True
)
MAYBE_UNTIL = Placeholder(
    "until", _l("Until when one can nominate"), _l("15 October 2026 at 18:00 (Swedish time)")
)
DAYS = Placeholder("days", _l("After how many days an untouched draft is deleted"), "14")
FACTS = Placeholder("facts", _l("What the nomination says"), [], look=Look.FACTS, required=True)
THE_NOMINATIONS = _l("Nominations")
NOMINATED = _l("You get this letter because you nominated a procurement for {edition}.")
GAVE_ADDRESS = _l(
    "You get this letter because somebody nominated a procurement for {edition} and gave this address. If it was not you, you need not do anything."
)


def about(edition: Edition) -> dict[str, Any]:
    """What every letter of an edition to a nominator can say."""
    until = edition.nominations_close_at
    return {
        "edition_id": edition.id,
        "edition": edition.name(language()),
        "until": datetime_long(until, zone=True) if until else _("a day that is not set yet"),
        "days": str(KEPT_FOR.days),
        "contact": edition.contact_email,
        "contact_name": edition.contact_name,
        "reply_to": edition.contact_email or None,
    }


def of_nomination(
    edition: Edition, nomination: Nomination | None, *, edit_url: str, confirm_url: str, open_: bool
) -> dict[str, Any]:
    """What a letter about a nomination can say; None stands for one that is made up."""
    if nomination is None:
        return about(edition) | _made_up() | {"edit": edit_url, "confirm": confirm_url, "going_on": edit_url}
    brief = [(_("Authority"), nomination.authority), (_("Procurement"), nomination.title)]
    return about(edition) | {
        "title": nomination.title or nomination.authority or "–",
        "authority": nomination.authority or "–",
        "facts": facts(nomination, language()),
        "brief": [each for each in brief if each[1]] or [(_("Procurement"), "–")],
        "edit": edit_url if open_ else "",
        "confirm": confirm_url,
        "standing": standing(nomination.state),
        "going_on": edit_url if nomination.state is State.DRAFT else "",
    }


def standing(state: State) -> str:
    """What more time means for a nomination."""
    if state is State.SUBMITTED:
        return _(
            "Your nomination is not confirmed yet. It counts when you have confirmed it from the letter that we sent."
        )
    if state is State.DRAFT:
        return _("Your draft is not sent yet. With this link you go on where you stopped:")
    return _(
        "A nomination that is confirmed stands as it is; there is nothing that you must do. The links in our earlier letters work until the new time."
    )


def _made_up() -> dict[str, Any]:
    lines = [(_("Authority"), _("Exempel municipality")), (_("Procurement"), _("Cleaning of schools"))]
    return {
        "title": _("Cleaning of schools"),
        "authority": _("Exempel municipality"),
        "facts": lines,
        "brief": lines,
        "standing": standing(State.DRAFT),
    }


def samples(edition_id: int, search: str) -> list[Sample]:
    """Nominations to show a letter with, the newest first. Drafts are their authors' alone."""
    query = select(Nomination).where(
        Nomination.edition_id == edition_id,
        Nomination.state != State.DRAFT,
        Nomination.forgotten_at.is_(None),
    )
    if search.strip():
        columns = (Nomination.title, Nomination.authority, Nomination.company, Nomination.contact_email)
        query = query.where(or_(*(each.icontains(search.strip(), autoescape=True) for each in columns)))
    rows = db.session.scalars(query.order_by(Nomination.id.desc()).limit(FOUND if search.strip() else FIRST))
    return [
        Sample(each.id, each.title or "–", ", ".join(filter(None, (each.authority, each.company))))
        for each in rows
    ]


def sample(edition_id: int, nomination_id: int | None) -> Nomination | None:
    """The nomination that was chosen, or the newest; None where there is none."""
    if nomination_id is None:
        first = samples(edition_id, "")
        nomination_id = first[0].id if first else 0
    found = db.session.get(Nomination, nomination_id)
    if found is None or found.edition_id != edition_id or found.forgotten_at or found.state is State.DRAFT:
        return None
    return found


def preview(edition_id: int, sample_id: int | None, _now: datetime) -> dict[str, Any] | None:
    """What a letter would say of a nomination, with links that open nothing."""
    edition = awards.by_id(edition_id)
    edit, confirm = (
        absolute_url(f"nominations.{view}", lang=language(), slug=edition.slug, token=EXAMPLE)
        for view in ("edit", "confirm")
    )
    given = of_nomination(
        edition, sample(edition_id, sample_id), edit_url=edit, confirm_url=confirm, open_=True
    )
    return given | {"link": edit}


def preview_confirm(edition_id: int, sample_id: int | None, now: datetime) -> dict[str, Any] | None:
    """The same for a letter whose link confirms."""
    given = preview(edition_id, sample_id, now)
    return given and given | {"link": given["confirm"]}


def _link(name: str, explanation: Any, label: Any, **options: Any) -> Placeholder:
    return Placeholder(name, explanation, "https://…", look=Look.BUTTON, label=label, **options)


def _worded(name: str, **what: Any) -> None:
    usual = {
        "section": THE_NOMINATIONS,
        "secret": True,
        "samples": samples,
        "preview": preview,
        "why": NOMINATED,
    }
    worded(name, **{**usual, **what})


_worded(
    "nomination_draft",
    title=_l("The link to a draft"),
    occasion=_l("To whoever wants to go on with a draft in another browser or on another day."),
    subject=_l("Your draft for {edition}"),
    body=(
        _l("Here is the link to your draft. It opens in any browser, and works until you have sent the nomination and confirmed it."),
        "{edit}",
        _l("Nothing has been sent yet. Nominations are open until {until}, and a draft that nobody touches is deleted after {days} days."),
    ),
    placeholders=(EDITION, TITLE, UNTIL, DAYS, _link("edit", _l("The link to the draft, as a button"), _l("Open the draft"), required=True)),
    why=GAVE_ADDRESS,
)  # fmt: skip

_worded(
    "nomination_confirm",
    title=_l("Confirm the nomination"),
    occasion=_l("To whoever has sent a nomination. It counts when it is confirmed."),
    subject=_l("Confirm your nomination for {edition}"),
    body=(
        _l("“{title}” does not count yet. Open the page below and press the button: then it does."),
        "{confirm}",
        _l("You can do that until {until}. A nomination that is not confirmed is deleted after {days} days."),
        "{brief}",
    ),
    placeholders=(
        EDITION, TITLE, AUTHORITY, UNTIL, DAYS,
        _link("confirm", _l("The link that confirms, as a button"), _l("To the button"), required=True),
        Placeholder("brief", _l("The authority and the procurement"), [], look=Look.FACTS),
    ),
    why=GAVE_ADDRESS,
)  # fmt: skip

_BEGAN = _l(
    "You get this letter, once, because somebody began a nomination for {edition} and gave this address. If it was not you, you need not do anything."
)

_worded(
    "nomination_reminder",
    title=_l("Two days left to send a draft"),
    occasion=_l("Two days before the last day, to whoever has begun a nomination and not sent it."),
    subject=_l("Not sent yet: your nomination for {edition}"),
    body=(
        _l("You have begun a nomination and not sent it. Nominations close on {until}. With this link you go on where you stopped:"),
        "{link}",
        _l("If you have changed your mind there is nothing to do: a draft that nobody touches is deleted after {days} days."),
    ),
    placeholders=(EDITION, UNTIL, DAYS, _link("link", _l("The link to the draft, as a button"), _l("Go on with the draft"), required=True)),
    why=_BEGAN,
)  # fmt: skip

_worded(
    "nomination_reminder_confirm",
    title=_l("Two days left to confirm"),
    occasion=_l("Two days before the last day, to whoever has sent a nomination and not confirmed it."),
    subject=_l("Not confirmed yet: your nomination for {edition}"),
    body=(
        _l("You have sent a nomination, but it does not count until you confirm it. That can be done until {until}. Open the page and press the button:"),
        "{link}",
    ),
    placeholders=(EDITION, TITLE, UNTIL, DAYS, _link("link", _l("The link that confirms, as a button"), _l("To the button"), required=True)),
    why=_BEGAN,
    preview=preview_confirm,
)  # fmt: skip

_CHANGE = _link("edit", _l("The link to change or withdraw, as a button, as long as that is possible"), _l("Change or withdraw"), optional=True, required=True)  # fmt: skip
_WITH_THIS_LINK = _l(
    "With this link you can change it, or withdraw it, until {until}. Whoever has the link can do so: do not pass it on.\n{edit}"
)

_worded(
    "nomination_copy",
    title=_l("The nomination counts"),
    occasion=_l("To whoever has confirmed a nomination: a copy, and the link to change it."),
    subject=_l("Your nomination is confirmed: {title}"),
    body=(
        _l("Thank you. Your nomination is confirmed and counts. The secretariat reads it, and you hear from us when it is decided."),
        _WITH_THIS_LINK,
        _l("# What you nominate"),
        "{facts}",
    ),
    placeholders=(EDITION, TITLE, AUTHORITY, MAYBE_UNTIL, FACTS, _CHANGE),
)  # fmt: skip

_worded(
    "nomination_changed",
    title=_l("The nomination is changed"),
    occasion=_l("To whoever has changed a nomination: what it says now."),
    subject=_l("Your nomination is changed: {title}"),
    body=(
        _l("Your changes are saved. This is what your nomination says now."),
        "{facts}",
        _WITH_THIS_LINK,
    ),
    placeholders=(EDITION, TITLE, AUTHORITY, MAYBE_UNTIL, FACTS, _CHANGE),
)  # fmt: skip

_worded(
    "nomination_withdrawn",
    title=_l("The nomination is withdrawn"),
    occasion=_l("To whoever has withdrawn a nomination."),
    subject=_l("Your nomination is withdrawn: {title}"),
    body=(
        _l("“{title}” is withdrawn and no longer counts. What you wrote is deleted after {days} days."),
        _l("If you did not do this yourself, write to us: answer this letter."),
    ),
    placeholders=(EDITION, TITLE, AUTHORITY, DAYS),
)  # fmt: skip

_worded(
    "nominations_extended",
    title=_l("More time to nominate"),
    occasion=_l("To everyone who has nominated or begun to, when the last day is moved to later."),
    subject=_l("More time to nominate: {edition}"),
    body=(
        _l("Nominations for {edition} are now open until {until}."),
        "{standing}",
        "{going_on}",
    ),
    placeholders=(
        EDITION, TITLE, UNTIL,
        Placeholder("standing", _l("What it means for the nomination: a draft, not confirmed, or confirmed"), _l("Your draft is not sent yet. With this link you go on where you stopped:"), required=True),
        _link("going_on", _l("The link to the draft, as a button, to those who have one"), _l("Go on with the draft"), required=True, optional=True),
    ),
    why=_l("You get this letter because you nominated a procurement for {edition}, or began to."),
)  # fmt: skip
