"""Award notices in eForms, made for a test: as much of one as the form is filled in from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape

NAMESPACES = (
    'xmlns="urn:oasis:names:specification:ubl:schema:xsd:ContractAwardNotice-2" '
    'xmlns:cac="urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2" '
    'xmlns:cbc="urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2" '
    'xmlns:ext="urn:oasis:names:specification:ubl:schema:xsd:CommonExtensionComponents-2" '
    'xmlns:efac="http://data.europa.eu/p27/eforms-ubl-extension-aggregate-components/1" '
    'xmlns:efext="http://data.europa.eu/p27/eforms-ubl-extensions/1" '
    'xmlns:efbc="http://data.europa.eu/p27/eforms-ubl-extension-basic-components/1"'
)


@dataclass(frozen=True)
class MadeLot:
    """One awarded part: its texts, its value in kronor, who won it and how many tendered."""

    id: str
    title: str
    amount: str
    winner: str
    number: str
    tenders: int


def lot(id: str, *, title: str, amount: str, winner: str, number: str, tenders: int) -> MadeLot:
    """One part of a notice."""
    return MadeLot(id, title, amount, winner, number, tenders)


ONE = (lot("LOT-0001", title="Allt", amount="4500000", winner="Städ AB", number="556036-0793", tenders=4),)


def award(
    *, buyer: str = "Växjö kommun", title: str = "Städning", number: str = "00123456-2026", total: str = "4500000",
    lots: Sequence[MadeLot] = ONE,
) -> bytes:  # fmt: skip
    """A Swedish award notice."""
    results, parts, companies = [], [], [_company("ORG-0001", buyer, "212000-0662")]
    for place, each in enumerate(lots, 1):
        organisation = f"ORG-{place + 1:04}"
        companies.append(_company(organisation, each.winner, each.number))
        results.append(_result(place, each, organisation))
        parts.append(
            f'<cac:ProcurementProjectLot><cbc:ID schemeName="Lot">{each.id}</cbc:ID><cac:ProcurementProject>'
            f'<cbc:Name languageID="SWE">{escape(each.title)}</cbc:Name>{_cpv()}</cac:ProcurementProject>'
            "</cac:ProcurementProjectLot>"
        )
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<ContractAwardNotice {NAMESPACES}>
<ext:UBLExtensions><ext:UBLExtension><ext:ExtensionContent><efext:EformsExtension>
<efac:NoticeResult><cbc:TotalAmount currencyID="SEK">{total}</cbc:TotalAmount>{"".join(results)}</efac:NoticeResult>
<efac:NoticeSubType><cbc:SubTypeCode listName="notice-subtype">29</cbc:SubTypeCode></efac:NoticeSubType>
<efac:Organizations>{"".join(companies)}</efac:Organizations>
<efac:Publication><efbc:NoticePublicationID schemeName="ojs-notice-id">{number}</efbc:NoticePublicationID></efac:Publication>
</efext:EformsExtension></ext:ExtensionContent></ext:UBLExtension></ext:UBLExtensions>
<cbc:CustomizationID>eforms-sdk-1.13</cbc:CustomizationID>
<cbc:ID schemeName="notice-id">7a1f3c51-2a37-4c3e-9d1a-0e8f5b6c7d80</cbc:ID>
<cbc:ContractFolderID>1c2d3e4f-5a6b-4c7d-8e9f-a0b1c2d3e4f5</cbc:ContractFolderID>
<cbc:IssueDate>2026-05-12+02:00</cbc:IssueDate>
<cbc:NoticeTypeCode listName="result">can-standard</cbc:NoticeTypeCode>
<cbc:NoticeLanguageCode>SWE</cbc:NoticeLanguageCode>
<cac:ContractingParty><cac:Party><cac:PartyIdentification><cbc:ID schemeName="organization">ORG-0001</cbc:ID>
</cac:PartyIdentification></cac:Party></cac:ContractingParty>
<cac:TenderingProcess><cbc:ProcedureCode listName="procurement-procedure-type">open</cbc:ProcedureCode></cac:TenderingProcess>
<cac:ProcurementProject><cbc:ID schemeName="InternalID">KS 2026/17</cbc:ID>
<cbc:Name languageID="SWE">{escape(title)}</cbc:Name>{_cpv()}</cac:ProcurementProject>
{"".join(parts)}
<cac:TenderResult><cbc:AwardDate>2000-01-01Z</cbc:AwardDate></cac:TenderResult>
</ContractAwardNotice>""".encode()


def _cpv() -> str:
    return (
        '<cac:MainCommodityClassification><cbc:ItemClassificationCode listName="cpv">90910000'
        "</cbc:ItemClassificationCode></cac:MainCommodityClassification>"
    )


def _company(id: str, name: str, number: str) -> str:
    return (
        "<efac:Organization><efac:Company><cac:PartyIdentification>"
        f'<cbc:ID schemeName="organization">{id}</cbc:ID></cac:PartyIdentification>'
        f'<cac:PartyName><cbc:Name languageID="SWE">{escape(name)}</cbc:Name></cac:PartyName>'
        '<cac:PostalAddress><cac:Country><cbc:IdentificationCode listName="country">SWE</cbc:IdentificationCode>'
        f"</cac:Country></cac:PostalAddress><cac:PartyLegalEntity><cbc:CompanyID>{number}</cbc:CompanyID>"
        "</cac:PartyLegalEntity></efac:Company></efac:Organization>"
    )


def _result(place: int, each: MadeLot, organisation: str) -> str:
    tender, contract, party = f"TEN-{place:04}", f"CON-{place:04}", f"TPA-{place:04}"
    ref = f'<efac:LotTender><cbc:ID schemeName="tender">{tender}</cbc:ID></efac:LotTender>'
    return (
        f'<efac:LotResult><cbc:ID schemeName="result">RES-{place:04}</cbc:ID>'
        f'<cbc:TenderResultCode listName="winner-selection-status">selec-w</cbc:TenderResultCode>{ref}'
        '<efac:ReceivedSubmissionsStatistics><efbc:StatisticsCode listName="received-submission-type">tenders'
        f"</efbc:StatisticsCode><efbc:StatisticsNumeric>{each.tenders}</efbc:StatisticsNumeric>"
        "</efac:ReceivedSubmissionsStatistics>"
        f'<efac:SettledContract><cbc:ID schemeName="contract">{contract}</cbc:ID></efac:SettledContract>'
        f'<efac:TenderLot><cbc:ID schemeName="Lot">{each.id}</cbc:ID></efac:TenderLot></efac:LotResult>'
        f'<efac:LotTender><cbc:ID schemeName="tender">{tender}</cbc:ID><cac:LegalMonetaryTotal>'
        f'<cbc:PayableAmount currencyID="SEK">{each.amount}</cbc:PayableAmount></cac:LegalMonetaryTotal>'
        f'<efac:TenderingParty><cbc:ID schemeName="tendering-party">{party}</cbc:ID></efac:TenderingParty>'
        f'<efac:TenderLot><cbc:ID schemeName="Lot">{each.id}</cbc:ID></efac:TenderLot></efac:LotTender>'
        f'<efac:SettledContract><cbc:ID schemeName="contract">{contract}</cbc:ID>'
        "<cbc:AwardDate>2026-04-14+02:00</cbc:AwardDate><cbc:IssueDate>2026-05-04+02:00</cbc:IssueDate>"
        f"{ref}</efac:SettledContract>"
        f'<efac:TenderingParty><cbc:ID schemeName="tendering-party">{party}</cbc:ID>'
        f'<efac:Tenderer><cbc:ID schemeName="organization">{organisation}</cbc:ID></efac:Tenderer>'
        "</efac:TenderingParty>"
    )
