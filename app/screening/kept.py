"""What the privacy page says of those who are nominated, or named in a nomination."""

from __future__ import annotations

from flask_babel import lazy_gettext

from app.awards import privacy
from app.awards.privacy import Kept

privacy.keep(
    Kept(
        20,
        lazy_gettext("Nominated authorities, and people who are named"),
        lazy_gettext(
            "The facts about the procurement, an address to the authority, the name and e-mail address of a person whom "
            "the nominator names, why the nominator thinks that it should win, and what you answer when we tell you. We "
            "have it from a supplier who nominated, and from the notice; we do not say which supplier."
        ),
        lazy_gettext(
            "To judge the nomination, put it to the vote and publish the result. Our ground is the legitimate interest in "
            "carrying out the award. When a nomination is accepted we write to the authority, and to whoever is named, "
            "with a link for correcting, answering or not taking part."
        ),
        lazy_gettext(
            "Names, addresses and answers are deleted some time after the edition has ended; the letter to you says after how "
            "many days. The facts about the procurement stay with the result."
        ),
    )
)
