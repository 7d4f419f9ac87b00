"""Notices in TED's own schema (TED_EXPORT), which came before eForms: R2.0.7, R2.0.8 and R2.0.9, in any namespace.

A file holds coded data, the same for all languages, and the form once per language: the original, and translations. The
Swedish form is read where there is one that is complete, else the original. What is shared by all forms comes from the
coded data (https://op.europa.eu/en/web/eu-vocabularies/e-procurement/tedschemas).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from app.procurement import awards, countries, facts, outcome, procedures, ted_forms, ted_old_forms
from app.procurement.doubts import Doubts
from app.procurement.notice import Kind, NotANotice, Notice, Organisation, Source, Why
from app.procurement.ted_form import Form
from app.procurement.xml import Element, Record, Shape

ROOTS = ("TED_EXPORT", "TED_ESENDERS")
_CONTAINERS = """
CODED_DATA_SECTION NOTICE_DATA CODIF_DATA TRANSLATION_SECTION ML_AA_NAMES FORM_SECTION OBJECT_CONTRACT
"""
CONTAINERS = frozenset(_CONTAINERS.split())
_UNWANTED = """
TECHNICAL_SECTION LINKS_SECTION ML_TITLES URI_LIST SHORT_DESCR LEFTI CHANGES AC INFO_ADD REVIEW_PROCEDURE
D_JUSTIFICATION DESCRIPTION_PROCUREMENT ADDRESS_REVIEW_BODY ADDRESS_REVIEW_INFO ADDRESS_MEDIATION_BODY
"""
UNWANTED = frozenset(_UNWANTED.split())
MOST_FORMS = 3
KINDS = {
    **dict.fromkeys("0BNP", Kind.PLANNING),
    **dict.fromkeys("12", Kind.CHANGE),
    **dict.fromkeys("345ACEFHIMY", Kind.CONTRACT),
    **dict.fromkeys("7J", Kind.AWARD),
    **dict.fromkeys("OQ", Kind.QUALIFICATION),
    "D": Kind.CONTEST,
    "K": Kind.MODIFICATION,
    "R": Kind.CONTEST_RESULT,
    "V": Kind.TRANSPARENCY,
}
"""By the code of TD_DOCUMENT_TYPE, where the form does not say it."""
DECIDES = {Kind.AWARD, Kind.CONTEST_RESULT, Kind.MODIFICATION, Kind.TRANSPARENCY}


def _is_container(name: str) -> bool:
    return (
        name in CONTAINERS
        or name in ted_old_forms.KINDS
        or name in ted_old_forms.CONTAINERS
        or name.startswith("FD_")
        or ted_forms.NAME.fullmatch(name) is not None
    )


def _is_wanted(name: str) -> bool:
    return name not in UNWANTED and ted_old_forms.UNWANTED.fullmatch(name) is None


SHAPE = Shape(_is_container, _is_wanted)


@dataclass
class _Coded:
    """The coded data."""

    numbers: list[str] = field(default_factory=list)
    values: dict[str, str] = field(default_factory=dict)
    cpv: list[str] = field(default_factory=list)
    previous: list[str] = field(default_factory=list)
    names: list[tuple[str, str]] = field(default_factory=list)


def read(root: Element, stream: Iterator[Record]) -> Notice:
    """The notice whose root element is *root* and whose records follow in *stream*."""
    coded, forms = _Coded([root.attributes.get("DOC_ID", "")]), _Forms()
    for record in stream:
        element = _form_element(record)
        if element is None:
            _take_coded(record, coded)
        elif form := forms.of(element):
            _take(record, form)
    form = forms.chosen()
    if form is None and not coded.values:
        raise NotANotice("a TED file without a form or coded data", root=root.name)
    return _notice(coded, form or Form("", None, is_original=True))


class _Forms:
    """The forms of a file as they come: only the original and the Swedish one are kept."""

    def __init__(self) -> None:
        self._element: Element | None = None
        self._current: Form | None = None
        self._kept: list[Form] = []

    def of(self, element: Element) -> Form | None:
        """The form for that element, or None where another language is preferred."""
        if element is not self._element:
            self._element = element
            self._current = self._begun(element)
        return self._current

    def _begun(self, element: Element) -> Form | None:
        language = countries.language(element.attributes.get("LG", ""))
        is_original = element.attributes.get("CATEGORY", "ORIGINAL") != "TRANSLATION"
        if len(self._kept) >= MOST_FORMS or any(
            form.is_original and form.language == "sv" for form in self._kept
        ):
            return None
        if not is_original and language != "sv" and self._kept:
            return None
        kind = ted_old_forms.KINDS.get(element.name) or ted_forms.kind(element.name, "")
        form = Form(element.name, language, is_original, kind)
        self._kept.append(form)
        return form

    def chosen(self) -> Form | None:
        """The Swedish form if it is as complete as the others, else the original, else the first."""
        most = max((len(form.awards) for form in self._kept), default=0)
        whole = [form for form in self._kept if len(form.awards) == most]
        ranked = sorted(whole, key=lambda form: (form.language != "sv", not form.is_original))
        return ranked[0] if ranked else None


def _form_element(record: Record) -> Element | None:
    for outer, inner in zip(record.within, record.within[1:], strict=False):
        if outer.name == "FORM_SECTION":
            return inner
    return None


def _take(record: Record, form: Form) -> None:
    parent = record.within[-1].name
    if ted_forms.NAME.fullmatch(form.name):
        ted_forms.take(record.element, parent, form)
    else:
        ted_old_forms.take(record.element, form)


def _take_coded(record: Record, coded: _Coded) -> None:
    element = record.element
    if element.name == "NO_DOC_OJS":
        coded.numbers.append(element.value())
    elif element.name == "REF_NOTICE":
        coded.previous.extend(each.value() for each in element.all("NO_DOC_OJS")[:10])
    elif element.name == "ORIGINAL_CPV" and len(coded.cpv) < facts.MOST_CPV:
        coded.cpv.append(element.attributes.get("CODE", ""))
    elif element.name == "AA_NAME" and len(coded.names) < 30:
        coded.names.append((element.attributes.get("LG", "").lower(), element.value()))
    elif element.name in {"TD_DOCUMENT_TYPE", "PR_PROC"}:
        coded.values[element.name] = element.attributes.get("CODE", "")
    elif element.name in {"LG_ORIG", "DS_DATE_DISPATCH"}:
        coded.values[element.name] = element.value()
    elif element.name == "ISO_COUNTRY":
        coded.values[element.name] = element.attributes.get("VALUE", "")


def _notice(coded: _Coded, form: Form) -> Notice:
    said = form.said
    kind = _kind(coded, form)
    decided = _outcome(kind, form)
    number = next((found for each in coded.numbers if (found := facts.notice_number(each))), None)
    cpv = facts.cpv([*form.cpv, *(coded.cpv if not form.cpv else ())], said)
    if not cpv:
        said.add("cpv", Why.NO_CPV)
    language = form.language or countries.language(coded.values.get("LG_ORIG", ""))
    dispatched = form.dispatched or facts.day(
        coded.values.get("DS_DATE_DISPATCH", ""), said, field="issue_date"
    )
    return Notice(
        source=Source.TED,
        kind=kind,
        publication_number=number,
        reference=form.reference,
        previous=_previous(coded, form, number),
        title=_title(form),
        language=language,
        buyer=_buyer(coded, form),
        cpv=cpv,
        procedure=form.procedure or procedures.of_code(coded.values.get("PR_PROC", "")),
        value=decided.value,
        tenders_received=decided.tenders_received,
        award_date=decided.award_date,
        issue_date=dispatched,
        awarded=decided.awarded,
        winners=decided.winners,
        lots=() if form.is_divided is False else outcome.lots(form.lots, decided.results, said),
        doubts=said.all(),
    )


def _kind(coded: _Coded, form: Form) -> Kind:
    kind = (
        form.kind
        if form.kind not in {None, Kind.OTHER}
        else KINDS.get(coded.values.get("TD_DOCUMENT_TYPE", ""))
    )
    if kind is None or (form.kind in {None, Kind.OTHER} and not ted_forms.NAME.fullmatch(form.name)):
        form.said.add("kind", Why.UNKNOWN_FORM, form=form.name)
    kind = kind or Kind.OTHER
    if kind is Kind.CHANGE:
        earlier = [facts.notice_number(each) or "" for each in [*form.previous, *coded.previous]]
        form.said.add("kind", Why.CHANGED_NOTICE, notice=next((each for each in earlier if each), ""))
    return kind


def _outcome(kind: Kind, form: Form) -> awards.Outcome:
    if kind not in DECIDES and not form.awards:
        for estimate in [*form.stated, *form.estimates][:1]:
            form.said.add("value", Why.ESTIMATE_ONLY, amount=facts.shown(estimate))
        return awards.Outcome()
    stated = awards.Stated(
        totals=form.stated,
        ranges=form.ranges,
        estimate=next(iter(form.estimates), None),
        is_contest=kind is Kind.CONTEST_RESULT,
    )
    of_lots = [awards.of_whole(award) for award in form.awards] if form.is_divided is False else form.awards
    decided = outcome.of_awards(of_lots, form.said, stated)
    if kind is Kind.TRANSPARENCY:
        return outcome.pending(decided, form.said)
    if decided.awarded is None:
        form.said.add("awarded", Why.AWARD_UNCLEAR)
    elif kind not in {*DECIDES, Kind.CHANGE}:
        form.said.add("awarded", Why.AWARD_CONTRADICTED)
        return replace(decided, awarded=None)
    return decided


def _title(form: Form) -> str | None:
    titles = list(dict.fromkeys(title for title in form.titles if title))
    if not titles:
        form.said.add("title", Why.NO_TITLE)
        return None
    if len(titles) > 1:
        form.said.add("title", Why.SEVERAL_TITLES, other=titles[1])
    return facts.text(titles[0], form.said, field="title")


def _previous(coded: _Coded, form: Form, own: str | None) -> tuple[str, ...]:
    found = [facts.notice_number(each) for each in [*coded.previous, *form.previous][:50]]
    return tuple(dict.fromkeys(each for each in found if each and each != own))


def _buyer(coded: _Coded, form: Form) -> Organisation:
    buyers = [buyer for buyer in awards.distinct(form.buyers) if buyer.name or buyer.id]
    if len(buyers) > 1:
        form.said.add(
            "buyer", Why.SEVERAL_BUYERS, others=", ".join(buyer.name or "?" for buyer in buyers[1:11])
        )
    if buyers:
        return buyers[0]
    name = facts.in_language(coded.names, ("sv", coded.values.get("LG_ORIG", "").lower()))[1]
    if not name:
        form.said.add("buyer", Why.NO_BUYER)
    country = countries.country(coded.values.get("ISO_COUNTRY", ""))
    return Organisation(name=facts.text(name, Doubts(), field="buyer"), country=country)
