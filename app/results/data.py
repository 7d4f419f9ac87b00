"""The result as data: `resultat.json` and `resultat.csv`. docs/results.md says what each field means."""

from __future__ import annotations

import json
from typing import Any

from app.core import spreadsheet
from app.nominations.backing import backing
from app.results.service import CategoryResult, Result
from app.web import utc

FORMAT = "anbudspriset-result-1"
COLUMNS = [
    "category",
    "category_name",
    "question",
    "nominee",
    "title",
    "authority",
    "votes",
    "share",
    "rank",
    "won",
]


def as_json(result: Result, links: dict[str, str]) -> bytes:
    """The whole result; shares are of all ballots, the blank ones too, rounded to six decimals."""
    edition, made = result.edition, result.verification
    value = {
        "format": FORMAT,
        "edition": {
            "slug": edition.slug, "year": edition.year, "name_sv": edition.name_sv, "name_en": edition.name_en,
        },
        "published_at": utc(result.published_at),
        "turnout": {"cast": result.cast, "issued": result.issued},
        "replaced_ballots": result.replaced,
        "ballots_without_script": result.without_script,
        "categories": [_category(each) for each in result.categories],
        "sign_offs": [{"name": each.account.name, "at": utc(each.at)} for each in result.signatures],
        "objections": [
            {"name": each.account.name, "at": utc(each.at), "round": each.round, "reason": each.reason}
            for each in result.objections
        ],
        "recounts": [
            {"number": each.number, "at": utc(each.at), "reason": each.reason} for each in result.recounts
        ],
        "verification": {
            "verdict": made.verdict,
            "made_at": utc(made.made_at),
            "archive_sha256": made.archive_hash,
            "result_sha256": made.result_hash,
            "report_sha256": made.report_hash,
            "belenios_tool": made.tool_version,
            "belenios_tool_exit": made.tool_exit,
            "belenios_tool_command": made.tool_command,
        },
        "election": {"uuid": result.uuid, "fingerprint": result.fingerprint},
        "links": links,
    }  # fmt: skip
    return json.dumps(value, ensure_ascii=False, indent=1).encode() + b"\n"


def _category(each: CategoryResult) -> dict[str, Any]:
    outcome, category = each.outcome, each.category
    return {
        "slug": category.slug,
        "name_sv": category.name_sv,
        "name_en": category.name_en,
        "question": each.question,
        "method": outcome["method"],
        "max_choices": category.max_choices if each.several else 1,
        "tie_rule": str(category.tie_rule),
        "ballots": outcome["ballots"],
        "blanks": outcome["blanks"],
        "decided": outcome["decided"],
        "tied": outcome["tied"],
        "winners": outcome["winners"],
        "nominees": [
            {
                "nominee": standing["nominee"],
                "title": each.nominees[standing["nominee"]].title,
                "authority": each.nominees[standing["nominee"]].authority,
                "votes": standing["votes"],
                "share": _share(standing["votes"], outcome["ballots"]),
                "rank": standing["rank"],
                "won": standing["nominee"] in outcome["winners"],
                **_backing(each, standing["nominee"]),
            }
            for standing in outcome["standings"]
        ],
        "statement_sv": each.statement_sv,
        "statement_en": each.statement_en,
        "tie_reason": each.tie_reason,
        "margin": each.margin,
        "voters_who_won": each.voters_who_won,
    }


def _backing(each: CategoryResult, place: int) -> dict[str, Any]:
    """How many nominated it and how they stood to it, where the edition publishes that."""
    if not each.category.edition.publish_relation:
        return {}
    backed = backing(each.nominees[place])
    return {"nominated_by": {"total": backed.total, **{str(name): n for name, n in backed.relations.items()}}}


def as_csv(result: Result) -> bytes:
    """A row a nominee and one for the blank votes of each category; commas, decimal points, UTF-8 with a mark."""
    rows: list[list[object]] = []
    for each in result.categories:
        category = each.category
        for standing in each.outcome["standings"]:
            nominee = each.nominees[standing["nominee"]]
            rows.append(
                [
                    category.slug, category.name_sv, each.question, standing["nominee"], nominee.title,
                    nominee.authority, standing["votes"], _share(standing["votes"], each.outcome["ballots"]), standing["rank"],
                    int(standing["nominee"] in each.outcome["winners"]),
                ]
            )  # fmt: skip
        blanks, everyone = each.outcome["blanks"], each.outcome["ballots"]
        rows.append(
            [
                category.slug,
                category.name_sv,
                each.question,
                "",
                "blank",
                "",
                blanks,
                _share(blanks, everyone),
                "",
                0,
            ]
        )
    return spreadsheet.write(COLUMNS, rows, separator=",")


def _share(votes: int, of: int) -> float | None:
    return round(votes / of, 6) if of else None
