"""What the privacy page says of nominations, with the times that the code keeps to."""

from __future__ import annotations

from flask_babel import lazy_gettext

from app.awards import privacy
from app.awards.privacy import Kept
from app.nominations.drafts import KEPT_FOR
from app.nominations.keeping import PEOPLE_KEPT_FOR

privacy.keep(
    Kept(
        10,
        lazy_gettext("Those who nominate"),
        lazy_gettext(
            "Your name, your e-mail address, your company and its organisation number, and what you wrote. Never a "
            "personal number: if one is typed, it is not kept."
        ),
        lazy_gettext(
            "To confirm that the nomination comes from you, to ask you about it, and to tell you what became of it. Our "
            "ground is the legitimate interest in carrying out the award."
        ),
        lazy_gettext(
            "Drafts, unconfirmed and withdrawn nominations are deleted when nobody has touched them for %(draft)s days. "
            "Names, addresses and companies of the others are deleted %(people)s days after the result, or after the "
            "edition was cancelled; what you wrote about the procurement stays. That a letter went to your address is "
            "forgotten after the same times.",
            draft=privacy.days(KEPT_FOR),
            people=privacy.days(PEOPLE_KEPT_FOR),
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
