"""What a nominated authority, or a person who is named, is told: the words of the letter, the facts, what the GDPR wants.

Whose nomination it was is told by kind alone ("a supplier"): suppliers have to be able to nominate their customers.
"""

from __future__ import annotations

from flask_babel import gettext as _

from app.awards.models import Edition
from app.nominations import show
from app.nominations.models import Nomination
from app.screening.decisions.wording import Written, in_language, title
from app.screening.models import Party
from app.web import language


def standard(party: Party, nomination: Nomination, edition: Edition, lang: str) -> Written:
    """What the letter says in *lang* where nobody changes it; what the GDPR wants stands below it in any case."""
    with in_language(lang):
        named, award = title(nomination), edition.name(lang)
        category = nomination.category.name(lang) if nomination.category else "–"
        if party is Party.PERSON:
            subject = _("You are named in a nomination for %(award)s", award=award)
            nothing = _(
                "You need not do anything. If you want to answer us, correct something or not be named, you can do so "
                "with the link below."
            )
            words = _(
                "You are named in a nomination for %(award)s, the award that suppliers give to public "
                "procurements. It is about “%(title)s” by %(authority)s, in the category “%(category)s”. We have accepted "
                "the nomination, so the procurement may come to stand on the ballot.",
                award=award, title=named, authority=nomination.authority, category=category,
            )  # fmt: skip
        else:
            subject = _("Your procurement is nominated for %(award)s: %(title)s", award=award, title=named)
            nothing = _(
                "You need not do anything. If you want to answer us, correct something or not take part, you can do so "
                "with the link below."
            )
            words = _(
                "Your procurement “%(title)s” is nominated for %(award)s, the award that suppliers give to public "
                "procurements, in the category “%(category)s”. We have accepted the nomination, so the procurement may "
                "come to stand on the ballot.",
                award=award, title=named, category=category,
            )  # fmt: skip
    return Written(subject, f"{words}\n\n{nothing}")


def language_for(nomination: Nomination) -> str:
    """The language in which an authority is written to: Swedish, unless it is one of another country."""
    return "sv" if nomination.buyer_country in {"", "SE"} else "en"


def because(party: Party, edition: Edition) -> str:
    """Why they got the letter."""
    award = edition.name(language())
    if party is Party.PERSON:
        return _("You get this letter because you are named in a nomination for %(edition)s.", edition=award)
    return _(
        "You get this letter because a procurement of yours is nominated for %(edition)s.", edition=award
    )


def facts(party: Party, about: Nomination, naming: Nomination, lang: str) -> list[tuple[str, str]]:
    """Label and text of what concerns them; never who nominated, nor what is meant for the jury alone."""
    category = (_("Category"), about.category.name(lang) if about.category else "")
    if party is Party.PERSON:
        lines = [
            (_("Your name"), naming.person_name),
            (_("Your e-mail address"), naming.person_email),
            category,
            (_("Authority"), about.authority),
            (_("Procurement"), about.title),
            (_("Notice"), about.notice),
        ]
    else:
        lines = [category, *show.procurement(about)]
    return [(label, text) for label, text in lines if text]


def notice(party: Party, edition: Edition) -> list[tuple[str, str]]:
    """Heading and text of everything that article 14 of the GDPR wants them to know."""
    person = party is Party.PERSON
    kept = (
        _("Your name, your e-mail address if it was given, and why the nominator thinks that the procurement should win.")
        if person
        else _("The facts about the procurement and an address to the authority, and why the nominator thinks that it should win. People at the authority may be named there.")
    )  # fmt: skip
    seen = (
        _("The secretariat and the jury. Your e-mail address is never published.")
        if person
        else _("The secretariat and the jury. If the procurement comes to stand on the ballot, its name, the authority and a short summary are shown to the voters, and with the result to everyone.")
    )  # fmt: skip
    return [
        (_("What we keep"), kept),
        (
            _("Where it comes from"),
            _("From a supplier who nominated the procurement, and from its public notice. We do not say which supplier, so that all of them can nominate freely."),
        ),
        (
            _("Why we keep it"),
            _("To carry out the award: to judge the nomination, put it to the vote and publish the result. Our ground is the legitimate interest in that (article 6.1 f of the GDPR)."),
        ),
        (_("Who sees it"), seen),
        (
            _("How long"),
            _("What you answer, and the names and addresses of people, is deleted %(days)s days after the edition has ended. The facts about the procurement stay.", days=edition.people_kept_days),
        ),
        (
            _("Rights"),
            _("You can ask what we keep about you and have it corrected or deleted, ask us to limit how it is used, and object to it. You can also complain to the Swedish Authority for Privacy Protection (imy.se)."),
        ),
        (
            _("Who is responsible"),
            ", ".join(filter(None, (edition.contact_name, edition.contact_email))) or _("The secretariat of %(award)s", award=edition.name(language())),
        ),
    ]  # fmt: skip
