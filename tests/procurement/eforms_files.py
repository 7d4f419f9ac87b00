"""eForms notices for tests, put together from parts as the SDK's field list describes them."""

from __future__ import annotations

from collections.abc import Sequence

UBL = "urn:oasis:names:specification:ubl:schema:xsd"
PREFIXES = {
    "cac": f"{UBL}:CommonAggregateComponents-2",
    "cbc": f"{UBL}:CommonBasicComponents-2",
    "ext": f"{UBL}:CommonExtensionComponents-2",
    "efext": "http://data.europa.eu/p27/eforms-ubl-extensions/1",
    "efac": "http://data.europa.eu/p27/eforms-ubl-extension-aggregate-components/1",
    "efbc": "http://data.europa.eu/p27/eforms-ubl-extension-basic-components/1",
}
NOTICE_ID = "0a0b0c0d-1111-4222-8333-444455556666"
FOLDER = "9f8e7d6c-5555-4444-8333-222211110000"


def notice(
    *,
    root: str = "ContractAwardNotice",
    kind: str = "can-standard",
    form: str = "result",
    results: str = "",
    organisations: Sequence[str] = (),
    lots: Sequence[str] = (),
    buyers: Sequence[str] = ("ORG-0001",),
    title: str = '<cbc:Name languageID="SWE">Städning av skolor</cbc:Name>',
    project: str = "",
    process: str = '<cbc:ProcedureCode listName="procurement-procedure-type">open</cbc:ProcedureCode>',
    publication: str = "",
    extension: str = "",
    language: str = "SWE",
) -> str:
    """A whole notice."""
    names = " ".join(f'xmlns:{prefix}="{name}"' for prefix, name in PREFIXES.items())
    parties = "".join(
        "<cac:ContractingParty><cac:Party><cac:PartyIdentification>"
        f"<cbc:ID>{each}</cbc:ID></cac:PartyIdentification></cac:Party></cac:ContractingParty>"
        for each in buyers
    )
    result = f"<efac:NoticeResult>{results}</efac:NoticeResult>" if results else ""
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<{root} xmlns="{UBL}:{root}-2" {names}>
<ext:UBLExtensions><ext:UBLExtension><ext:ExtensionContent><efext:EformsExtension>
{extension}{result}
<efac:NoticeSubType><cbc:SubTypeCode listName="notice-subtype">29</cbc:SubTypeCode></efac:NoticeSubType>
<efac:Organizations>{"".join(organisations)}</efac:Organizations>{publication}
</efext:EformsExtension></ext:ExtensionContent></ext:UBLExtension></ext:UBLExtensions>
<cbc:UBLVersionID>2.3</cbc:UBLVersionID>
<cbc:CustomizationID>eforms-sdk-1.13</cbc:CustomizationID>
<cbc:ID schemeName="notice-id">{NOTICE_ID}</cbc:ID>
<cbc:ContractFolderID>{FOLDER}</cbc:ContractFolderID>
<cbc:IssueDate>2025-03-04+01:00</cbc:IssueDate>
<cbc:IssueTime>10:00:00+01:00</cbc:IssueTime>
<cbc:VersionID>01</cbc:VersionID>
<cbc:NoticeTypeCode listName="{form}">{kind}</cbc:NoticeTypeCode>
<cbc:NoticeLanguageCode listName="language">{language}</cbc:NoticeLanguageCode>
{parties}
<cac:TenderingProcess>{process}</cac:TenderingProcess>
<cac:ProcurementProject>
<cbc:ID schemeName="InternalID">UH-2025-17</cbc:ID>
{title}
<cbc:Description languageID="SWE">Daglig städning</cbc:Description>
{project}
{cpv("90911200", "90919300")}
</cac:ProcurementProject>
{"".join(lots)}
{placeholder() if root == "ContractAwardNotice" else ""}
</{root}>
"""


def placeholder() -> str:
    """The result that UBL requires and eForms fill with a date that means nothing."""
    return "<cac:TenderResult><cbc:AwardDate>2000-01-01Z</cbc:AwardDate></cac:TenderResult>"


def cpv(main: str, *others: str) -> str:
    """Codes of the common procurement vocabulary."""
    additional = "".join(
        f'<cac:AdditionalCommodityClassification><cbc:ItemClassificationCode listName="cpv">{code}'
        "</cbc:ItemClassificationCode></cac:AdditionalCommodityClassification>"
        for code in others
    )
    return (
        f'<cac:MainCommodityClassification><cbc:ItemClassificationCode listName="cpv">{main}'
        f"</cbc:ItemClassificationCode></cac:MainCommodityClassification>{additional}"
    )


def organisation(
    number: str,
    name: str,
    company: str,
    *,
    country: str = "SWE",
    extra: str = "",
    touch_point: str = "",
    mail: str = "",
) -> str:
    """An organisation; *touch_point* is the number of a department of it."""
    contact = f"<cac:Contact><cbc:ElectronicMail>{mail}</cbc:ElectronicMail></cac:Contact>" if mail else ""
    department = (
        f'<efac:TouchPoint><cac:PartyIdentification><cbc:ID schemeName="touchpoint">{touch_point}</cbc:ID>'
        "</cac:PartyIdentification><cac:PartyName><cbc:Name>Inköp</cbc:Name></cac:PartyName></efac:TouchPoint>"
        if touch_point
        else ""
    )
    return f"""<efac:Organization>{extra}<efac:Company>
<cac:PartyIdentification><cbc:ID schemeName="organization">{number}</cbc:ID></cac:PartyIdentification>
<cac:PartyName><cbc:Name languageID="SWE">{name}</cbc:Name></cac:PartyName>
<cac:PostalAddress><cbc:CityName>Växjö</cbc:CityName>
<cac:Country><cbc:IdentificationCode listName="country">{country}</cbc:IdentificationCode></cac:Country>
</cac:PostalAddress>
<cac:PartyLegalEntity><cbc:CompanyID>{company}</cbc:CompanyID></cac:PartyLegalEntity>
{contact}</efac:Company>{department}</efac:Organization>"""


def lot(
    number: str, title: str, *codes: str, framework: bool = False, inside: str = "", scheme: str = "Lot"
) -> str:
    """A lot."""
    system = (
        "<cac:ContractingSystem><cbc:ContractingSystemTypeCode "
        'listName="framework-agreement">fa-wo-rc</cbc:ContractingSystemTypeCode></cac:ContractingSystem>'
        if framework
        else ""
    )
    return f"""<cac:ProcurementProjectLot><cbc:ID schemeName="{scheme}">{number}</cbc:ID>
<cac:TenderingProcess>{system}</cac:TenderingProcess>
<cac:ProcurementProject><cbc:ID schemeName="InternalID">1</cbc:ID>
<cbc:Name languageID="SWE">{title}</cbc:Name>{inside}{cpv(*codes) if codes else ""}
</cac:ProcurementProject></cac:ProcurementProjectLot>"""


def result(
    lot: str,
    *,
    code: str = "selec-w",
    tenders: Sequence[str] = (),
    contracts: Sequence[str] = (),
    received: str = "",
    inside: str = "",
) -> str:
    """What was decided about a lot."""
    counted = statistics("tenders", received) if received else ""
    return f"""<efac:LotResult><cbc:ID schemeName="result">RES-{lot[-4:]}</cbc:ID>
<cbc:TenderResultCode listName="winner-selection-status">{code}</cbc:TenderResultCode>{inside}
{"".join(f'<efac:LotTender><cbc:ID schemeName="tender">{each}</cbc:ID></efac:LotTender>' for each in tenders)}
{counted}
{"".join(f"<efac:SettledContract><cbc:ID>{each}</cbc:ID></efac:SettledContract>" for each in contracts)}
<efac:TenderLot><cbc:ID schemeName="Lot">{lot}</cbc:ID></efac:TenderLot></efac:LotResult>"""


def statistics(code: str, number: str, inside: str = "") -> str:
    """How many submissions of a type were received."""
    return (
        f"<efac:ReceivedSubmissionsStatistics>{inside}"
        f'<efbc:StatisticsCode listName="received-submission-type">{code}</efbc:StatisticsCode>'
        f"<efbc:StatisticsNumeric>{number}</efbc:StatisticsNumeric></efac:ReceivedSubmissionsStatistics>"
    )


def tender(
    number: str, lot: str, party: str, amount: str = "", currency: str = "SEK", inside: str = ""
) -> str:
    """A tender."""
    value = (
        f'<cac:LegalMonetaryTotal><cbc:PayableAmount currencyID="{currency}">{amount}</cbc:PayableAmount>'
        "</cac:LegalMonetaryTotal>"
        if amount
        else ""
    )
    return f"""<efac:LotTender><cbc:ID schemeName="tender">{number}</cbc:ID><cbc:RankCode>1</cbc:RankCode>{inside}
{value}<efac:TenderingParty><cbc:ID schemeName="tendering-party">{party}</cbc:ID></efac:TenderingParty>
<efac:TenderLot><cbc:ID schemeName="Lot">{lot}</cbc:ID></efac:TenderLot></efac:LotTender>"""


def party(number: str, *tenderers: str, subcontractor: str = "") -> str:
    """A tendering party: one tenderer, or a group."""
    members = "".join(
        f'<efac:Tenderer><cbc:ID schemeName="organization">{each}</cbc:ID></efac:Tenderer>'
        for each in tenderers
    )
    sub = (
        f"<efac:SubContractor><cbc:ID>{subcontractor}</cbc:ID></efac:SubContractor>" if subcontractor else ""
    )
    return f"<efac:TenderingParty><cbc:ID>{number}</cbc:ID>{members}{sub}</efac:TenderingParty>"


def contract(number: str, *tenders: str, decided: str = "", concluded: str = "") -> str:
    """A contract that was made of tenders."""
    dates = f"<cbc:AwardDate>{decided}</cbc:AwardDate>" if decided else ""
    dates += f"<cbc:IssueDate>{concluded}</cbc:IssueDate>" if concluded else ""
    of = "".join(f"<efac:LotTender><cbc:ID>{each}</cbc:ID></efac:LotTender>" for each in tenders)
    return f'<efac:SettledContract><cbc:ID schemeName="contract">{number}</cbc:ID>{dates}{of}</efac:SettledContract>'


def total(amount: str, currency: str = "SEK", *, name: str = "cbc:TotalAmount") -> str:
    """The value of the whole notice."""
    return f'<{name} currencyID="{currency}">{amount}</{name}>'


def privacy(code: str, until: str = "") -> str:
    """A field that is withheld, until a day."""
    day = f"<efbc:PublicationDate>{until}</efbc:PublicationDate>" if until else ""
    return (
        f'<efac:FieldsPrivacy><efbc:FieldIdentifierCode listName="non-publication-identifier">{code}'
        f"</efbc:FieldIdentifierCode>{day}</efac:FieldsPrivacy>"
    )


def published(number: str = "00123456-2025", on: str = "2025-03-06+01:00") -> str:
    """What TED adds when it publishes."""
    return (
        f'<efac:Publication><efbc:NoticePublicationID schemeName="ojs-notice-id">{number}'
        "</efbc:NoticePublicationID><efbc:GazetteID>46/2025</efbc:GazetteID>"
        f"<efbc:PublicationDate>{on}</efbc:PublicationDate></efac:Publication>"
    )


BUYER = organisation(
    "ORG-0001", "Växjö kommun", "2120000662", touch_point="TPO-0001", mail="inkop@kommun.example"
)
CLEANER = organisation("ORG-0002", "Städ &amp; Co AB", "556036-0793", mail="anbud@stad.example")
ROOM = organisation("ORG-0003", "Rum i Rum AB", "SE556012579001")
FOREIGN = organisation("ORG-0004", "Sauber GmbH", "HRB 4711", country="DEU")


def award(**changes: object) -> str:
    """A plain award of one lot: 250 000 SEK, three tenders, decided on 3 February 2025."""
    parts: dict[str, object] = {
        "results": total("250000")
        + result("LOT-0001", tenders=["TEN-0001"], contracts=["CON-0001"], received="3")
        + tender("TEN-0001", "LOT-0001", "TPA-0001", "250000")
        + contract("CON-0001", "TEN-0001", decided="2025-02-03+01:00", concluded="2025-02-20+01:00")
        + party("TPA-0001", "ORG-0002"),
        "organisations": [BUYER, CLEANER],
        "lots": [lot("LOT-0001", "Städning", "90911200")],
        "publication": published(),
    }
    return notice(**parts | changes)  # type: ignore[arg-type]
