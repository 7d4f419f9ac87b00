"""The secretariat's pages in tests: forms sent with everything that stands in them, as browsers do."""

from __future__ import annotations

from typing import Any

from app.awards.models import Edition
from app.nominations.models import Nomination
from tests.awards.browsing import Browser, Page


def at(edition: Edition, nomination: Nomination, rest: str = "") -> str:
    """The address of one nomination's pages for the secretariat."""
    return f"/sekretariat/{edition.slug}/nomineringar/{nomination.id}{rest}"


def values(page: Page, having: str) -> dict[str, Any]:
    """What a browser would send of the form that has a field of that name."""
    found: dict[str, Any] = {}
    for name, value in _form(page, having).form_values():
        found.setdefault(name, []).append(value.removeprefix("\n"))
    return found


def send(browser: Browser, path: str, having: str, *, code: int = 302, **changes: Any) -> Page:
    """Opens a page, changes some fields (None leaves one out), and sends the form."""
    return resend(browser, browser.get(path), path, having, code=code, **changes)


def resend(browser: Browser, page: Page, path: str, having: str, *, code: int = 302, **changes: Any) -> Page:
    """Sends the form of a page that is open already."""
    filled = {name: value for name, value in {**values(page, having), **changes}.items() if value is not None}
    return browser._open("POST", _form(page, having).get("action") or path, code=code, data=filled)


def decide(
    browser: Browser, edition: Edition, nomination: Nomination, step: str, *, code: int = 302, **changes: Any
) -> Page:
    """Opens the page of a verb, fills it in, and presses its button."""
    return send(browser, at(edition, nomination, f"/{step}"), "seen_nomination", code=code, **changes)


def _form(page: Page, having: str) -> Any:
    return next(form for form in page.root.forms if having in form.fields)
