"""eForms notices, written here from the SDK's field list: what each says, and what it does not."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from app.procurement.notice import Doubt, Kind, Lot, Money, NotANotice, Notice, Organisation, Source, Why
from app.procurement.reading import read as read_file
from tests.procurement import eforms_files as files

MUNICIPALITY = Organisation("Växjö kommun", "212000-0662", "SE", "inkop@kommun.example")
CLEANER = Organisation("Städ & Co AB", "556036-0793", "SE")
ROOM = Organisation("Rum i Rum AB", "556012-5790", "SE")
FOREIGN = Organisation("Sauber GmbH", "HRB 4711", "DE")
EVERYONE = [files.BUYER, files.CLEANER, files.ROOM, files.FOREIGN]
TWO_LOTS = [files.lot("LOT-0001", "Skolor", "90911200"), files.lot("LOT-0002", "Kontor", "90919200")]


def read(text: str) -> Notice:
    return read_file(text.encode())


def whys(notice: Notice, field: str | None = None) -> set[Why]:
    return {doubt.why for doubt in notice.doubts if field in {None, doubt.field}}


def doubt(notice: Notice, why: Why) -> Doubt:
    return next(each for each in notice.doubts if each.why is why)


def sek(amount: str) -> Money:
    return Money(Decimal(amount), "SEK")


def two_lots(
    *,
    first: tuple[str, str] = ("100000", "SEK"),
    second: tuple[str, str] = ("50000", "SEK"),
    start: str = "",
    **changes: object,
) -> Notice:
    """Two lots, won by different suppliers."""
    parts: dict[str, object] = {
        "results": start
        + files.result("LOT-0001", tenders=["TEN-0001"], contracts=["CON-0001"], received="3")
        + files.result("LOT-0002", tenders=["TEN-0002"], contracts=["CON-0002"], received="5")
        + files.tender("TEN-0001", "LOT-0001", "TPA-0001", *first)
        + files.tender("TEN-0002", "LOT-0002", "TPA-0002", *second)
        + files.contract("CON-0001", "TEN-0001", decided="2025-02-03+01:00")
        + files.contract("CON-0002", "TEN-0002", decided="2025-02-03+01:00")
        + files.party("TPA-0001", "ORG-0002")
        + files.party("TPA-0002", "ORG-0003"),
        "organisations": EVERYONE,
        "lots": TWO_LOTS,
    }
    return read(files.notice(**parts | changes))  # type: ignore[arg-type]


# What a plain notice says


def test_an_award_notice_reads_whole_and_without_doubt() -> None:
    assert read(files.award()) == Notice(
        source=Source.EFORMS,
        kind=Kind.AWARD,
        publication_number="123456-2025",
        notice_id=f"{files.NOTICE_ID}-01",
        procurement_id=files.FOLDER,
        reference="UH-2025-17",
        title="Städning av skolor",
        language="sv",
        buyer=MUNICIPALITY,
        cpv=("90911200", "90919300"),
        procedure="open",
        value=sek("250000"),
        tenders_received=3,
        award_date=date(2025, 2, 3),
        issue_date=date(2025, 3, 4),
        awarded=True,
        winners=(CLEANER,),
        lots=(
            Lot(
                id="LOT-0001",
                title="Städning",
                cpv=("90911200",),
                value=sek("250000"),
                tenders_received=3,
                award_date=date(2025, 2, 3),
                awarded=True,
                winners=(CLEANER,),
            ),
        ),
    )


def test_a_contract_notice_has_no_outcome_and_its_estimate_is_no_value() -> None:
    notice = read(
        files.notice(
            root="ContractNotice",
            kind="cn-standard",
            form="competition",
            organisations=[files.BUYER],
            lots=TWO_LOTS,
            project="<cac:RequestedTenderTotal><cbc:EstimatedOverallContractAmount "
            'currencyID="SEK">4000000.50</cbc:EstimatedOverallContractAmount></cac:RequestedTenderTotal>',
        )
    )
    assert notice.kind is Kind.CONTRACT
    assert (notice.value, notice.awarded, notice.winners, notice.tenders_received) == (None, None, (), None)
    assert [lot.title for lot in notice.lots] == ["Skolor", "Kontor"]
    assert [lot.awarded for lot in notice.lots] == [None, None]
    assert notice.doubts == (Doubt("value", Why.ESTIMATE_ONLY, {"amount": "4000000.5 SEK"}),)


@pytest.mark.parametrize(
    ("root", "kind", "form", "expected"),
    [
        ("ContractAwardNotice", "can-standard", "result", Kind.AWARD),
        ("ContractAwardNotice", "can-social", "result", Kind.AWARD),
        ("ContractAwardNotice", "can-tran", "result", Kind.AWARD),
        ("ContractAwardNotice", "can-desg", "result", Kind.CONTEST_RESULT),
        ("ContractAwardNotice", "can-modif", "cont-modif", Kind.MODIFICATION),
        ("ContractAwardNotice", "veat", "dir-awa-pre", Kind.TRANSPARENCY),
        ("ContractAwardNotice", "compl", "compl", Kind.OTHER),
        ("ContractNotice", "cn-standard", "competition", Kind.CONTRACT),
        ("ContractNotice", "cn-social", "competition", Kind.CONTRACT),
        ("ContractNotice", "cn-desg", "competition", Kind.CONTEST),
        ("ContractNotice", "qu-sy", "competition", Kind.QUALIFICATION),
        ("ContractNotice", "subco", "competition", Kind.CONTRACT),
        ("PriorInformationNotice", "pin-only", "planning", Kind.PLANNING),
        ("PriorInformationNotice", "pin-buyer", "planning", Kind.PLANNING),
        ("PriorInformationNotice", "pin-cfc-standard", "competition", Kind.CONTRACT),
        ("PriorInformationNotice", "pmc", "consultation", Kind.PLANNING),
    ],
)
def test_the_kind_is_told_by_the_notice_type(root: str, kind: str, form: str, expected: Kind) -> None:
    assert read(files.notice(root=root, kind=kind, form=form, organisations=[files.BUYER])).kind is expected


def test_a_type_that_is_not_known_is_said() -> None:
    notice = read(files.notice(kind="xyz", form="new", organisations=[files.BUYER]))
    assert notice.kind is Kind.OTHER
    assert Doubt("kind", Why.UNKNOWN_FORM, {"form": "xyz"}) in notice.doubts


def test_the_registration_of_a_company_is_no_notice_of_a_procurement() -> None:
    text = files.notice(root="BusinessRegistrationInformationNotice", kind="brin-eeig", form="bri")
    with pytest.raises(NotANotice, match="registration of a company"):
        read(text)


def test_a_change_says_what_it_changes() -> None:
    notice = read(
        files.notice(
            root="ContractNotice",
            kind="cn-standard",
            form="competition",
            organisations=[files.BUYER],
            lots=TWO_LOTS,
            extension="<efac:Changes><efbc:ChangedNoticeIdentifier>00654321-2025</efbc:ChangedNoticeIdentifier>"
            "<efac:ChangeReason><cbc:ReasonCode>update-add</cbc:ReasonCode></efac:ChangeReason></efac:Changes>",
        )
    )
    assert notice.kind is Kind.CHANGE
    assert notice.previous == ("654321-2025",)
    assert notice.title == "Städning av skolor"
    assert Doubt("kind", Why.CHANGED_NOTICE, {"notice": "00654321-2025"}) in notice.doubts


def test_a_changed_award_keeps_what_was_awarded() -> None:
    changes = f"<efac:Changes><efbc:ChangedNoticeIdentifier>{files.NOTICE_ID}-01</efbc:ChangedNoticeIdentifier></efac:Changes>"
    notice = read(files.award(extension=changes))
    assert (notice.kind, notice.awarded, notice.value) == (Kind.CHANGE, True, sek("250000"))
    assert notice.previous == (f"{files.NOTICE_ID}-01",)


def test_a_cancellation_is_said() -> None:
    notice = read(
        files.notice(
            root="ContractNotice",
            kind="cn-standard",
            form="competition",
            organisations=[files.BUYER],
            extension="<efac:Changes><efbc:ChangedNoticeIdentifier>654321-2025</efbc:ChangedNoticeIdentifier>"
            "<efac:ChangeReason><cbc:ReasonCode>cancel</cbc:ReasonCode></efac:ChangeReason></efac:Changes>",
        )
    )
    assert Why.CANCELLED in whys(notice, "kind")


def test_the_notice_that_came_before_is_named() -> None:
    process = (
        '<cbc:ProcedureCode>restricted</cbc:ProcedureCode><cac:NoticeDocumentReference><cbc:ID schemeName="notice-id-ref">'
        "00111222-2024</cbc:ID></cac:NoticeDocumentReference>"
    )
    notice = read(files.award(process=process))
    assert (notice.previous, notice.procedure) == (("111222-2024",), "restricted")


# Titles, languages, numbers


@pytest.mark.parametrize(
    ("names", "language", "title", "read_in"),
    [
        ([("ENG", "Cleaning"), ("SWE", "Städning")], "ENG", "Städning", "sv"),
        ([("ENG", "Cleaning"), ("FIN", "Siivous")], "FIN", "Siivous", "fi"),
        ([("ENG", "Cleaning")], "FIN", "Cleaning", "en"),
    ],
)
def test_of_titles_in_several_languages_the_swedish_is_read_then_the_notices_own(
    names: list[tuple[str, str]], language: str, title: str, read_in: str
) -> None:
    texts = "".join(f'<cbc:Name languageID="{code}">{text}</cbc:Name>' for code, text in names)
    notice = read(files.award(title=texts, language=language))
    assert (notice.title, notice.language) == (title, read_in)


def test_a_notice_without_a_title_says_so() -> None:
    notice = read(files.award(title=""))
    assert notice.title is None
    assert whys(notice, "title") == {Why.NO_TITLE}


def test_a_department_stands_for_its_organisation() -> None:
    assert read(files.award(buyers=["TPO-0001"])).buyer == MUNICIPALITY


def test_of_several_buyers_the_leader_is_the_buyer_and_the_others_are_said() -> None:
    leader = files.organisation(
        "ORG-0009",
        "Region Kronoberg",
        "232100-0065",
        extra="<efbc:GroupLeadIndicator>true</efbc:GroupLeadIndicator>",
    )
    notice = read(
        files.award(organisations=[files.BUYER, files.CLEANER, leader], buyers=["ORG-0001", "ORG-0009"])
    )
    assert (notice.buyer.name, notice.buyer.id) == ("Region Kronoberg", "232100-0065")
    assert doubt(notice, Why.SEVERAL_BUYERS).detail == {"others": "Växjö kommun"}


def test_a_buyer_that_is_not_described_is_said_to_be_missing() -> None:
    notice = read(files.award(buyers=["ORG-0099"]))
    assert notice.buyer == Organisation()
    assert whys(notice, "buyer") == {Why.NO_BUYER}


@pytest.mark.parametrize(
    ("written", "country", "number", "why"),
    [
        ("5560360793", "SWE", "556036-0793", None),
        ("556036-0793", "SWE", "556036-0793", None),
        ("SE556036079301", "SWE", "556036-0793", None),
        ("Org.nr 556036-0793", "SWE", "556036-0793", None),
        ("5560360794", "SWE", "5560360794", Why.UNREADABLE_NUMBER),
        ("19121212-1212", "SWE", None, Why.PERSONAL_NUMBER),
        ("121212-1212", "SWE", None, Why.PERSONAL_NUMBER),
        ("121212+1212", "SWE", None, Why.PERSONAL_NUMBER),
        ("saknas", "SWE", None, None),
        ("912 345 678 MVA", "NOR", "912 345 678 MVA", None),
        ("HRB 4711", "DEU", "HRB 4711", None),
    ],
)
def test_a_winners_number_is_shown_as_swedes_write_it_and_never_a_persons(
    written: str, country: str, number: str | None, why: Why | None
) -> None:
    winner = files.organisation("ORG-0002", "Städ", written, country=country)
    notice = read(files.award(organisations=[files.BUYER, winner]))
    assert notice.winners[0].id == number
    assert whys(notice, "winners") == ({why} if why else set())


def test_a_natural_person_has_no_number_and_no_mail() -> None:
    person = files.organisation(
        "ORG-0002",
        "Anna Andersson",
        "556036-0793",
        extra="<efbc:NaturalPersonIndicator>true</efbc:NaturalPersonIndicator>",
        mail="anna@person.example",
    )
    notice = read(files.award(organisations=[files.BUYER, person]))
    assert notice.winners == (Organisation("Anna Andersson", None, "SE"),)
    assert whys(notice, "winners") == {Why.PERSONAL_NUMBER}


def test_codes_of_the_lots_follow_those_of_the_procedure() -> None:
    notice = read(files.award(lots=[files.lot("LOT-0001", "Fönster", "90911300", "90911200")]))
    assert notice.cpv == ("90911200", "90919300", "90911300")
    assert notice.lots[0].cpv == ("90911300", "90911200")


def test_a_group_of_lots_is_no_lot() -> None:
    lots = [*TWO_LOTS, files.lot("GLO-0001", "Båda", scheme="LotsGroup")]
    assert [lot.id for lot in two_lots(lots=lots).lots] == ["LOT-0001", "LOT-0002"]


def test_the_buyers_number_is_no_uuid_and_that_of_the_only_lot_stands_for_a_missing_one() -> None:
    text = files.award().replace("UH-2025-17", files.NOTICE_ID)
    assert read(text).reference is None
    only = files.award().replace('<cbc:ID schemeName="InternalID">UH-2025-17</cbc:ID>', "")
    assert read(only).reference is None  # the lot's is "1"
    named = only.replace('<cbc:ID schemeName="InternalID">1<', '<cbc:ID schemeName="InternalID">KS 2025/81<')
    assert read(named).reference == "KS 2025/81"


# Values


def test_with_a_total_the_total_is_the_value() -> None:
    notice = two_lots(start=files.total("150000"))
    assert notice.value == sek("150000")
    assert whys(notice, "value") == set()


def test_a_total_that_the_lots_do_not_make_stays_and_both_sums_are_said() -> None:
    notice = two_lots(start=files.total("999000"))
    assert notice.value == sek("999000")
    assert doubt(notice, Why.LOTS_ADD_UP_OTHERWISE).detail == {"total": "999000 SEK", "lots": "150000 SEK"}


def test_without_a_total_the_lots_are_added_and_that_is_said() -> None:
    notice = two_lots()
    assert notice.value == sek("150000")
    assert doubt(notice, Why.SUM_OF_LOTS).detail == {"lots": "100000 SEK, 50000 SEK"}


def test_currencies_are_never_added() -> None:
    notice = two_lots(second=("50000", "EUR"))
    assert notice.value is None
    assert doubt(notice, Why.SEVERAL_CURRENCIES).detail == {"found": "100000 SEK, 50000 EUR"}
    assert [lot.value for lot in notice.lots] == [sek("100000"), Money(Decimal(50000), "EUR")]


def test_two_totals_leave_no_value() -> None:
    notice = two_lots(start=files.total("150000") + files.total("160000"))
    assert notice.value is None
    assert doubt(notice, Why.SEVERAL_VALUES).detail == {"found": "150000 SEK, 160000 SEK"}


def test_a_value_of_some_lots_only_is_not_the_whole() -> None:
    notice = two_lots(second=("", "SEK"))
    assert notice.value is None
    assert doubt(notice, Why.PARTIAL_VALUE).detail == {"found": "100000 SEK"}


@pytest.mark.parametrize(("amount", "value"), [("0", None), ("0.00", None), ("1", "1"), ("0.01", "0.01")])
def test_a_value_that_only_fills_the_field_is_said(amount: str, value: str | None) -> None:
    notice = read(files.award(results=files.total(amount) + files.result("LOT-0001")))
    assert notice.value == (sek(value) if value else None)
    assert Why.UNLIKELY_VALUE in whys(notice, "value")


@pytest.mark.parametrize(
    ("amount", "currency", "why"),
    [("a lot", "SEK", Why.UNREADABLE_VALUE), ("-5", "SEK", Why.UNREADABLE_VALUE), ("5", "", Why.NO_CURRENCY)],
)
def test_an_amount_that_cannot_be_read_is_said(amount: str, currency: str, why: Why) -> None:
    notice = read(files.award(results=files.total(amount, currency) + files.result("LOT-0001")))
    assert notice.value is None
    assert why in whys(notice, "value")


def test_an_estimate_does_not_become_the_value_of_an_award() -> None:
    estimate = (
        '<cac:RequestedTenderTotal><cbc:EstimatedOverallContractAmount currencyID="SEK">7000000'
        "</cbc:EstimatedOverallContractAmount></cac:RequestedTenderTotal>"
    )
    notice = read(files.award(results=files.result("LOT-0001"), project=estimate))
    assert (notice.awarded, notice.value) == (True, None)
    assert whys(notice, "value") == {Why.ESTIMATE_ONLY}


def test_the_maximum_of_a_framework_is_its_value_and_is_said_to_be_one() -> None:
    maximum = files.total("8000000", name="efbc:OverallMaximumFrameworkContractsAmount")
    notice = two_lots(
        start=maximum, lots=[files.lot("LOT-0001", "A", framework=True), files.lot("LOT-0002", "B")]
    )
    assert notice.value == sek("8000000")
    assert Why.FRAMEWORK_MAXIMUM in whys(notice, "value")


def test_suppliers_of_a_framework_may_each_name_the_same_ceiling() -> None:
    notice = read(
        files.award(
            results=files.result(
                "LOT-0001", tenders=["TEN-0001", "TEN-0002"], contracts=["CON-0001", "CON-0002"]
            )
            + files.tender("TEN-0001", "LOT-0001", "TPA-0001", "500000")
            + files.tender("TEN-0002", "LOT-0001", "TPA-0002", "700000")
            + files.contract("CON-0001", "TEN-0001")
            + files.contract("CON-0002", "TEN-0002")
            + files.party("TPA-0001", "ORG-0002")
            + files.party("TPA-0002", "ORG-0003"),
            organisations=EVERYONE,
            lots=[files.lot("LOT-0001", "Ramavtal", framework=True)],
        )
    )
    assert (notice.value, notice.winners) == (None, (CLEANER, ROOM))
    assert doubt(notice, Why.SEVERAL_VALUES).detail == {"found": "500000 SEK, 700000 SEK"}


# Winners


def test_each_member_of_a_group_won_and_a_subcontractor_did_not() -> None:
    results = (
        files.result("LOT-0001", tenders=["TEN-0001"], contracts=["CON-0001"], received="2")
        + files.tender("TEN-0001", "LOT-0001", "TPA-0001", "100")
        + files.contract("CON-0001", "TEN-0001", concluded="2025-02-20+01:00")
        + files.party("TPA-0001", "ORG-0002", "ORG-0004", subcontractor="ORG-0003")
    )
    notice = read(files.award(results=results, organisations=EVERYONE))
    assert notice.winners == (CLEANER, FOREIGN)
    assert notice.award_date == date(2025, 2, 20)


def test_a_tender_that_is_listed_with_a_rank_did_not_win() -> None:
    results = (
        files.result("LOT-0001", tenders=["TEN-0001", "TEN-0002"], contracts=["CON-0001"], received="2")
        + files.tender("TEN-0001", "LOT-0001", "TPA-0001", "300")
        + files.tender("TEN-0002", "LOT-0001", "TPA-0002", "200")
        + files.contract("CON-0001", "TEN-0002")
        + files.party("TPA-0001", "ORG-0002")
        + files.party("TPA-0002", "ORG-0003")
    )
    notice = read(files.award(results=results, organisations=EVERYONE))
    assert (notice.winners, notice.value) == ((ROOM,), sek("200"))


def test_who_won_several_lots_is_named_once() -> None:
    results = "".join(
        files.result(lot, tenders=[f"TEN-{lot}"], contracts=["CON-0001"], received="1")
        + files.tender(f"TEN-{lot}", lot, "TPA-0001", "10")
        for lot in ("LOT-0001", "LOT-0002")
    )
    notice = two_lots(
        results=results
        + files.contract("CON-0001", "TEN-LOT-0001", "TEN-LOT-0002")
        + files.party("TPA-0001", "ORG-0002")
    )
    assert notice.winners == (CLEANER,)
    assert [lot.winners for lot in notice.lots] == [(CLEANER,), (CLEANER,)]
    assert notice.value == sek("20")


def test_an_award_without_a_winner_is_said() -> None:
    notice = read(files.award(results=files.total("5000") + files.result("LOT-0001", received="2")))
    assert (notice.awarded, notice.winners) == (True, ())
    assert whys(notice, "winners") == {Why.NO_WINNER}


# Decisions, dates, tenders


@pytest.mark.parametrize(
    ("codes", "awarded", "whys_of_it"),
    [
        (("selec-w", "selec-w"), True, set()),
        (("selec-w", "clos-nw"), True, {Why.PARTLY_AWARDED}),
        (("clos-nw", "clos-nw"), False, set()),
        (("clos-nw", "open-nw"), None, {Why.AWARD_PENDING}),
        (("open-nw", "open-nw"), None, {Why.AWARD_PENDING}),
        (("", ""), None, {Why.AWARD_UNCLEAR}),
    ],
)
def test_something_was_awarded_when_a_lot_was(
    codes: tuple[str, str], awarded: bool | None, whys_of_it: set[Why]
) -> None:
    results = "".join(
        files.result(lot, code=code) for lot, code in zip(("LOT-0001", "LOT-0002"), codes, strict=True)
    )
    notice = two_lots(results=results)
    assert notice.awarded is awarded
    assert whys(notice, "awarded") == whys_of_it


def test_how_many_lots_were_awarded_is_said() -> None:
    results = files.result("LOT-0001") + files.result("LOT-0002", code="clos-nw")
    notice = two_lots(results=results)
    assert doubt(notice, Why.PARTLY_AWARDED).detail == {"awarded": "1", "count": "2"}
    assert [lot.awarded for lot in notice.lots] == [True, False]


def test_a_lot_without_tenders_had_none() -> None:
    reason = "<efac:DecisionReason><efbc:DecisionReasonCode>no-rece</efbc:DecisionReasonCode></efac:DecisionReason>"
    notice = read(files.award(results=files.result("LOT-0001", code="clos-nw", inside=reason)))
    assert (notice.awarded, notice.tenders_received, notice.value) == (False, 0, None)


def test_a_lot_closed_without_a_winner_that_has_a_contract_contradicts_itself() -> None:
    results = files.result("LOT-0001", code="clos-nw", contracts=["CON-0001"]) + files.contract("CON-0001")
    notice = read(files.award(results=results))
    assert notice.awarded is None
    assert whys(notice, "awarded") == {Why.AWARD_CONTRADICTED}


def test_tenders_are_counted_per_lot_and_never_added() -> None:
    notice = two_lots()
    assert notice.tenders_received is None
    assert [lot.tenders_received for lot in notice.lots] == [3, 5]
    assert doubt(notice, Why.TENDERS_PER_LOT).detail == {"found": "LOT-0001: 3, LOT-0002: 5"}


def test_parts_of_the_tenders_are_not_counted_again() -> None:
    counted = (
        files.statistics("t-sme", "2") + files.statistics("tenders", "4") + files.statistics("t-esubm", "4")
    )
    notice = read(files.award(results=files.result("LOT-0001", inside=counted)))
    assert notice.tenders_received == 4


def test_the_placeholder_that_the_schema_requires_is_no_date_of_an_award() -> None:
    notice = read(files.award(results=files.total("10000") + files.result("LOT-0001")))
    assert notice.award_date is None
    assert whys(notice, "award_date") == {Why.NO_AWARD_DATE}


def test_lots_decided_on_different_days_leave_no_day() -> None:
    results = "".join(
        files.result(lot, tenders=[f"T{lot}"], contracts=[f"C{lot}"])
        + files.tender(f"T{lot}", lot, "TPA-0001")
        + files.contract(f"C{lot}", f"T{lot}", decided=day)
        for lot, day in (("LOT-0001", "2025-02-03Z"), ("LOT-0002", "2025-02-10Z"))
    )
    notice = two_lots(results=results)
    assert notice.award_date is None
    assert [lot.award_date for lot in notice.lots] == [date(2025, 2, 3), date(2025, 2, 10)]
    assert whys(notice, "award_date") == {Why.SEVERAL_DATES}


def test_a_date_that_does_not_exist_is_said() -> None:
    notice = read(files.award().replace("2025-02-03", "2025-02-30"))
    assert notice.award_date == date(2025, 2, 20)  # the contract's, which can be read
    assert whys(notice, "award_date") == {Why.UNREADABLE_DATE}


def test_an_award_that_is_only_announced_is_not_in_force() -> None:
    notice = read(files.award(kind="veat", form="dir-awa-pre"))
    assert (notice.kind, notice.awarded, notice.value) == (Kind.TRANSPARENCY, None, sek("250000"))
    assert notice.winners == (CLEANER,)
    assert [lot.awarded for lot in notice.lots] == [None]
    assert whys(notice, "awarded") == {Why.AWARD_PENDING}


def test_a_modification_reads_its_contracts() -> None:
    results = (
        files.tender("TEN-0001", "LOT-0001", "TPA-0001", "400000")
        + files.contract("CON-0001", "TEN-0001", concluded="2024-11-01+01:00")
        + files.party("TPA-0001", "ORG-0002")
    )
    modified = (
        "<efac:ContractModification><efbc:ChangedNoticeIdentifier>00777888-2024</efbc:ChangedNoticeIdentifier>"
        "</efac:ContractModification>"
    )
    notice = read(files.award(kind="can-modif", form="cont-modif", results=results, extension=modified))
    assert (notice.kind, notice.previous) == (Kind.MODIFICATION, ("777888-2024",))
    assert (notice.awarded, notice.value, notice.winners) == (True, sek("400000"), (CLEANER,))
    assert notice.award_date == date(2024, 11, 1)


# What was withheld


def test_a_withheld_total_is_said_and_not_made_from_its_parts() -> None:
    notice = two_lots(start=files.privacy("not-val", "2026-01-01+01:00") + files.total("-1"))
    assert notice.value is None
    assert whys(notice, "value") == {Why.UNPUBLISHED}


@pytest.mark.parametrize(
    ("until", "value"), [("2026-01-01+01:00", None), ("", None), ("2025-03-01+01:00", "250000")]
)
def test_a_total_is_withheld_until_its_day(until: str, value: str | None) -> None:
    results = files.privacy("not-val", until) + files.total("250000") + files.result("LOT-0001")
    notice = read(files.award(results=results))
    assert notice.value == (sek(value) if value else None)
    assert (Why.UNPUBLISHED in whys(notice, "value")) is (value is None)


def test_withheld_tenders_and_counts_are_said() -> None:
    counted = files.statistics("unpublished", "-1", files.privacy("rec-sub-cou"))
    results = (
        files.result("LOT-0001", tenders=["TEN-0001"], inside=counted)
        + files.tender("TEN-0001", "LOT-0001", "TPA-0001", "-1", inside=files.privacy("win-ten-val"))
        + files.party("TPA-0001", "ORG-0002")
    )
    notice = read(files.award(results=results))
    assert (notice.tenders_received, notice.value) == (None, None)
    assert whys(notice, "tenders_received") == whys(notice, "value") == {Why.UNPUBLISHED}


def test_a_withheld_procedure_is_said() -> None:
    notice = read(files.award(process="<cbc:ProcedureCode>unpublished</cbc:ProcedureCode>"))
    assert notice.procedure is None
    assert whys(notice, "procedure") == {Why.UNPUBLISHED}


# What no notice has


def test_many_lots_are_counted_and_added_but_not_all_listed() -> None:
    numbers = [f"LOT-{number:04}" for number in range(1, 1_201)]
    results = "".join(
        files.result(lot, tenders=[f"T{lot}"]) + files.tender(f"T{lot}", lot, "TPA-0001", "100")
        for lot in numbers
    )
    notice = two_lots(
        results=results + files.party("TPA-0001", "ORG-0002"),
        lots=[files.lot(each, "Del") for each in numbers],
    )
    assert (len(notice.lots), notice.value) == (1_000, sek("120000"))
    assert doubt(notice, Why.TOO_MANY_LOTS).detail == {"count": "1200", "shown": "1000"}


def test_a_root_with_nothing_in_it_is_no_notice() -> None:
    with pytest.raises(NotANotice):
        read(f'<ContractAwardNotice xmlns="{files.UBL}:ContractAwardNotice-2"/>')
