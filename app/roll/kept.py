"""What the privacy page says of voters, with the times that the code keeps to."""

from __future__ import annotations

from flask_babel import lazy_gettext

from app.awards import privacy
from app.awards.privacy import Kept
from app.roll.asking import CONFIRM_WITHIN, KEPT_AFTER
from app.roll.lists import KEPT

privacy.keep(
    Kept(
        20,
        lazy_gettext("Those who vote"),
        lazy_gettext(
            "Your company, its organisation number (never a personal number), your name, e-mail address and language; "
            "whether your ballot was sent, whether it was used, and when it came in. Never how you voted."
        ),
        lazy_gettext(
            "To send you the ballot, to replace one that was lost, and to make sure that each company votes once. Our "
            "ground is the legitimate interest in carrying out the award."
        ),
        lazy_gettext(
            "Uploaded lists that nobody confirms are forgotten after %(hours)s hours. The roll is kept with its edition: "
            "it is not deleted by itself, but you can ask to be.",
            hours=int(KEPT.total_seconds() // 3600),
        ),
    )
)
privacy.keep(
    Kept(
        21,
        lazy_gettext("Those who ask for a ballot"),
        lazy_gettext(
            "The company, its organisation number (never a personal number), your name, e-mail address and language, and "
            "what the secretariat answered."
        ),
        lazy_gettext(
            "To see that the request comes from you, to decide it, and to answer. Our ground is the legitimate interest in "
            "carrying out the award."
        ),
        lazy_gettext(
            "A request that is not confirmed from its letter is deleted after %(days)s days, one that was decided after "
            "%(after)s days. Who was approved stands on the roll.",
            days=privacy.days(CONFIRM_WITHIN),
            after=privacy.days(KEPT_AFTER),
        ),
    )
)
