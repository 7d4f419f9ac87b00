"""The grounds of an answer in words, each with where it is from, in the page's language."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from flask_babel import format_date, gettext

from app.nominations.rules import DAY
from app.nominations.show import countries
from app.screening.eligibility.checks import Finding, Ground, Origin
from app.web import language


def sentences(finding: Finding) -> list[str]:
    """Every ground of *finding*, one sentence or two each."""
    return [said for ground in finding.grounds if (said := _WORDS[ground.what](ground))]


def whence(origin: Origin | None, notice: str) -> str:
    """By whose word: "according to the notice 143160-2017"."""
    if origin is Origin.SECRETARIAT:
        return str(gettext("as corrected by the secretariat"))
    if origin is Origin.NOMINATION:
        return str(gettext("according to the nomination"))
    if notice:
        return str(gettext("according to the notice %(name)s", name=notice))
    return str(gettext("according to the notice"))


def _day(day: date) -> str:
    return str(format_date(day, DAY))


def _bounds(detail: Mapping[str, Any]) -> str:
    first, last = detail["starts_on"], detail["ends_on"]
    if first and last:
        return str(gettext("the period is %(first)s – %(last)s", first=_day(first), last=_day(last)))
    if first:
        return str(gettext("the period begins on %(day)s", day=_day(first)))
    if last:
        return str(gettext("the period ends on %(day)s", day=_day(last)))
    return str(gettext("the period has no first or last day"))


def _awarded_on(ground: Ground) -> str:
    return str(
        gettext(
            "Awarded on %(day)s %(whence)s; %(period)s.",
            day=_day(ground.detail["day"]),
            whence=whence(ground.origin, ground.notice),
            period=_bounds(ground.detail),
        )
    )


def _days_differ(ground: Ground) -> str:
    return str(
        gettext(
            "The nomination says awarded on %(ours)s, the notice says %(notice)s; %(period)s. Which one is right?",
            ours=_day(ground.detail["ours"]),
            notice=_day(ground.detail["notice"]),
            period=_bounds(ground.detail),
        )
    )


def _lots_awarded(ground: Ground) -> str:
    return str(
        gettext(
            "Its parts were awarded between %(first)s and %(last)s %(whence)s; %(period)s.",
            first=_day(ground.detail["first"]),
            last=_day(ground.detail["last"]),
            whence=whence(ground.origin, ground.notice),
            period=_bounds(ground.detail),
        )
    )


def _notice_day(ground: Ground) -> str:
    return str(gettext("The notice says %(day)s.", day=_day(ground.detail["day"])))


def _no_day(ground: Ground) -> str:
    return str(gettext("No date of award is known; %(period)s.", period=_bounds(ground.detail)))


def _given_day(ground: Ground) -> str:
    day = ground.detail["day"]
    if day is None:
        return ""
    said = whence(ground.origin, ground.notice)
    return str(gettext("Awarded on %(day)s %(whence)s.", day=_day(day), whence=said))


def _awarded(ground: Ground) -> str:
    return str(gettext("It was awarded %(whence)s.", whence=whence(ground.origin, ground.notice)))


def _parts_awarded(ground: Ground) -> str:
    return str(
        gettext(
            "Of %(all)s parts that are meant, %(awarded)s were awarded.",
            all=ground.detail["all"],
            awarded=ground.detail["awarded"],
        )
    )


def _not_awarded(ground: Ground) -> str:
    said = whence(ground.origin, ground.notice)
    return str(gettext("It was not awarded, or was discontinued, %(whence)s.", whence=said))


def _award_unclear(ground: Ground) -> str:
    said = whence(ground.origin, ground.notice)
    return str(gettext("Whether it was awarded is unclear %(whence)s.", whence=said))


def _no_award(ground: Ground) -> str:
    if ground.notice:
        return str(gettext("The notice %(name)s does not say whether it was awarded.", name=ground.notice))
    return str(gettext("There is no notice, and no date of award."))


def _public_number(ground: Ground) -> str:
    bodies = {
        "state": gettext("a state agency’s"),
        "municipality": gettext("a municipality’s"),
        "joint": gettext("a joint authority’s"),
        "region": gettext("a region’s"),
        "": gettext("a public body’s"),
    }
    return str(
        gettext(
            "The number %(number)s is %(whose)s, %(whence)s.",
            number=ground.detail["number"],
            whose=bodies[ground.detail["body"]],
            whence=whence(ground.origin, ground.notice),
        )
    )


def _company_number(ground: Ground) -> str:
    return str(
        gettext(
            "The number %(number)s begins with %(digit)s, %(whence)s: no public body’s. A company or an association may still be owned or governed by the public; no number says so.",
            number=ground.detail["number"],
            digit=ground.detail["digit"],
            whence=whence(ground.origin, ground.notice),
        )
    )


def _faith_community(ground: Ground) -> str:
    return str(
        gettext(
            "The number %(number)s is in the group of faith communities, %(whence)s.",
            number=ground.detail["number"],
            whence=whence(ground.origin, ground.notice),
        )
    )


def _numbers_differ(ground: Ground) -> str:
    ours, noticed = ground.detail["ours"], ground.detail["notice"]
    return str(
        gettext(
            "The nomination gives the number %(ours)s, the notice %(notice)s. Which one is right?",
            ours=ours,
            notice=noticed,
        )
    )


def _number_and_country(ground: Ground) -> str:
    return str(
        gettext(
            "The number %(number)s is a Swedish one, but the buyer is in %(country)s by the notice.",
            number=ground.detail["number"],
            country=_country(ground.detail["country"]),
        )
    )


def _unreadable_number(ground: Ground) -> str:
    number = ground.detail["number"]
    return str(gettext("“%(number)s” is no Swedish organisation number that can be checked.", number=number))


def _foreign(ground: Ground) -> str:
    said = whence(ground.origin, ground.notice)
    country = _country(ground.detail["country"])
    return str(gettext("The buyer is in %(country)s %(whence)s.", country=country, whence=said))


def _only_country(ground: Ground) -> str:
    said = whence(ground.origin, ground.notice)
    return str(gettext("The buyer is in Sweden %(whence)s, but has no organisation number.", whence=said))


def _country(code: str) -> str:
    return countries(language()).get(code, code)


_WORDS: Mapping[str, Callable[[Ground], str]] = {
    "ask": lambda _ground: str(gettext("Only a person can answer this.")),
    "awarded-on": _awarded_on,
    "days-differ": _days_differ,
    "lots-awarded": _lots_awarded,
    "notice-day": _notice_day,
    "no-day": _no_day,
    "given-day": _given_day,
    "awarded": _awarded,
    "parts-awarded": _parts_awarded,
    "not-awarded": _not_awarded,
    "award-unclear": _award_unclear,
    "no-award": _no_award,
    "notice-silent": lambda ground: str(
        gettext("The notice %(name)s says nothing about it.", name=ground.notice)
    ),
    "public-number": _public_number,
    "company-number": _company_number,
    "faith-community": _faith_community,
    "numbers-differ": _numbers_differ,
    "number-and-country": _number_and_country,
    "unreadable-number": _unreadable_number,
    "foreign": _foreign,
    "only-country": _only_country,
    "no-number": lambda _ground: str(gettext("Neither the authority’s number nor its country is known.")),
}
