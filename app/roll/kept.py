"""What the privacy page says of voters, with the times that the code keeps to."""

from __future__ import annotations

from flask_babel import lazy_gettext

from app.awards import privacy
from app.awards.privacy import Kept
from app.roll.importing import KEPT

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
