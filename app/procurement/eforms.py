"""eForms notices: the XML that TED and the national portals have used since October 2022.

Written from the field list of the eForms SDK (`fields/fields.json`, versions 1.3 to 1.15), whose identifiers are named
beside each field (BT-…, OPP-…, OPT-…), and from Implementing Regulation (EU) 2019/1780. Elements are told by their
local names, whatever the prefixes; the root tells that they are UBL's and eForms'.

What stands in it stays a stream: records come one by one from `xml.records` and leave a few facts each.
"""

from __future__ import annotations

from collections.abc import Iterator

from app.procurement import countries, eforms_awards, facts, outcome, procedures
from app.procurement.doubts import Doubts
from app.procurement.eforms_awards import Awards
from app.procurement.eforms_parts import Gathered, take
from app.procurement.notice import Kind, NotANotice, Notice, Organisation, Source, Why
from app.procurement.xml import Element, Record

ROOTS = ("ContractNotice", "ContractAwardNotice", "PriorInformationNotice")
REGISTRATION = "BusinessRegistrationInformationNotice"
"""A notice about a company (X01, X02), not about a procurement."""

LONGEST_LOT_NUMBER = 3
KINDS = {
    "planning": Kind.PLANNING,
    "consultation": Kind.PLANNING,
    "competition": Kind.CONTRACT,
    "result": Kind.AWARD,
    "dir-awa-pre": Kind.TRANSPARENCY,
    "cont-modif": Kind.MODIFICATION,
    "change": Kind.CHANGE,
    "qu-sy": Kind.QUALIFICATION,
    "cn-desg": Kind.CONTEST,
    "can-desg": Kind.CONTEST_RESULT,
    "veat": Kind.TRANSPARENCY,
    "can-modif": Kind.MODIFICATION,
    "compl": Kind.OTHER,
    "corr": Kind.CHANGE,
}
"""By notice type (BT-02) where it says more, else by form type (BT-03)."""


def read(root: Element, stream: Iterator[Record]) -> Notice:
    """The notice whose root element is *root* and whose records follow in *stream*."""
    if root.name == REGISTRATION:
        raise NotANotice(
            "a notice about the registration of a company, not about a procurement", root=root.name
        )
    gathered = Gathered()
    for record in stream:
        take(record, gathered)
    if not (gathered.codes or gathered.titles or gathered.buyers):
        raise NotANotice("the root of a notice with nothing in it", root=root.name)
    return _notice(gathered)


def _notice(gathered: Gathered) -> Notice:
    said, codes = gathered.said, gathered.codes
    language = countries.language(codes.get("NoticeLanguageCode", ""))  # BT-702
    title_language, title = facts.in_language(gathered.titles, ("sv", language or ""))
    if not title:
        said.add("title", Why.NO_TITLE)
    kind = _kind(gathered)
    estimate = gathered.estimate or (gathered.lot_estimates[0] if len(gathered.lot_estimates) == 1 else None)
    awards = Awards(
        results=gathered.results,
        organisations=gathered.organisations,
        said=said,
        language=language or "",
        kind=_carries(gathered),
        frameworks=gathered.frameworks,
    )
    decided = eforms_awards.decided(awards, estimate=estimate)
    if estimate and decided.results is None:
        said.add("value", Why.ESTIMATE_ONLY, amount=facts.shown(estimate))
    cpv = facts.cpv(gathered.cpv, said)
    if not cpv:
        said.add("cpv", Why.NO_CPV)
    number = facts.notice_number(codes.get("number", ""))
    return Notice(
        source=Source.EFORMS,
        kind=kind,
        publication_number=number,
        notice_id=_notice_id(codes),
        procurement_id=codes.get("ContractFolderID", "")[: facts.LONGEST_ID] or None,  # BT-04
        reference=_reference(gathered),
        previous=_previous(gathered, number),
        title=facts.text(title, said, field="title"),
        language=title_language or language,
        buyer=_buyer(gathered, language or ""),
        cpv=cpv,
        procedure=_procedure(codes.get("procedure", ""), said),
        value=decided.value,
        tenders_received=decided.tenders_received,
        award_date=decided.award_date,
        issue_date=facts.day(codes.get("IssueDate", ""), said, field="issue_date"),  # BT-05
        awarded=decided.awarded,
        winners=decided.winners,
        lots=outcome.lots(gathered.lots, decided.results, said),
        doubts=said.all(),
    )


def _kind(gathered: Gathered) -> Kind:
    notice_type, form = (
        gathered.codes.get("NoticeTypeCode", ""),
        gathered.codes.get("NoticeTypeCode/listName", ""),
    )
    kind = _carries(gathered)
    if gathered.change is not None:
        kind = Kind.CHANGE
        cancels = gathered.codes.get("reason") == "cancel"
        gathered.said.add("kind", Why.CANCELLED if cancels else Why.CHANGED_NOTICE, notice=gathered.change)
    elif kind is Kind.OTHER and notice_type != "compl":
        gathered.said.add("kind", Why.UNKNOWN_FORM, form=notice_type or form)
    return kind


def _carries(gathered: Gathered) -> Kind:
    """The kind of notice that stands in the file, also where it is there to change an earlier one."""
    notice_type, form = (
        gathered.codes.get("NoticeTypeCode", ""),
        gathered.codes.get("NoticeTypeCode/listName", ""),
    )
    return KINDS.get(notice_type) or KINDS.get(form) or Kind.OTHER


def _notice_id(codes: dict[str, str]) -> str | None:
    parts = [codes.get("ID", ""), codes.get("VersionID", "")]  # BT-701, BT-757
    return "-".join(part for part in parts if part)[: facts.LONGEST_ID] if parts[0] else None


def _reference(gathered: Gathered) -> str | None:
    """BT-22 of the procedure; where it has none, of its only lot, unless that is a mere number of the lot."""
    of_lots = [each for each in gathered.lot_references if len(each) > LONGEST_LOT_NUMBER]
    if not gathered.reference and len(gathered.lots) == len(of_lots) == 1:
        return facts.reference(of_lots[0])
    return facts.reference(gathered.reference)


def _previous(gathered: Gathered, own: str | None) -> tuple[str, ...]:
    found = [facts.notice_number(each) or each.strip()[: facts.LONGEST_ID] for each in gathered.previous[:50]]
    return tuple(dict.fromkeys(each for each in found if each and each != own))


def _procedure(code: str, said: Doubts) -> str | None:
    if code in facts.WITHHELD:
        said.add("procedure", Why.UNPUBLISHED)
        return None
    return procedures.of_eforms(code)


def _buyer(gathered: Gathered, language: str) -> Organisation:
    found = [each for each in dict.fromkeys(gathered.buyers[:200]) if each in gathered.organisations]
    if not found:
        gathered.said.add("buyer", Why.NO_BUYER)
        return Organisation()
    leader = next((each for each in found if gathered.organisations.leads(each)), found[0])
    others = [gathered.organisations.name(each, language) for each in found if each != leader]
    if others:
        gathered.said.add("buyer", Why.SEVERAL_BUYERS, others=", ".join(others[:10]))
    return gathered.organisations.organisation(leader, language, gathered.said, field="buyer")
