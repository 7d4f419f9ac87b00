"""Notices in TED's older schema for tests, put together from parts as its forms describe them."""

from __future__ import annotations

from collections.abc import Sequence

NAMESPACE = "http://publications.europa.eu/resource/schema/ted/R2.0.9/publication"
OLDER = "http://publications.europa.eu/TED_schema/Export"


def export(*forms: str, number: str = "123456-2020", document_type: str = "7", procedure: str = "1") -> str:
    """A whole file: coded data and the form in one language or more."""
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<TED_EXPORT xmlns="{NAMESPACE}" xmlns:n="http://publications.europa.eu/resource/schema/ted/2016/nuts"
 DOC_ID="{number}" EDITION="2020055" VERSION="R2.0.9.S03">
<TECHNICAL_SECTION><RECEPTION_ID>20-1-001</RECEPTION_ID></TECHNICAL_SECTION>
<LINKS_SECTION><OJ_LINK/></LINKS_SECTION>
<CODED_DATA_SECTION>
<REF_OJS><COLL_OJ>S</COLL_OJ><NO_OJ>55</NO_OJ><DATE_PUB>20200318</DATE_PUB></REF_OJS>
<NOTICE_DATA><NO_DOC_OJS>2020/S 055-{number.split("-", maxsplit=1)[0]}</NO_DOC_OJS>
<LG_ORIG>SV</LG_ORIG><ISO_COUNTRY VALUE="SE"/>
<ORIGINAL_CPV CODE="45233000">Anläggningsarbete</ORIGINAL_CPV></NOTICE_DATA>
<CODIF_DATA><DS_DATE_DISPATCH>20200313</DS_DATE_DISPATCH>
<TD_DOCUMENT_TYPE CODE="{document_type}">Tilldelning</TD_DOCUMENT_TYPE>
<PR_PROC CODE="{procedure}">Öppet förfarande</PR_PROC></CODIF_DATA>
</CODED_DATA_SECTION>
<TRANSLATION_SECTION><ML_TITLES><ML_TI_DOC LG="SV"><TI_TEXT><P>Väg</P></TI_TEXT></ML_TI_DOC></ML_TITLES>
<ML_AA_NAMES><AA_NAME LG="SV">Vägens kommun</AA_NAME><AA_NAME LG="EN">City of Roads</AA_NAME></ML_AA_NAMES>
</TRANSLATION_SECTION>
<FORM_SECTION>{"".join(forms)}</FORM_SECTION>
</TED_EXPORT>
"""


def form(
    *awards: str,
    name: str = "F03_2014",
    language: str = "SV",
    category: str = "ORIGINAL",
    notice_type: str = "",
    title: str = "Underhåll av vägar",
    total: str = "",
    lots: str = "<NO_LOT_DIVISION/>",
    described: Sequence[str] = (),
    procedure: str = "<PT_OPEN/>",
    more_buyers: str = "",
    after: str = "",
    complement: str = "",
) -> str:
    """A form of R2.0.9."""
    kind = f'<NOTICE TYPE="{notice_type}"/>' if notice_type else ""
    return f"""<{name} LG="{language}" CATEGORY="{category}" FORM="{name[:3]}">
<LEGAL_BASIS VALUE="32014L0024"/>{kind}
<CONTRACTING_BODY>{address("ADDRESS_CONTRACTING_BODY", "Trafikverket", "202100-6297", mail="tv@vag.example")}
{more_buyers}<CA_TYPE VALUE="MINISTRY"/></CONTRACTING_BODY>
<OBJECT_CONTRACT><TITLE><P>{title}</P></TITLE><REFERENCE_NUMBER>TRV 2019/88</REFERENCE_NUMBER>
<CPV_MAIN><CPV_CODE CODE="45233141"/></CPV_MAIN><TYPE_CONTRACT CTYPE="WORKS"/>
<SHORT_DESCR><P>Lagning</P></SHORT_DESCR>{total}{lots}
{"".join(described)}</OBJECT_CONTRACT>
<PROCEDURE>{procedure}</PROCEDURE>
{"".join(awards)}
<COMPLEMENTARY_INFO>{complement}<DATE_DISPATCH_NOTICE>2020-03-12</DATE_DISPATCH_NOTICE></COMPLEMENTARY_INFO>
{after}</{name}>"""


def address(element: str, name: str, number: str = "", *, country: str = "SE", mail: str = "") -> str:
    """An address block."""
    national = f"<NATIONALID>{number}</NATIONALID>" if number else ""
    email = f"<E_MAIL>{mail}</E_MAIL>" if mail else ""
    return (
        f"<{element}><OFFICIALNAME>{name}</OFFICIALNAME>{national}<TOWN>Borlänge</TOWN>"
        f'<COUNTRY VALUE="{country}"/>{email}</{element}>'
    )


def described(number: str, title: str, *codes: str) -> str:
    """A lot, as section II.2 describes it."""
    additional = "".join(f'<CPV_ADDITIONAL><CPV_CODE CODE="{code}"/></CPV_ADDITIONAL>' for code in codes)
    return f"<OBJECT_DESCR ITEM='1'><TITLE><P>{title}</P></TITLE><LOT_NO>{number}</LOT_NO>{additional}</OBJECT_DESCR>"


def value(amount: str, currency: str = "SEK", *, name: str = "VAL_TOTAL", publication: str = "") -> str:
    """An amount."""
    said = f' PUBLICATION="{publication}"' if publication else ""
    return f'<{name} CURRENCY="{currency}"{said}>{amount}</{name}>'


def between(low: str, high: str, currency: str = "SEK") -> str:
    """The lowest and the highest tender."""
    return f'<VAL_RANGE_TOTAL CURRENCY="{currency}"><LOW>{low}</LOW><HIGH>{high}</HIGH></VAL_RANGE_TOTAL>'


STREETS = address("ADDRESS_CONTRACTOR", "Gatu AB", "556036-0793")
ROADS = address("ADDRESS_CONTRACTOR", "Vägar och Broar AB", "556012-5790")


def awarded(
    *contractors: str,
    lot: str = "",
    day: str = "2020-02-28",
    tenders: str = "4",
    values: str = value("100000"),
    publication: str = "",
) -> str:
    """Section V with an award."""
    said = f' PUBLICATION="{publication}"' if publication else ""
    groups = "".join(f"<CONTRACTOR>{each}<NO_SME/></CONTRACTOR>" for each in contractors or [STREETS])
    return f"""<AWARD_CONTRACT ITEM="1"><CONTRACT_NO>1</CONTRACT_NO>{f"<LOT_NO>{lot}</LOT_NO>" if lot else ""}
<AWARDED_CONTRACT><DATE_CONCLUSION_CONTRACT>{day}</DATE_CONCLUSION_CONTRACT>
<TENDERS{said}><NB_TENDERS_RECEIVED>{tenders}</NB_TENDERS_RECEIVED></TENDERS>
<CONTRACTORS{said}>{groups}</CONTRACTORS><VALUES{said}>{values}</VALUES></AWARDED_CONTRACT></AWARD_CONTRACT>"""


def not_awarded(reason: str = "<PROCUREMENT_DISCONTINUED/>", *, lot: str = "") -> str:
    """Section V without an award."""
    number = f"<LOT_NO>{lot}</LOT_NO>" if lot else ""
    return f"<AWARD_CONTRACT>{number}<NO_AWARDED_CONTRACT>{reason}</NO_AWARDED_CONTRACT></AWARD_CONTRACT>"


def date_of(name: str, year: str, month: str, day: str) -> str:
    """A date of the schemas before R2.0.9."""
    return f"<{name}><DAY>{day}</DAY><MONTH>{month}</MONTH><YEAR>{year}</YEAR></{name}>"


def cost(amount: str, *, vat: str = "EXCLUDING_VAT", inside: str = "") -> str:
    """A value of the schemas before R2.0.9, with the number for programs beside the text."""
    excluding = f"<{vat}/>" if vat.startswith("EX") else f"<{vat}><VAT_PRCT>25</VAT_PRCT></{vat}>"
    return (
        '<COSTS_RANGE_AND_CURRENCY_WITH_VAT_RATE CURRENCY="SEK">'
        f'<VALUE_COST FMTVAL="{amount}">{amount} kr</VALUE_COST>{excluding}</COSTS_RANGE_AND_CURRENCY_WITH_VAT_RATE>{inside}'
    )


def older_award(*, values: str = cost("2500000.00"), lot: str = "", winner: str = "556036-0793") -> str:
    """Section V of R2.0.8."""
    number = f"<LOT_NUMBER>{lot}</LOT_NUMBER>" if lot else ""
    return f"""<AWARD_OF_CONTRACT ITEM="1">{number}
<CONTRACT_TITLE><P>Vägar {lot}</P></CONTRACT_TITLE>
{date_of("CONTRACT_AWARD_DATE", "2013", "05", "17")}
<OFFERS_RECEIVED_NUMBER>5</OFFERS_RECEIVED_NUMBER>
<ECONOMIC_OPERATOR_NAME_ADDRESS><CONTACT_DATA_WITHOUT_RESPONSIBLE_NAME>
<ORGANISATION><OFFICIALNAME>Gatu AB</OFFICIALNAME><NATIONALID>{winner}</NATIONALID></ORGANISATION>
<COUNTRY VALUE="SE"/></CONTACT_DATA_WITHOUT_RESPONSIBLE_NAME></ECONOMIC_OPERATOR_NAME_ADDRESS>
<CONTRACT_VALUE_INFORMATION>{values}</CONTRACT_VALUE_INFORMATION>
</AWARD_OF_CONTRACT>"""


def older(*awards: str, total: str = "", element: str = "CONTRACT_AWARD") -> str:
    """A form of R2.0.8, a contract award."""
    final = f"<TOTAL_FINAL_VALUE>{total}</TOTAL_FINAL_VALUE>" if total else ""
    return f"""<{element} CATEGORY="ORIGINAL" FORM="3" LG="SV" VERSION="R2.0.8.S02">
<FD_{element} CTYPE="WORKS">
<CONTRACTING_AUTHORITY_INFORMATION_CONTRACT_AWARD><NAME_ADDRESSES_CONTACT_CONTRACT_AWARD>
<CA_CE_CONCESSIONAIRE_PROFILE><ORGANISATION><OFFICIALNAME>Trafikverket</OFFICIALNAME>
<NATIONALID>202100-6297</NATIONALID></ORGANISATION><TOWN>Borlänge</TOWN><COUNTRY VALUE="SE"/>
<E_MAILS><E_MAIL>tv@vag.example</E_MAIL></E_MAILS></CA_CE_CONCESSIONAIRE_PROFILE>
</NAME_ADDRESSES_CONTACT_CONTRACT_AWARD></CONTRACTING_AUTHORITY_INFORMATION_CONTRACT_AWARD>
<OBJECT_CONTRACT_INFORMATION_CONTRACT_AWARD_NOTICE><DESCRIPTION_AWARD_NOTICE_INFORMATION>
<TITLE_CONTRACT><P>Underhåll av vägar</P></TITLE_CONTRACT>
<SHORT_CONTRACT_DESCRIPTION><P>Lagning</P></SHORT_CONTRACT_DESCRIPTION>
<CPV><CPV_MAIN><CPV_CODE CODE="45233141"/></CPV_MAIN>
<CPV_ADDITIONAL><CPV_CODE CODE="45233000"/></CPV_ADDITIONAL></CPV></DESCRIPTION_AWARD_NOTICE_INFORMATION>
{final}</OBJECT_CONTRACT_INFORMATION_CONTRACT_AWARD_NOTICE>
<PROCEDURE_DEFINITION_CONTRACT_AWARD_NOTICE><TYPE_OF_PROCEDURE_DEF><F03_PT_RESTRICTED/></TYPE_OF_PROCEDURE_DEF>
<ADMINISTRATIVE_INFORMATION_CONTRACT_AWARD><FILE_REFERENCE_NUMBER><P>TRV 2012/7</P></FILE_REFERENCE_NUMBER>
<PREVIOUS_PUBLICATION_INFORMATION_NOTICE_F3><PREVIOUS_PUBLICATION_EXISTS_F3><PREVIOUS_PUBLICATION_NOTICE_F3>
<NOTICE_NUMBER_OJ>2012/S 201-330011</NOTICE_NUMBER_OJ></PREVIOUS_PUBLICATION_NOTICE_F3>
</PREVIOUS_PUBLICATION_EXISTS_F3></PREVIOUS_PUBLICATION_INFORMATION_NOTICE_F3>
</ADMINISTRATIVE_INFORMATION_CONTRACT_AWARD></PROCEDURE_DEFINITION_CONTRACT_AWARD_NOTICE>
{"".join(awards)}
<COMPLEMENTARY_INFORMATION_CONTRACT_AWARD>{date_of("NOTICE_DISPATCH_DATE", "2013", "6", "3")}
</COMPLEMENTARY_INFORMATION_CONTRACT_AWARD>
</FD_{element}></{element}>"""


def older_export(form: str) -> str:
    """A whole file of R2.0.8."""
    return export(form, number="191919-2013").replace(NAMESPACE, OLDER).replace("R2.0.9.S03", "R2.0.8.S02")
