"""What the privacy page says of nominations, with the times that the code keeps to."""

from __future__ import annotations

from flask_babel import gettext, lazy_gettext
from flask_babel.speaklater import LazyString

from app.awards import privacy
from app.awards import service as awards
from app.awards.defaults import PEOPLE_KEPT_DAYS
from app.awards.privacy import Kept
from app.core.phases import Phase
from app.nominations.drafts import KEPT_FOR
from app.web import language


def _people_days() -> str:
    """After how many days each edition that is public forgets people: one number, or one for each."""
    days = {each: each.people_kept_days for each in awards.editions() if each.phase is not Phase.DRAFT}
    if len(set(days.values())) <= 1:
        return gettext("%(days)s days", days=next(iter(days.values()), PEOPLE_KEPT_DAYS))
    named = (
        gettext("%(days)s days (%(edition)s)", days=number, edition=each.name(language()))
        for each, number in days.items()
    )
    return ", ".join(named)


privacy.keep(
    Kept(
        10,
        lazy_gettext("Those who nominate"),
        lazy_gettext(
            "Your name, your e-mail address, your company and its organisation number, what you wrote, and the files that "
            "you sent. Never a personal number: if one is typed, it is not kept. Of files we keep what one sees: author, "
            "place and the like are taken out."
        ),
        lazy_gettext(
            "To confirm that the nomination comes from you, to ask you about it, and to tell you what became of it. Our "
            "ground is the legitimate interest in carrying out the award."
        ),
        lazy_gettext(
            "Drafts, unconfirmed and withdrawn nominations are deleted when nobody has touched them for %(draft)s days. "
            "Names, addresses, companies and files of the others are deleted after the result, or after the edition was "
            "cancelled: after %(people)s. What you wrote about the procurement stays. That a letter went to your address is "
            "forgotten after the same times. What is deleted is removed from the database’s files as well. Backups, "
            "and archives that the database keeps of its changes, are kept by whoever runs the service, for as long as they say.",
            draft=privacy.days(KEPT_FOR),
            people=LazyString(_people_days),
        ),
    )
)
privacy.keep(
    Kept(
        80,
        lazy_gettext("Cookies"),
        lazy_gettext(
            "One that protects forms against being sent by other sites, and one that finds your nomination again in the "
            "same browser. Staff have their own for signing in. There are no others."
        ),
        lazy_gettext("Without them forms and drafts would not work. They are not used to follow anyone."),
        lazy_gettext(
            "The first goes when you close the browser, the second after %(days)s days.",
            days=privacy.days(KEPT_FOR),
        ),
    )
)
privacy.keep(
    Kept(
        90,
        lazy_gettext("Your network address"),
        lazy_gettext(
            "Your IP address, counted together with how often it has sent a form. It is not written into logs."
        ),
        lazy_gettext("To stop programs that try passwords and codes, or flood the forms."),
        lazy_gettext("An hour at most after the last form, in memory; never together with what you sent."),
    )
)
