"""What the roles are called, in the page's language."""

from __future__ import annotations

from flask_babel import gettext

from app.access import Role


def role_name(role: Role) -> str:
    """The role, as a sentence names somebody in it: "juror"."""
    names = {
        Role.SECRETARIAT: gettext("secretary"),
        Role.JUROR: gettext("juror"),
        Role.OBSERVER: gettext("observer"),
    }
    return names[role]


def role_choices() -> list[tuple[str, str]]:
    """Value and explanation of each role, for a form."""
    return [
        (Role.SECRETARIAT.value, gettext("Secretary: runs the award, from nominations to the results")),
        (Role.JUROR.value, gettext("Juror: reviews and signs the count")),
        (Role.OBSERVER.value, gettext("Observer: sees what the staff may see, changes nothing")),
    ]
