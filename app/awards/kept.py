"""What the privacy page says of staff and of the ledger, with the times that the code keeps to."""

from __future__ import annotations

from flask_babel import lazy_gettext

from app.accounts import jobs, sessions
from app.awards import privacy
from app.awards.privacy import Kept

privacy.keep(
    Kept(
        40,
        lazy_gettext("Those who work with the award"),
        lazy_gettext(
            "Name, e-mail address, role and language of the secretariat, the jury and observers, when they were invited, "
            "and which browser they are signed in with. In the ledger: what they did, under a pseudonym."
        ),
        lazy_gettext("So that only they get in, and so that it can be seen afterwards who decided what."),
        lazy_gettext(
            "A session ends after %(hours)s hours at most; ended ones and requests for a sign-in link are deleted after "
            "%(days)s days. The account is kept, closed when the person leaves, because decisions refer to it.",
            hours=int(sessions.ABSOLUTE.total_seconds() // 3600),
            days=privacy.days(jobs.KEEP),
        ),
    )
)
privacy.keep(
    Kept(
        70,
        lazy_gettext("The public ledger"),
        lazy_gettext(
            "What happened and when, from the first setting to the result. People stand in it under pseudonyms."
        ),
        lazy_gettext("So that nobody can change the history of the award unseen, us included."),
        lazy_gettext(
            "For ever. What ties a pseudonym to a person is kept beside it, and deleted when the person is to be forgotten."
        ),
    )
)
