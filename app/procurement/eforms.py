"""eForms notices: the XML that TED and the national portals have used since October 2022.

Written from the field list of the eForms SDK (`fields/fields.json`, versions 1.3 to 1.15), whose identifiers are named
beside each field (BT-…, OPP-…, OPT-…), and from Implementing Regulation (EU) 2019/1780. Elements are told by their
local names, whatever the prefixes; the root tells that they are UBL's and eForms'.

What stands in it stays a stream: records come one by one from `xml.records` and leave a few facts each.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from app.procurement import countries, eforms_results, facts, outcome, procedures
from app.procurement.doubts import Doubts
from app.procurement.eforms_organisations import Organisations
from app.procurement.notice import Kind, Money, NotANotice, Notice, Organisation, Source, Why
from app.procurement.xml import Element, Record, Shape

ROOTS = ("ContractNotice", "ContractAwardNotice", "PriorInformationNotice")
REGISTRATION = "BusinessRegistrationInformationNotice"
"""A notice about a company (X01, X02), not about a procurement."""

_CONTAINERS = """
UBLExtensions UBLExtension ExtensionContent EformsExtension NoticeResult Organizations
"""
CONTAINERS = frozenset(_CONTAINERS.split())
_WANTED = """
ID VersionID ContractFolderID IssueDate NoticeTypeCode NoticeLanguageCode
ContractingParty Party PartyIdentification TenderingProcess ProcedureCode NoticeDocumentReference
ContractingSystem ContractingSystemTypeCode ProcurementProject ProcurementProjectLot Name RequestedTenderTotal
EstimatedOverallContractAmount MainCommodityClassification AdditionalCommodityClassification ItemClassificationCode
Changes ContractModification ChangedNoticeIdentifier ChangeReason ReasonCode
Publication NoticePublicationID PublicationDate FieldsPrivacy FieldIdentifierCode
TotalAmount OverallMaximumFrameworkContractsAmount OverallApproximateFrameworkContractsAmount
LotResult TenderResultCode DecisionReason DecisionReasonCode ReceivedSubmissionsStatistics StatisticsCode
StatisticsNumeric FrameworkAgreementValues MaximumValueAmount TenderLot
LotTender LegalMonetaryTotal PayableAmount SettledContract AwardDate TenderingParty Tenderer
Organization NaturalPersonIndicator GroupLeadIndicator Company TouchPoint PartyName PostalAddress Country
IdentificationCode PartyLegalEntity CompanyID Contact ElectronicMail
"""
WANTED = frozenset(_WANTED.split())
LONGEST_LOT_NUMBER = 3
SHAPE = Shape(CONTAINERS.__contains__, WANTED.__contains__)

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


@dataclass
class _Gathered:
    """What the records have left so far."""

    said: Doubts = field(default_factory=Doubts)
    codes: dict[str, str] = field(default_factory=dict)
    titles: list[tuple[str, str]] = field(default_factory=list)
    cpv: list[str] = field(default_factory=list)
    estimate: Money | None = None
    lot_estimates: list[Money | None] = field(default_factory=list)
    frameworks: set[str] = field(default_factory=set)
    buyers: list[str] = field(default_factory=list)
    previous: list[str] = field(default_factory=list)
    change: str | None = None
    lots: dict[str, outcome.Description] = field(default_factory=dict)
    reference: str = ""
    lot_references: list[str] = field(default_factory=list)
    organisations: Organisations = field(default_factory=Organisations)
    results: eforms_results.Results = field(default_factory=eforms_results.Results)


def read(root: Element, stream: Iterator[Record]) -> Notice:
    """The notice whose root element is *root* and whose records follow in *stream*."""
    if root.name == REGISTRATION:
        raise NotANotice(
            "a notice about the registration of a company, not about a procurement", root=root.name
        )
    gathered = _Gathered()
    for record in stream:
        _take(record, gathered)
    if not (gathered.codes or gathered.titles or gathered.buyers):
        raise NotANotice("the root of a notice with nothing in it", root=root.name)
    return _notice(gathered)


def _take(record: Record, gathered: _Gathered) -> None:
    element, parent = record.element, record.within[-1].name if record.within else ""
    if parent == "NoticeResult":
        gathered.results.take(element)
    elif parent == "Organizations":
        gathered.organisations.take(element)
    elif parent == "EformsExtension":
        _extension(element, gathered)
    elif element.name in _TAKERS:
        _TAKERS[element.name](element, gathered)
    elif len(record.within) == 1 and not element.children:
        gathered.codes.setdefault(element.name, element.value())
        if "listName" in element.attributes:
            gathered.codes.setdefault(f"{element.name}/listName", element.attributes["listName"])


def _extension(element: Element, gathered: _Gathered) -> None:
    if element.name == "Publication":
        gathered.codes["number"] = element.value("NoticePublicationID")  # OPP-010
        gathered.results.published = element.value("PublicationDate")  # OPP-012
    elif element.name == "Changes":
        gathered.change = element.value("ChangedNoticeIdentifier")  # BT-758
        gathered.codes["reason"] = element.value("ChangeReason/ReasonCode")  # BT-140
        gathered.previous.append(gathered.change)
    elif element.name == "ContractModification":
        gathered.previous.append(element.value("ChangedNoticeIdentifier"))  # BT-1501(n)


def _contracting_party(element: Element, gathered: _Gathered) -> None:
    gathered.buyers.extend(
        each.value() for each in element.all("Party/PartyIdentification/ID")[:1]
    )  # OPT-300


def _process(element: Element, gathered: _Gathered) -> None:
    gathered.codes.setdefault("procedure", element.value("ProcedureCode"))  # BT-105
    gathered.previous.extend(
        each.value() for each in element.all("NoticeDocumentReference/ID")[:5]
    )  # OPP-090


def _project(element: Element, gathered: _Gathered) -> None:
    gathered.titles = _titles(element)
    gathered.cpv = _cpv(element)
    gathered.reference = element.value("ID")  # BT-22
    gathered.estimate = _estimate(element)


def _lot(element: Element, gathered: _Gathered) -> None:
    project, number = element.first("ProcurementProject"), element.first("ID")
    lot = number.value()[: facts.LONGEST_ID] if number is not None else ""  # BT-137
    if project is None or not lot or lot in gathered.lots or _is_group(number):
        return
    systems = element.all("TenderingProcess/ContractingSystem/ContractingSystemTypeCode")  # BT-765
    if any(system.value().startswith("fa-") for system in systems):
        gathered.frameworks.add(lot)
    codes = _cpv(project)
    kept = len(gathered.lots) < outcome.MOST_LOTS  # more are counted, not shown
    title = facts.text(_title(_titles(project), ""), gathered.said, field="lots") if kept else None
    gathered.lots[lot] = outcome.Description(title, facts.cpv(codes, gathered.said) if kept else ())
    if len(gathered.cpv) < facts.MOST_CPV:
        gathered.cpv.extend(codes[: facts.MOST_CPV])
    if len(gathered.lot_references) < 2:
        gathered.lot_references.append(project.value("ID"))
    if len(gathered.lot_estimates) < 2:
        gathered.lot_estimates.append(_estimate(project))


_TAKERS = {
    "ContractingParty": _contracting_party,
    "TenderingProcess": _process,
    "ProcurementProject": _project,
    "ProcurementProjectLot": _lot,
}


def _is_group(number: Element | None) -> bool:
    return number is not None and number.attributes.get("schemeName") == "LotsGroup"


def _estimate(project: Element) -> Money | None:
    """BT-27, which is no value of a contract."""
    amount = project.first("RequestedTenderTotal/EstimatedOverallContractAmount")
    if amount is None:
        return None
    return facts.money(amount.value(), amount.attributes.get("currencyID", ""), Doubts())


def _titles(project: Element) -> list[tuple[str, str]]:
    """BT-21, in each language."""
    return [
        (countries.language(name.attributes.get("languageID", "")) or "", name.value())
        for name in project.all("Name")[:30]
    ]


def _title(titles: list[tuple[str, str]], language: str) -> str:
    return facts.in_language(titles, ("sv", language))[1]


def _cpv(project: Element) -> list[str]:
    """BT-262, then BT-263."""
    paths = ("MainCommodityClassification", "AdditionalCommodityClassification")
    found = [code for path in paths for code in project.all(f"{path}/ItemClassificationCode")]
    return [code.value() for code in found if code.attributes.get("listName", "cpv") == "cpv"]


def _notice(gathered: _Gathered) -> Notice:
    said, codes = gathered.said, gathered.codes
    language = countries.language(codes.get("NoticeLanguageCode", ""))  # BT-702
    title_language, title = facts.in_language(gathered.titles, ("sv", language or ""))
    if not title:
        said.add("title", Why.NO_TITLE)
    kind = _kind(gathered)
    decided = gathered.results.outcome(
        gathered.organisations, language or "", _carries(gathered), said, gathered.frameworks
    )
    estimate = gathered.estimate or (gathered.lot_estimates[0] if len(gathered.lot_estimates) == 1 else None)
    if estimate and decided.value is None and decided.awarded is not False:
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


def _kind(gathered: _Gathered) -> Kind:
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


def _carries(gathered: _Gathered) -> Kind:
    """The kind of notice that stands in the file, also where it is there to change an earlier one."""
    notice_type, form = (
        gathered.codes.get("NoticeTypeCode", ""),
        gathered.codes.get("NoticeTypeCode/listName", ""),
    )
    return KINDS.get(notice_type) or KINDS.get(form) or Kind.OTHER


def _notice_id(codes: dict[str, str]) -> str | None:
    parts = [codes.get("ID", ""), codes.get("VersionID", "")]  # BT-701, BT-757
    return "-".join(part for part in parts if part)[: facts.LONGEST_ID] if parts[0] else None


def _reference(gathered: _Gathered) -> str | None:
    """BT-22 of the procedure; where it has none, of its only lot, unless that is a mere number of the lot."""
    of_lots = [each for each in gathered.lot_references if len(each) > LONGEST_LOT_NUMBER]
    if not gathered.reference and len(gathered.lots) == len(of_lots) == 1:
        return facts.reference(of_lots[0])
    return facts.reference(gathered.reference)


def _previous(gathered: _Gathered, own: str | None) -> tuple[str, ...]:
    found = [facts.notice_number(each) or each.strip()[: facts.LONGEST_ID] for each in gathered.previous[:50]]
    return tuple(dict.fromkeys(each for each in found if each and each != own))


def _procedure(code: str, said: Doubts) -> str | None:
    if code in facts.WITHHELD:
        said.add("procedure", Why.UNPUBLISHED)
        return None
    return procedures.of_eforms(code)


def _buyer(gathered: _Gathered, language: str) -> Organisation:
    found = [each for each in dict.fromkeys(gathered.buyers[:200]) if each in gathered.organisations]
    if not found:
        gathered.said.add("buyer", Why.NO_BUYER)
        return Organisation()
    leader = next((each for each in found if gathered.organisations.leads(each)), found[0])
    others = [gathered.organisations.name(each, language) for each in found if each != leader]
    if others:
        gathered.said.add("buyer", Why.SEVERAL_BUYERS, others=", ".join(others[:10]))
    return gathered.organisations.organisation(leader, language, gathered.said, field="buyer")
