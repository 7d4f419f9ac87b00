"""The usual words of the letters to companies that ask for a ballot, and what an edition may put into them instead."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.awards import service as awards
from app.awards.models import Edition
from app.mail.wording import Look, Placeholder, worded
from app.web import absolute_url, language

THE_ROLL = _l("The roll")
EDITION = Placeholder("edition", _l("The award and its year"), "Anbudspriset 2026")
COMPANY = Placeholder("company", _l("The company that the request is about"), "Exempel AB")
DAYS = Placeholder("days", _l("For how many days a request can be confirmed"), "7")
ASKED = _l("You get this letter because you asked for a ballot in {edition}.")


def of_request(edition: Edition, company: str, *, days: int, link: str, reason: str) -> dict[str, Any]:
    """What a letter about a request can say."""
    return {
        "edition_id": edition.id,
        "edition": edition.name(language()),
        "company": company,
        "days": str(days),
        "link": link,
        "reason": reason or "–",
        "contact": edition.contact_email,
        "contact_name": edition.contact_name,
        "reply_to": edition.contact_email or None,
    }


def _preview(edition_id: int, _sample_id: int | None, _now: datetime) -> dict[str, Any]:
    edition = awards.by_id(edition_id)
    link = absolute_url("asking.confirm", lang=language(), slug=edition.slug, token="exempel")  # noqa: S106
    return of_request(
        edition, "Exempel AB", days=7, link=link, reason=_("The company tenders in no public procurement.")
    )


def _worded(name: str, **what: Any) -> None:
    worded(name, section=THE_ROLL, secret=True, preview=_preview, **what)


_worded(
    "request-confirm",
    title=_l("Confirm a request for a ballot"),
    occasion=_l("To the address that was given with a request. It is taken up when it is confirmed."),
    subject=_l("Confirm your request for a ballot in {edition}"),
    body=(
        _l("Somebody, you we hope, has asked for a ballot for {company}. Open the page below and press the button: then the secretariat takes the request up and answers by mail."),
        "{link}",
        _l("You can do that for {days} days. A request that is not confirmed is then forgotten."),
    ),
    placeholders=(
        EDITION, COMPANY, DAYS,
        Placeholder("link", _l("The link that confirms, as a button"), "https://…", look=Look.BUTTON, label=_l("To the button"), required=True),
    ),
    why=_l("You get this letter because somebody asked for a ballot in {edition} and gave this address. If it was not you, you need not do anything."),
)  # fmt: skip

_worded(
    "request-known",
    title=_l("A ballot was asked for that is there already"),
    occasion=_l("To who is on the roll, when somebody asks for its ballot. Nothing has changed."),
    subject=_l("{company} may vote already"),
    body=(
        _l("Somebody has asked for a ballot for {company} in {edition}. It is on the list of those who may vote already, with this address, and has its one ballot. It comes by mail when the vote opens."),
        _l("Nothing has changed, and there is nothing for you to do. If it was not you who asked, and you wonder who did, answer this letter."),
    ),
    placeholders=(EDITION, COMPANY),
    why=_l("You get this letter because your company is on the list of those who may vote in {edition}."),
)  # fmt: skip

_worded(
    "request-approved",
    title=_l("The request is approved"),
    occasion=_l("To whoever asked for a ballot, when the secretariat has approved."),
    subject=_l("{company} may vote in {edition}"),
    body=(
        _l("The secretariat has approved your request. {company} is on the list of those who may vote in {edition}, and has one ballot."),
        _l("The ballot is a link of your own. It comes to this address when the vote opens."),
    ),
    placeholders=(EDITION, COMPANY),
    why=ASKED,
)  # fmt: skip

_worded(
    "request-declined",
    title=_l("The request is declined"),
    occasion=_l("To whoever asked for a ballot, when the secretariat has declined. The reason is written each time."),
    subject=_l("Your request for a ballot in {edition}"),
    body=(
        _l("The secretariat has declined the request for a ballot for {company}. This is the reason:"),
        "{reason}",
        _l("If you think that we have misunderstood something, answer this letter."),
    ),
    placeholders=(
        EDITION, COMPANY,
        Placeholder("reason", _l("The reason, as the secretariat wrote it"), "–", look=Look.QUOTE, required=True),
    ),
    why=ASKED,
)  # fmt: skip
