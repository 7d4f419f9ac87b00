"""What the results page says, from the result: headings, sentences, bars, links, checks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from app import web
from app.nominations.backing import backing, sentence
from app.results.service import CategoryResult, Result
from app.tally import outcomes, wording
from app.trustees import service as trustees


@dataclass(frozen=True)
class Shown:
    """A category as the page shows it."""

    result: CategoryResult
    name: str
    heading: str
    sentence: str
    rows: list[dict[str, Any]]
    words: str
    backed: list[tuple[str, str]]
    conflict: str


def shown(result: Result, lang: str) -> dict[str, Any]:
    """The template's context."""
    categories = [_category(each, lang) for each in result.categories]
    made = result.verification
    claims = wording.judged(wording.checks(made))
    return {
        "categories": categories,
        "heading": _heading(result, categories, lang),
        "description": _description(result, categories),
        "claims": claims,
        "all_hold": made.valid and all(each.status == "passed" for each in claims),
        "trust": trustees.trust_text(result.edition, lang),
        "links": links(result),
        "commands": _commands(result),
        "canonical": web.absolute_url("results.page", lang=lang, slug=result.edition.slug),
        "other": web.absolute_url(
            "results.page", lang="sv" if lang == "en" else "en", slug=result.edition.slug
        ),
        "columns": _columns(),
    }


def links(result: Result) -> dict[str, str]:
    """Where everything is, in full."""
    slug = result.edition.slug
    return {
        "page": web.absolute_url("results.page", slug=slug),
        "json": web.absolute_url("results.json", slug=slug),
        "csv": web.absolute_url("results.csv", slug=slug),
        "report": web.absolute_url("results.report", slug=slug),
        "archive": web.absolute_url("ballots.archive", slug=slug),
        "ledger": web.absolute_url("ledger.download", slug=slug),
        "checkpoint": web.absolute_url("ledger.checkpoint", slug=slug),
    }


def _heading(result: Result, categories: list[Shown], lang: str) -> str:
    if len(categories) == 1:
        return categories[0].heading
    return _("The winners of %(edition)s", edition=result.edition.name(lang))


def _category(each: CategoryResult, lang: str) -> Shown:
    labels = [f"{nominee.title}, {nominee.authority}" for nominee in each.nominees]
    return Shown(
        result=each,
        name=each.category.name(lang),
        heading=listed([nominee.title for nominee in each.winners]) or _("No winner"),
        sentence=_sentence(each),
        rows=outcomes.rows(each.outcome, labels, blank=_("Blank")),
        words=each.statement(lang),
        backed=_backed(each) if each.category.edition.publish_relation else [],
        conflict=_conflict(each),
    )


def _conflict(each: CategoryResult) -> str:
    """How many voters had won what they could vote for, against the margin; nothing where there was none."""
    if not each.voters_who_won or not each.winners:
        return ""
    who = ngettext(
        "%(shown)s voter on the roll had won a contract that stood in this category.",
        "%(shown)s voters on the roll had won a contract that stood in this category.",
        each.voters_who_won, shown=web.number(each.voters_who_won),
    )  # fmt: skip
    margin = ngettext(
        "Between the first and the second there was %(shown)s vote.",
        "Between the first and the second there were %(shown)s votes.",
        each.margin, shown=web.number(each.margin),
    )  # fmt: skip
    unknown = _("How they voted nobody can see.")
    return f"{who} {margin} {unknown}"


def _backed(each: CategoryResult) -> list[tuple[str, str]]:
    """Each nominee, with how many nominated it and how they stood to the procurement."""
    return [(nominee.title, sentence(backing(nominee))) for nominee in each.nominees]


def _sentence(each: CategoryResult) -> str:
    """Who won with what; how a tie was resolved."""
    outcome, winners = each.outcome, each.winners
    if not winners:
        return (
            _("No vote was cast.")
            if not outcome["ballots"]
            else _("Nobody got a vote: every ballot was blank.")
        )
    most = web.number(max(each.votes.values()))
    everyone = web.number(outcome["ballots"])
    names = listed(sorted({nominee.authority for nominee in winners}))
    if outcome["decided"] == "shared":
        return _(
            "%(names)s share the win: each got %(votes)s of %(all)s votes.",
            names=names,
            votes=most,
            all=everyone,
        )
    if outcome["decided"] == "jury":
        return _(
            "%(names)s won. Several got %(votes)s of %(all)s votes, and the jury chose among them.",
            names=names,
            votes=most,
            all=everyone,
        )
    return ngettext(
        "%(names)s won with %(votes)s of %(all)s vote.",
        "%(names)s won with %(votes)s of %(all)s votes.",
        outcome["ballots"], names=names, votes=most, all=everyone,
    )  # fmt: skip


def listed(names: list[str]) -> str:
    """“A, B and C”."""
    if len(names) < 2:
        return "".join(names)
    return _("%(first)s and %(last)s", first=", ".join(names[:-1]), last=names[-1])


def _description(result: Result, categories: list[Shown]) -> str:
    """For whoever meets the link elsewhere."""
    said = (
        [f"{each.name}: {each.heading}." for each in categories]
        if len(categories) > 1
        else [categories[0].sentence]
        if categories
        else []
    )
    said.append(
        _(
            "%(cast)s of %(issued)s companies voted.",
            cast=web.number(result.cast),
            issued=web.number(result.issued),
        )
    )
    return " ".join(said)


def _commands(result: Result) -> dict[str, list[str]]:
    """What anyone types to check it, our program and the one that others wrote."""
    slug, where = result.edition.slug, links(result)
    archive, ledger = f"{slug}.bel", f"liggare-{slug}.txt"
    return {
        "fetch": [f"curl -o {archive} {where['archive']}", f"curl -o {ledger} {where['ledger']}"],
        "ours": [f"python3 -m app.core.verify {archive} --ledger {ledger} --strict"],
        "theirs": [f"cp {archive} {result.uuid}.bel", f"belenios-tool election verify --uuid {result.uuid}"],
        "hashes": [f"sha256sum {archive}"],
    }


def _columns() -> list[tuple[str, str]]:
    """The columns of the CSV, and what they hold."""
    return [
        ("category", _("the category’s short name in addresses")),
        ("category_name", _("its Swedish name")),
        ("question", _("its place on the ballot, from 0")),
        ("nominee", _("the nominee’s place in the question, from 0; empty for blank votes")),
        ("title, authority", _("who was nominated")),
        ("votes", _("how many ballots marked the nominee")),
        ("share", _("votes divided by all ballots, the blank ones too")),
        ("rank", _("1 is first; equal votes have the same rank")),
        ("won", _("1 for a winner")),
    ]


def address(slug: str) -> str:
    """The page's path, for links inside the service."""
    return url_for("results.page", slug=slug)
