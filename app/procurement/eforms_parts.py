"""What the parts of an eForms notice leave, one by one, until the notice is put together (`eforms`)."""

from __future__ import annotations

from dataclasses import dataclass, field

from app.procurement import countries, facts, outcome
from app.procurement.awards import Description
from app.procurement.doubts import Doubts
from app.procurement.eforms_organisations import Organisations
from app.procurement.eforms_records import bounded
from app.procurement.eforms_results import Results
from app.procurement.notice import Money
from app.procurement.xml import Element, Record, Shape

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
SHAPE = Shape(CONTAINERS.__contains__, WANTED.__contains__)


@dataclass
class Gathered:
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
    lots: dict[str, Description] = field(default_factory=dict)
    reference: str = ""
    lot_references: list[str] = field(default_factory=list)
    organisations: Organisations = field(default_factory=Organisations)
    results: Results = field(default_factory=Results)


def take(record: Record, gathered: Gathered) -> None:
    """Leaves what one part of the notice says in *gathered*."""
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


def _extension(element: Element, gathered: Gathered) -> None:
    if element.name == "Publication":
        gathered.codes["number"] = element.value("NoticePublicationID")  # OPP-010
        gathered.results.published = element.value("PublicationDate")  # OPP-012
    elif element.name == "Changes":
        gathered.change = element.value("ChangedNoticeIdentifier")  # BT-758
        gathered.codes["reason"] = element.value("ChangeReason/ReasonCode")  # BT-140
        gathered.previous.append(gathered.change)
    elif element.name == "ContractModification":
        gathered.previous.append(element.value("ChangedNoticeIdentifier"))  # BT-1501(n)


def _contracting_party(element: Element, gathered: Gathered) -> None:
    gathered.buyers.extend(
        each.value() for each in element.all("Party/PartyIdentification/ID")[:1]
    )  # OPT-300


def _process(element: Element, gathered: Gathered) -> None:
    gathered.codes.setdefault("procedure", element.value("ProcedureCode"))  # BT-105
    gathered.previous.extend(
        each.value() for each in element.all("NoticeDocumentReference/ID")[:5]
    )  # OPP-090


def _project(element: Element, gathered: Gathered) -> None:
    gathered.titles = titles(element)
    gathered.cpv = _cpv(element)
    gathered.reference = element.value("ID")  # BT-22
    gathered.estimate = _estimate(element)


def _lot(element: Element, gathered: Gathered) -> None:
    project, number = element.first("ProcurementProject"), element.first("ID")
    lot = number.value()[: facts.LONGEST_ID] if number is not None else ""  # BT-137
    if project is None or not lot or lot in gathered.lots or _is_group(number):
        return
    systems = element.all("TenderingProcess/ContractingSystem/ContractingSystemTypeCode")  # BT-765
    if any(system.value().startswith("fa-") for system in systems):
        gathered.frameworks.add(lot)
    codes = _cpv(project)
    kept = len(gathered.lots) < outcome.MOST_LOTS  # more are counted, not shown
    title = facts.text(_title(project, gathered), gathered.said, field="lots") if kept else None
    gathered.lots[lot] = Description(title, facts.cpv(codes, gathered.said) if kept else ())
    bounded(gathered.lots)
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


def titles(project: Element) -> list[tuple[str, str]]:
    """BT-21, in each language."""
    return [
        (countries.language(name.attributes.get("languageID", "")) or "", name.value())
        for name in project.all("Name")[:30]
    ]


def _title(project: Element, gathered: Gathered) -> str:
    language = countries.language(gathered.codes.get("NoticeLanguageCode", ""))
    return facts.in_language(titles(project), ("sv", language or ""))[1]


def _cpv(project: Element) -> list[str]:
    """BT-262, then BT-263."""
    paths = ("MainCommodityClassification", "AdditionalCommodityClassification")
    found = [code for path in paths for code in project.all(f"{path}/ItemClassificationCode")]
    return [code.value() for code in found if code.attributes.get("listName", "cpv") == "cpv"]
