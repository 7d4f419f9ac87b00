"""Notices in TED's older schema, written here from its forms: R2.0.9, R2.0.8, and several languages in one file."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from app.procurement.notice import Doubt, Kind, Lot, Money, NotANotice, Notice, Organisation, Source, Why
from app.procurement.reading import read as read_file
from tests.procurement import ted_files as files

ROADS_AUTHORITY = Organisation("Trafikverket", "202100-6297", "SE", "tv@vag.example")
STREETS = Organisation("Gatu AB", "556036-0793", "SE")
ROADS = Organisation("Vägar och Broar AB", "556012-5790", "SE")
IN_LOTS = {
    "lots": "<LOT_DIVISION/>",
    "described": [files.described("1", "Norr", "45233142"), files.described("2", "Söder", "45233223")],
}


def read(text: str) -> Notice:
    return read_file(text.encode())


def read_form(*awards: str, **changes: object) -> Notice:
    return read(files.export(files.form(*awards, **changes)))  # type: ignore[arg-type]


def whys(notice: Notice, field: str | None = None) -> set[Why]:
    return {doubt.why for doubt in notice.doubts if field in {None, doubt.field}}


def doubt(notice: Notice, why: Why) -> Doubt:
    return next(each for each in notice.doubts if each.why is why)


def sek(amount: str) -> Money:
    return Money(Decimal(amount), "SEK")


# R2.0.9


def test_an_award_reads_whole_and_without_doubt() -> None:
    notice = read_form(
        files.awarded(),
        total=files.value("100000"),
        procedure="<PT_RESTRICTED/><NOTICE_NUMBER_OJ>2019/S 101-245001</NOTICE_NUMBER_OJ>",
    )
    assert notice == Notice(
        source=Source.TED,
        kind=Kind.AWARD,
        publication_number="123456-2020",
        reference="TRV 2019/88",
        previous=("245001-2019",),
        title="Underhåll av vägar",
        language="sv",
        buyer=ROADS_AUTHORITY,
        cpv=("45233141",),
        procedure="restricted",
        value=sek("100000"),
        tenders_received=4,
        award_date=date(2020, 2, 28),
        issue_date=date(2020, 3, 12),
        awarded=True,
        winners=(STREETS,),
    )


def test_lots_have_what_was_decided_about_each() -> None:
    notice = read_form(
        files.awarded(lot="1", tenders="3", values=files.value("70000")),
        files.awarded(files.ROADS, lot="2", tenders="2", values=files.value("30000")),
        **IN_LOTS,
    )
    assert notice.lots == (
        Lot("1", "Norr", ("45233142",), sek("70000"), 3, date(2020, 2, 28), True, (STREETS,)),
        Lot("2", "Söder", ("45233223",), sek("30000"), 2, date(2020, 2, 28), True, (ROADS,)),
    )
    assert (notice.value, notice.tenders_received) == (sek("100000"), None)
    assert notice.winners == (STREETS, ROADS)
    assert notice.cpv == ("45233141", "45233142", "45233223")
    assert whys(notice) == {Why.SUM_OF_LOTS, Why.TENDERS_PER_LOT}


@pytest.mark.parametrize("reason", ["<PROCUREMENT_DISCONTINUED/>", "<PROCUREMENT_UNSUCCESSFUL/>"])
def test_what_was_discontinued_was_not_awarded(reason: str) -> None:
    notice = read_form(files.not_awarded(reason))
    assert (notice.awarded, notice.value, notice.winners, notice.award_date) == (False, None, (), None)
    assert notice.doubts == ()


def test_some_lots_without_an_award_are_said() -> None:
    notice = read_form(files.awarded(lot="1"), files.not_awarded(lot="2"), **IN_LOTS)
    assert notice.awarded is True
    assert [lot.awarded for lot in notice.lots] == [True, False]
    assert doubt(notice, Why.PARTLY_AWARDED).detail == {"awarded": "1", "count": "2"}


def test_a_section_that_is_both_awarded_and_not_contradicts_itself() -> None:
    both = files.awarded().replace("</AWARD_CONTRACT>", "<NO_AWARDED_CONTRACT/></AWARD_CONTRACT>")
    notice = read_form(both)
    assert notice.awarded is None
    assert Why.AWARD_CONTRADICTED in whys(notice, "awarded")


def test_an_award_notice_that_says_nothing_of_an_award_is_unclear() -> None:
    notice = read_form()
    assert notice.awarded is None
    assert whys(notice, "awarded") == {Why.AWARD_UNCLEAR}


def test_each_member_of_a_group_won() -> None:
    assert read_form(files.awarded(files.STREETS, files.ROADS)).winners == (STREETS, ROADS)


@pytest.mark.parametrize(
    ("named", "expected"),
    [("1, 2", ["1", "2"]), ("1 och 2", ["1", "2"]), ("01", ["1"]), ("Del 2", ["2"]), ("2 – Söder", ["2"])],
)
def test_the_lots_of_an_award_are_found_however_they_are_named(named: str, expected: list[str]) -> None:
    notice = read_form(files.awarded(lot=named), **IN_LOTS)
    assert [lot.id for lot in notice.lots if lot.awarded] == expected
    assert len(notice.lots) == 2


def test_a_value_for_several_lots_together_belongs_to_none_of_them() -> None:
    notice = read_form(files.awarded(lot="1, 2"), total=files.value("100000"), **IN_LOTS)
    assert notice.value == sek("100000")
    assert [lot.value for lot in notice.lots] == [None, None]


@pytest.mark.parametrize(
    ("values", "value", "why"),
    [
        (files.value("100000.00"), "100000", None),
        (files.value("1 250 000,50"), "1250000.5", None),
        (files.between("500", "900"), None, Why.RANGE_ONLY),
        (files.between("900", "900"), "900", None),
        (files.value("5000", name="VAL_ESTIMATED_TOTAL"), None, Why.ESTIMATE_ONLY),
        (files.value("0"), None, Why.UNLIKELY_VALUE),
        (files.value("1"), "1", Why.UNLIKELY_VALUE),
        (files.value("mycket"), None, Why.UNREADABLE_VALUE),
        (files.value("5", ""), None, Why.NO_CURRENCY),
        (files.value("5000", publication="NO"), None, Why.UNPUBLISHED),
        ("", None, Why.NO_VALUE),
    ],
)
def test_a_value_is_what_is_stated_and_nothing_else(values: str, value: str | None, why: Why | None) -> None:
    notice = read_form(files.awarded(values=values))
    assert notice.value == (sek(value) if value else None)
    assert whys(notice, "value") == ({why} if why else set())


def test_a_range_as_the_total_is_no_value() -> None:
    notice = read_form(files.awarded(values=""), total=files.between("500", "900"))
    assert notice.value is None
    assert doubt(notice, Why.RANGE_ONLY).detail == {"low": "500 SEK", "high": "900 SEK"}


def test_a_total_that_the_lots_do_not_make_stays_and_both_are_said() -> None:
    notice = read_form(
        files.awarded(lot="1"), files.awarded(lot="2"), total=files.value("1000000"), **IN_LOTS
    )
    assert notice.value == sek("1000000")
    assert doubt(notice, Why.LOTS_ADD_UP_OTHERWISE).detail == {"total": "1000000 SEK", "lots": "200000 SEK"}


def test_currencies_are_never_added() -> None:
    notice = read_form(
        files.awarded(lot="1"), files.awarded(lot="2", values=files.value("100", "EUR")), **IN_LOTS
    )
    assert notice.value is None
    assert doubt(notice, Why.SEVERAL_CURRENCIES).detail == {"found": "100000 SEK, 100 EUR"}


def test_what_the_buyer_asked_not_to_publish_is_not_shown() -> None:
    notice = read_form(files.awarded(publication="NO"), name="F06_2014")
    assert notice.awarded is True
    assert (notice.value, notice.tenders_received, notice.winners) == (None, None, ())
    for field in ("value", "tenders_received", "winners"):
        assert Why.UNPUBLISHED in whys(notice, field)
    assert "Gatu" not in str(notice)


@pytest.mark.parametrize(
    ("written", "number", "why"),
    [("16556036-0793", "556036-0793", None), ("121212-1212", None, Why.PERSONAL_NUMBER)],
)
def test_a_persons_number_never_comes_out(written: str, number: str | None, why: Why | None) -> None:
    notice = read_form(files.awarded(files.address("ADDRESS_CONTRACTOR", "Anna Andersson", written)))
    assert notice.winners[0].id == number
    assert whys(notice, "winners") == ({why} if why else set())


def test_other_buyers_are_said() -> None:
    more = files.address("ADDRESS_CONTRACTING_BODY_ADDITIONAL", "Region Dalarna", "232100-0180")
    notice = read_form(files.awarded(), more_buyers=more)
    assert notice.buyer == ROADS_AUTHORITY
    assert doubt(notice, Why.SEVERAL_BUYERS).detail == {"others": "Region Dalarna"}


@pytest.mark.parametrize(
    ("name", "notice_type", "expected"),
    [
        ("F01_2014", "PRI_ONLY", Kind.PLANNING),
        ("F01_2014", "PRI_CALL_COMPETITION", Kind.CONTRACT),
        ("F02_2014", "", Kind.CONTRACT),
        ("F03_2014", "", Kind.AWARD),
        ("F04_2014", "PER_ONLY", Kind.PLANNING),
        ("F05_2014", "", Kind.CONTRACT),
        ("F06_2014", "", Kind.AWARD),
        ("F07_2014", "", Kind.QUALIFICATION),
        ("F12_2014", "", Kind.CONTEST),
        ("F13_2014", "", Kind.CONTEST_RESULT),
        ("F15_2014", "", Kind.TRANSPARENCY),
        ("F20_2014", "", Kind.MODIFICATION),
        ("F21_2014", "CONTRACT", Kind.CONTRACT),
        ("F21_2014", "PRI_ONLY", Kind.PLANNING),
        ("F21_2014", "AWARD_CONTRACT", Kind.AWARD),
        ("F22_2014", "AWARD_CONTRACT", Kind.AWARD),
        ("F23_2014", "PRI", Kind.CONTRACT),
        ("F23_2014", "AWARD_CONTRACT", Kind.AWARD),
        ("F24_2014", "", Kind.CONTRACT),
        ("F25_2014", "", Kind.AWARD),
    ],
)
def test_the_kind_is_told_by_the_form(name: str, notice_type: str, expected: Kind) -> None:
    assert read_form(name=name, notice_type=notice_type).kind is expected


@pytest.mark.parametrize(
    ("procedure", "expected"),
    [
        ("<PT_OPEN/>", "open"),
        ("<PT_RESTRICTED/>", "restricted"),
        ("<PT_COMPETITIVE_NEGOTIATION/>", "negotiated-with-call"),
        ("<PT_NEGOTIATED_WITH_PRIOR_CALL/>", "negotiated-with-call"),
        ("<PT_INVOLVING_NEGOTIATION/>", "negotiated-with-call"),
        ("<PT_NEGOTIATED_WITHOUT_PUBLICATION/>", "negotiated-without-call"),
        ("<PT_AWARD_CONTRACT_WITHOUT_CALL/>", "award-without-call"),
        ("<PT_COMPETITIVE_DIALOGUE/>", "competitive-dialogue"),
        ("<PT_INNOVATION_PARTNERSHIP/>", "innovation-partnership"),
        ("", "open"),
    ],
)
def test_the_procedure_is_told_by_its_element_or_else_by_the_coded_data(
    procedure: str, expected: str
) -> None:
    assert read_form(procedure=procedure).procedure == expected


def test_a_contract_notice_has_no_outcome_and_its_estimate_is_no_value() -> None:
    notice = read_form(name="F02_2014", total=files.value("9000000", name="VAL_ESTIMATED_TOTAL"))
    assert (notice.kind, notice.value, notice.awarded) == (Kind.CONTRACT, None, None)
    assert notice.doubts == (Doubt("value", Why.ESTIMATE_ONLY, {"amount": "9000000 SEK"}),)


def test_an_award_that_is_only_announced_is_not_in_force() -> None:
    notice = read_form(files.awarded(), name="F15_2014", procedure="<PT_NEGOTIATED_WITHOUT_PUBLICATION/>")
    assert (notice.kind, notice.awarded, notice.value) == (Kind.TRANSPARENCY, None, sek("100000"))
    assert notice.winners == (STREETS,)
    assert whys(notice, "awarded") == {Why.AWARD_PENDING}


def test_a_modification_says_how_the_value_changed() -> None:
    after = (
        "<MODIFICATIONS_CONTRACT><INFO_MODIFICATIONS><VALUES>"
        f"{files.value('100000', name='VAL_TOTAL_BEFORE')}{files.value('130000', name='VAL_TOTAL_AFTER')}"
        "</VALUES></INFO_MODIFICATIONS></MODIFICATIONS_CONTRACT>"
    )
    notice = read_form(files.awarded(), name="F20_2014", after=after)
    assert (notice.kind, notice.awarded, notice.value) == (Kind.MODIFICATION, True, sek("100000"))
    assert doubt(notice, Why.CHANGED_VALUE).detail == {"before": "100000 SEK", "after": "130000 SEK"}


def test_a_corrigendum_says_what_it_corrects() -> None:
    notice = read(
        files.export(
            files.form(name="F14_2014", complement="<NOTICE_NUMBER_OJ>2020/S 050-118822</NOTICE_NUMBER_OJ>"),
            document_type="2",
        )
    )
    assert (notice.kind, notice.previous) == (Kind.CHANGE, ("118822-2020",))
    assert (notice.awarded, notice.value) == (None, None)
    assert doubt(notice, Why.CHANGED_NOTICE).detail == {"notice": "118822-2020"}


def test_prizes_of_a_contest_are_no_value() -> None:
    results = (
        "<RESULTS><AWARDED_PRIZE><DATE_DECISION_JURY>2020-02-01</DATE_DECISION_JURY>"
        "<PARTICIPANTS><NB_PARTICIPANTS>31</NB_PARTICIPANTS></PARTICIPANTS>"
        f"<WINNERS><WINNER>{files.address('ADDRESS_WINNER', 'Rita Hus AB', '556012-5790')}</WINNER></WINNERS>"
        f"{files.value('300000', name='VAL_PRIZE')}</AWARDED_PRIZE></RESULTS>"
    )
    notice = read_form(results, name="F13_2014")
    assert (notice.kind, notice.value, notice.tenders_received) == (Kind.CONTEST_RESULT, None, 31)
    assert (notice.awarded, notice.award_date) == (True, date(2020, 2, 1))
    assert notice.winners == (Organisation("Rita Hus AB", "556012-5790", "SE"),)
    assert doubt(notice, Why.PRIZE_ONLY).detail == {"amount": "300000 SEK"}


# Languages


def test_the_swedish_form_is_read_where_there_is_one() -> None:
    notice = read(
        files.export(
            files.form(files.awarded(), language="EN", category="ORIGINAL", title="Roads"),
            files.form(files.awarded(), language="DE", category="TRANSLATION", title="Straßen"),
            files.form(files.awarded(), language="SV", category="TRANSLATION", title="Vägar"),
        )
    )
    assert (notice.title, notice.language, notice.winners) == ("Vägar", "sv", (STREETS,))


def test_else_the_original_is_read_wherever_it_stands() -> None:
    notice = read(
        files.export(
            files.form(files.awarded(), language="DE", category="TRANSLATION", title="Straßen"),
            files.form(files.awarded(), language="FI", category="ORIGINAL", title="Tiet"),
        )
    )
    assert (notice.title, notice.language) == ("Tiet", "fi")


def test_a_swedish_summary_does_not_stand_for_a_whole_form() -> None:
    notice = read(
        files.export(
            files.form(files.awarded(), language="EN", title="Roads"),
            files.form(language="SV", category="TRANSLATION", title="Vägar"),
        )
    )
    assert (notice.title, notice.awarded) == ("Roads", True)


# Coded data


def test_what_the_form_lacks_comes_from_the_coded_data() -> None:
    bare = '<F03_2014 LG="SV" CATEGORY="ORIGINAL"><CONTRACTING_BODY/><OBJECT_CONTRACT/></F03_2014>'
    notice = read(files.export(bare))
    assert notice.buyer == Organisation("Vägens kommun", None, "SE")
    assert (notice.cpv, notice.procedure, notice.issue_date) == (("45233000",), "open", date(2020, 3, 13))
    assert whys(notice, "title") == {Why.NO_TITLE}


def test_the_number_comes_from_the_root_or_else_from_the_coded_data() -> None:
    text = files.export(files.form())
    assert read(text.replace('DOC_ID="123456-2020"', "")).publication_number == "123456-2020"


def test_a_form_that_is_not_known_is_said() -> None:
    notice = read(files.export(files.form(name="F99_2031"), document_type="Z"))
    assert notice.kind is Kind.OTHER
    assert Doubt("kind", Why.UNKNOWN_FORM, {"form": "F99_2031"}) in notice.doubts


def test_a_file_without_a_form_or_coded_data_is_no_notice() -> None:
    with pytest.raises(NotANotice):
        read(f'<TED_EXPORT xmlns="{files.NAMESPACE}"/>')


# R2.0.8


def test_an_award_of_the_schema_before_reads_whole_and_without_doubt() -> None:
    assert read(files.older_export(files.older(files.older_award()))) == Notice(
        source=Source.TED,
        kind=Kind.AWARD,
        publication_number="191919-2013",
        reference="TRV 2012/7",
        previous=("330011-2012",),
        title="Underhåll av vägar",
        language="sv",
        buyer=ROADS_AUTHORITY,
        cpv=("45233141", "45233000"),
        procedure="restricted",
        value=sek("2500000"),
        tenders_received=5,
        award_date=date(2013, 5, 17),
        issue_date=date(2013, 6, 3),
        awarded=True,
        winners=(STREETS,),
    )


def test_lots_of_the_schema_before_are_added_or_have_a_total() -> None:
    lots = [files.older_award(lot="1"), files.older_award(lot="2", values=files.cost("500000"))]
    notice = read(files.older_export(files.older(*lots)))
    assert (notice.value, [lot.id for lot in notice.lots]) == (sek("3000000"), ["1", "2"])
    assert Why.SUM_OF_LOTS in whys(notice, "value")
    notice = read(files.older_export(files.older(*lots, total=files.cost("3000000"))))
    assert notice.value == sek("3000000")
    assert whys(notice, "value") == set()


@pytest.mark.parametrize(
    ("values", "why"),
    [
        (files.cost("1000", vat="INCLUDING_VAT"), Why.VAT_INCLUDED),
        (files.cost("1000", inside="<NUMBER_OF_YEARS>3</NUMBER_OF_YEARS>"), Why.PERIODIC_VALUE),
        (files.cost("tusen"), Why.UNREADABLE_VALUE),
    ],
)
def test_a_value_with_vat_or_for_a_year_is_not_the_value(values: str, why: Why) -> None:
    notice = read(files.older_export(files.older(files.older_award(values=values))))
    assert notice.value is None
    assert why in whys(notice, "value")


def test_a_persons_number_never_comes_out_of_the_schema_before() -> None:
    notice = read(files.older_export(files.older(files.older_award(winner="121212-1212"))))
    assert notice.winners[0].id is None
    assert Why.PERSONAL_NUMBER in whys(notice, "winners")


@pytest.mark.parametrize(
    ("element", "expected"),
    [
        ("PRIOR_INFORMATION", Kind.PLANNING),
        ("CONTRACT", Kind.CONTRACT),
        ("CONTRACT_UTILITIES", Kind.CONTRACT),
        ("CONTRACT_AWARD_UTILITIES", Kind.AWARD),
        ("CONTRACT_AWARD_DEFENCE", Kind.AWARD),
        ("VOLUNTARY_EX_ANTE_TRANSPARENCY_NOTICE", Kind.TRANSPARENCY),
        ("ADDITIONAL_INFORMATION_CORRIGENDUM", Kind.CHANGE),
        ("DESIGN_CONTEST", Kind.CONTEST),
        ("RESULT_DESIGN_CONTEST", Kind.CONTEST_RESULT),
    ],
)
def test_the_kind_of_the_schema_before_is_told_by_the_form(element: str, expected: Kind) -> None:
    assert read(files.older_export(files.older(element=element))).kind is expected
