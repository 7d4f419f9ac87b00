"""The letters that let people in."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from app.access import Role
from app.accounts import joining, signing_in
from app.accounts.roles import role_name
from app.mail.service import letter
from app.web import absolute_url, language


@letter("sign-in")
def sign_in(subject_id: int, now: datetime) -> dict[str, Any] | None:
    """The one-time link, and the code for the browser that asked."""
    context = signing_in.context(subject_id, now)
    if context is None:
        return None
    return {**context, "url": absolute_url("accounts.sign_in_link", lang=language(), token=context["token"])}


@letter("invitation")
def invitation(subject_id: int, now: datetime) -> dict[str, Any] | None:
    """An invitation to become staff."""
    context = joining.context(subject_id, now)
    if context is None:
        return None
    url = absolute_url("accounts.accept", lang=language(), token=context["token"])
    return {**context, "url": url, "role_name": role_name(Role(str(context["role"])))}
