"""What a new edition starts with: Anbudspriset's own texts, categories and rules. All of it can be changed.

The award honours buyers who look beyond their own authority's needs, talk with the trade before they ask it for
anything, ask only for what can be followed up, and act when somebody plays foul.
"""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from app.awards.models import Unit
from app.core.rules import Kind, TieRule

STOCKHOLM = ZoneInfo("Europe/Stockholm")
SIGNOFFS_NEEDED = 2
SPARE_COUNT = 10
GRACE_MINUTES = 10
PEOPLE_KEPT_DAYS = 365
REMINDERS_AT_MOST = 2
REMINDER_DAYS = 3
NOMINATION_WEEKS = 6
SHORTLIST_WEEKS = 3
VOTING_WEEKS = 2
RESULT_DAYS = 4

INTRO_SV = """\
Anbudspriset är leverantörernas pris till den offentliga upphandling som gjorde sitt arbete bäst, och till \
människorna bakom den. De som lämnar anbud nominerar, en jury väljer ut, och leverantörerna röstar.

Vi söker upphandlingen där myndigheten såg längre än till sitt eget behov: som lyssnade på branschen innan kraven \
skrevs, ställde krav som gick att förstå, räkna på och följa upp, och höll fast vid dem när avtalet väl löpte."""

INTRO_EN = """\
Anbudspriset is the award that suppliers give to the public procurement that did its work best, and to the people \
behind it. Those who tender nominate, a jury makes a shortlist, and suppliers vote.

We look for the procurement in which the authority saw further than its own needs: it listened to the trade before \
the requirements were written, asked for what could be understood, priced and followed up, and stood by that once \
the contract ran."""

CATEGORIES: tuple[dict[str, Any], ...] = (
    {
        "slug": "upphandling",
        "name_sv": "Årets upphandling",
        "name_en": "Procurement of the year",
        "description_sv": (
            "Väl avvägda krav som går att följa upp, en utvärdering som belönar kvalitet och ett avtal som håller. "
            "Välj den upphandling som andra borde lära av."
        ),
        "description_en": (
            "Balanced requirements that can be followed up, an evaluation that rewards quality, and a contract that "
            "holds. Choose the procurement that others should learn from."
        ),
        "kind": Kind.CHOOSE_ONE,
        "max_choices": 1,
        "tie_rule": TieRule.SHARED,
    },
    {
        "slug": "dialog",
        "name_sv": "Årets dialog",
        "name_en": "Dialogue of the year",
        "description_sv": (
            "Upphandlaren eller avtalsförvaltaren som frågade i tid, svarade rakt och lät alla höra svaret, före "
            "annonsen, under anbudstiden och under avtalet. Välj en eller två."
        ),
        "description_en": (
            "The buyer or contract manager who asked in time, answered straight and let everyone hear the answer: "
            "before the notice, while tenders were written, and under the contract. Choose one or two."
        ),
        "kind": Kind.APPROVE,
        "max_choices": 2,
        "tie_rule": TieRule.SHARED,
    },
)


def edition(now: datetime) -> dict[str, Any]:
    """The fields of an edition that somebody sets up at *now*: texts, rules, and dates some weeks ahead."""
    year = now.astimezone(STOCKHOLM).year
    nominations = _evening(now, NOMINATION_WEEKS)
    opens = _evening(nominations, SHORTLIST_WEEKS).replace(hour=9)
    closes = _evening(opens, VOTING_WEEKS)
    return {
        "slug": str(year),
        "year": year,
        "name_sv": f"Anbudspriset {year}",
        "name_en": f"Anbudspriset {year}",
        "heading_sv": "Vem ska få Anbudspriset?",
        "heading_en": "Who should receive Anbudspriset?",
        "intro_sv": INTRO_SV,
        "intro_en": INTRO_EN,
        "nominations_close_at": nominations,
        "voting_opens_at": opens,
        "voting_closes_at": closes,
        "result_at": (closes + timedelta(days=RESULT_DAYS)).replace(hour=10),
        "signoffs_needed": SIGNOFFS_NEEDED,
        "spare_count": SPARE_COUNT,
        "plain_voting": False,
        "grace_minutes": GRACE_MINUTES,
        "publish_relation": False,
        "people_kept_days": PEOPLE_KEPT_DAYS,
        "unit": Unit.COMPANY,
        "nominators_vote": False,
        "self_registration": False,
        "winners_vote": True,
        "reminders_at_most": REMINDERS_AT_MOST,
        "reminder_days": REMINDER_DAYS,
        "contact_name": "",
        "contact_email": "",
    }


def _evening(after: datetime, weeks: int) -> datetime:
    """Six in the evening, Swedish time, of the first Sunday at least *weeks* weeks later."""
    day = after.astimezone(STOCKHOLM).date() + timedelta(weeks=weeks)
    day += timedelta(days=(6 - day.weekday()) % 7)
    return datetime.combine(day, time(18, 0), tzinfo=STOCKHOLM)
