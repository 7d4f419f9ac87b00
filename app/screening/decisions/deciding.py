"""The page on which a decision is made: its form, its letters as they will leave, and what pressing the button does."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from app.awards.models import Edition
from app.mail.rendering import Words, filled
from app.nominations.behind import root
from app.nominations.models import Nomination
from app.screening.decisions import decisions
from app.screening.decisions.decisions import Letter
from app.screening.decisions.forms import DecisionForm, TellForm
from app.screening.decisions.recipients import LETTER, Recipient, Seen, recipients, seen
from app.screening.decisions.wording import LANGUAGES, standard
from app.screening.eligibility import eligibility
from app.screening.letters import changeable
from app.screening.models import Party, Verb
from app.screening.told import telling
from app.screening.told.concerned import LETTER as TOLD
from app.screening.told.concerned import Standing
from app.screening.told.told_wording import language_for
from app.screening.told.told_wording import standard as standard_to_them
from app.screening.wordings import decided, telling_them
from app.web import STOCKHOLM, absolute_url, language

STEPS = {
    "acceptera": Verb.ACCEPT,
    "komplettera": Verb.ASK,
    "avsla": Verb.DECLINE,
    "flytta": Verb.MOVE,
    "ta-tillbaka": Verb.TAKE_BACK,
}
"""The verbs by their place in the address."""

EXAMPLE = "exempel"
"""Stands for the token in links of a preview: they open nothing."""


@dataclass(frozen=True)
class Telling:
    """A letter to an authority or a person, offered beside a decision or on a page of its own."""

    stands: Standing
    form: TellForm
    language: str

    @property
    def key(self) -> str:
        """Which letter it is among those of a page."""
        return f"{self.stands.party}-{self.stands.nomination.id}"

    def preview(self, edition: Edition, about: Nomination) -> Words | None:
        """The letter as it would leave with what is typed now."""
        link = absolute_url("screening.reply", lang=self.language, slug=edition.slug, token=EXAMPLE)
        written = self.form.written
        return filled(
            TOLD,
            lambda: telling_them(
                edition, self.stands.party, about, self.stands.nomination,
                subject=written.subject, words=written.words, link=link,
            ),
            self.language,
        )  # fmt: skip


@dataclass(frozen=True)
class DecisionPage:
    """Everything a page of one verb shows; `tellings`, and how the rules stand (None: there are none), with an acceptance."""

    edition: Edition
    nomination: Nomination
    verb: Verb
    form: DecisionForm
    to: list[Recipient]
    tellings: list[Telling]
    seen: Seen
    rules: eligibility.Summary | None = None

    @property
    def changed(self) -> frozenset[str]:
        """What is not what the page showed that was sent: "nomination", "recipients"."""
        sent = Seen(self.form.text("seen_nomination"), self.form.text("seen_recipients"))
        return sent.different(self.seen)

    def sound(self) -> bool:
        """Whether everything that was typed can be kept and sent."""
        return all([self.form.validate(), *(each.form.sound() for each in self.tellings)])

    def preview(self, which: str, now: datetime) -> Words | None:
        """A letter of the page as it would leave with what is typed now; None where there is no such letter."""
        told = next((each for each in self.tellings if each.key == which), None)
        if told is not None:
            return told.preview(self.edition, self.nomination)
        if which not in self.form.languages:
            return None
        author = any(each.author for each in self.to if each.language == which)
        link = absolute_url("nominations.edit", lang=which, slug=self.edition.slug, token=EXAMPLE)
        form = self.form
        return filled(
            LETTER,
            lambda: decided(
                self.edition,
                self.verb,
                subject=form.text(f"subject_{which}"),
                words=form.text(f"words_{which}"),
                reason=(form.text("reason_en") if which == "en" else "") or form.text("reason"),
                complete_by=form.complete_by.data if "complete_by" in form else None,
                category=next(
                    (item for item in self.edition.categories if item.slug == form.text("category")), None
                ),
                author=author,
                link=link if changeable(self.edition, self.verb, author, now) else "",
            ),
            which,
        )

    def carry_out(self, *, by: int, now: datetime) -> None:
        """Makes the decision and tells whom it says. Raises what the verbs of `decisions` and `telling.tell` raise."""
        form = self.form
        letter = Letter(
            words=form.written or None,
            reason_en=form.text("reason_en"),
            looked_at=Seen(form.text("seen_nomination"), form.text("seen_recipients")),
            tell=bool(form.tell.data) if "tell" in form else True,
        )
        edition_id, number, reason = self.edition.id, self.nomination.id, form.text("reason")
        if self.verb is Verb.ACCEPT:
            despite = form.text("despite")
            decisions.accept(edition_id, number, despite=despite, letter=letter, by=by, now=now)
        elif self.verb is Verb.ASK:
            day = form.complete_by.data
            decisions.ask(edition_id, number, reason, complete_by=day, letter=letter, by=by, now=now)
        elif self.verb is Verb.DECLINE:
            decisions.decline(edition_id, number, reason, letter=letter, by=by, now=now)
        elif self.verb is Verb.TAKE_BACK:
            decisions.take_back(edition_id, number, reason, letter=letter, by=by, now=now)
        else:
            slug = form.text("category")
            decisions.move(edition_id, number, slug, reason, letter=letter, by=by, now=now)
        for each in self.tellings:
            if each.form.wanted:
                carry_out_telling(each, edition_id, by=by, now=now)


def page_of(edition: Edition, nomination: Nomination, verb: Verb, *, now: datetime) -> DecisionPage:
    """The page of a verb, filled in with what was sent where something was."""
    to = recipients(nomination, verb)
    languages = [lang for lang in LANGUAGES if any(each.language == lang for each in to)]
    words = standard(verb, nomination, several=len(to) > 1)
    rules = eligibility.summary(nomination) if verb is Verb.ACCEPT else None
    form = DecisionForm(
        verb,
        languages,
        words={lang: words[lang] for lang in languages},
        categories=[
            (item.slug, item.name(language()))
            for item in edition.categories
            if item is not nomination.category
        ],
        today=now.astimezone(STOCKHOLM).date(),
        despite=rules is not None and rules.standing is eligibility.Standing.NOT,
    )
    untold = [each for each in telling.standing(nomination) if not each.reached]
    tellings = [telling_of(edition, each, optional=True) for each in untold] if verb is Verb.ACCEPT else []
    return DecisionPage(edition, nomination, verb, form, to, tellings, seen(nomination, verb), rules)


def telling_of(edition: Edition, stands: Standing, *, optional: bool, lang: str = "") -> Telling:
    """The letter to one party, filled in with what was sent where something was."""
    lang = lang or (language_for(stands.nomination) if stands.party is Party.AUTHORITY else "sv")
    words = standard_to_them(stands.party, root(stands.nomination), edition, lang)
    form = TellForm(
        f"{stands.party}-{stands.nomination.id}-",
        email=stands.email,
        words=words,
        version=stands.version,
        lang=lang,
        optional=optional,
    )
    return Telling(stands, form, lang)


def carry_out_telling(telling_: Telling, edition_id: int, *, by: int, now: datetime) -> None:
    """Sends the letter to one party. Raises what `telling.tell` raises."""
    form, stands = telling_.form, telling_.stands
    telling.tell(
        edition_id,
        stands.nomination.id,
        stands.party,
        email=form.email.data,
        language=telling_.language,
        words=form.written,
        version=int(form.version.data) if str(form.version.data).isdecimal() else -1,
        by=by,
        now=now,
    )
