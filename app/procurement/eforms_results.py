"""The results in an eForms notice: lot results, tenders, contracts and tendering parties, which refer to each other.

A lot result (RES-…) names its lot, whether a winner was chosen (BT-142), tenders and contracts. A contract (CON-…) names
the tenders it was made of; a tender (TEN-…) its lot, amount (BT-720) and tendering party (TPA-…); that one its
tenderers, which are organisations. A lot result may list tenders that did not win (with a rank), so its winners are
those of its contracts; only where none of its contracts names one of its tenders do the listed tenders stand for them.

For framework agreements the standard forbids a total (BT-161) and has the maximum instead (BT-118, BT-709).
"""

from __future__ import annotations

from collections.abc import Container, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import NamedTuple

from app.procurement import facts, outcome
from app.procurement.doubts import Doubts
from app.procurement.eforms_organisations import Organisations
from app.procurement.notice import Kind, Money, Organisation, Why
from app.procurement.outcome import Award, State
from app.procurement.xml import Element

RESULTS = {Kind.AWARD, Kind.CONTEST_RESULT, Kind.MODIFICATION, Kind.TRANSPARENCY, Kind.CHANGE, Kind.OTHER}
"""Kinds of notices in which results may stand."""
STATES = {"selec-w": State.AWARDED, "clos-nw": State.CLOSED, "open-nw": State.OPEN}
NO_TENDERS = "no-rece"
TOTAL, MAXIMUM, APPROXIMATE = "not-val", "not-max-val", "not-app-val"
TENDER_VALUE, LOT_MAXIMUM, COUNT = "win-ten-val", "max-val", "rec-sub-cou"
"""What a field is called where it is withheld (BT-195)."""


class _Amount(NamedTuple):
    amount: str
    currency: str
    withheld: str | None
    """Until which day it is withheld ("" without an end), or None."""


class _Result(NamedTuple):
    lot: str
    code: str
    reason: str
    tenders: tuple[str, ...]
    contracts: tuple[str, ...]
    received: tuple[str, str | None] | None
    maximum: _Amount | None


class _Tender(NamedTuple):
    lot: str
    party: str
    amount: _Amount | None


class _Contract(NamedTuple):
    decided: str
    concluded: str
    tenders: tuple[str, ...]


@dataclass
class Results:
    """What stands below `NoticeResult`."""

    published: str = ""
    totals: dict[str, list[_Amount]] = field(default_factory=dict)
    withheld: dict[str, str] = field(default_factory=dict)
    results: list[_Result] = field(default_factory=list)
    tenders: dict[str, _Tender] = field(default_factory=dict)
    contracts: dict[str, _Contract] = field(default_factory=dict)
    parties: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def take(self, element: Element) -> None:
        """Keeps what one part says."""
        number = element.value("ID")
        if element.name == "LotResult":
            self.results.append(_result(element))
        elif element.name == "LotTender":
            self.tenders.setdefault(number, _tender(element))
        elif element.name == "SettledContract":
            contract = _Contract(
                element.value("AwardDate"), element.value("IssueDate"), _refs(element, "LotTender")
            )
            self.contracts.setdefault(number, contract)  # BT-1451, BT-145, BT-3202
        elif element.name == "TenderingParty":
            self.parties.setdefault(number, _refs(element, "Tenderer"))  # OPT-300
        elif element.name == "FieldsPrivacy":
            self.withheld.update(_privacy([element]))
        elif element.name in _TOTALS:
            amounts = self.totals.setdefault(_TOTALS[element.name], [])
            if len(amounts) < 10:
                amounts.append(_Amount(element.value(), element.attributes.get("currencyID", ""), None))

    def outcome(
        self,
        organisations: Organisations,
        language: str,
        kind: Kind,
        said: Doubts,
        frameworks: Container[str],
    ) -> outcome.Outcome:
        """What the results say together, for a notice that carries a *kind*; *frameworks* are lots of such agreements."""
        found = bool(self.results or self.contracts or self.tenders)
        if kind not in RESULTS or not (found or kind in {Kind.AWARD, Kind.CONTEST_RESULT}):
            return outcome.Outcome()
        awards = [
            replace(award, framework=award.lot in frameworks)
            for award in _Awards(self, organisations, language, kind, said).all()
        ]
        decided = outcome.of_awards(awards, said, stated=self._stated(said))
        if kind is Kind.TRANSPARENCY:
            said.add("awarded", Why.AWARD_PENDING)
            return outcome.pending(decided)
        if decided.awarded is None and not said.has(Why.AWARD_CONTRADICTED):
            pending = any(award.state is State.OPEN for award in awards)
            said.add("awarded", Why.AWARD_PENDING if pending else Why.AWARD_UNCLEAR)
        return decided

    def _stated(self, said: Doubts) -> list[Money]:
        """BT-161; where there is none, BT-118, the maximum of the framework agreements."""
        totals = self._amounts(TOTAL, said)
        maxima = self._amounts(MAXIMUM, said)
        for maximum in maxima:
            if maximum not in totals:
                said.add("value", Why.FRAMEWORK_MAXIMUM, amount=facts.shown(maximum))
        if not totals and not maxima:
            for approximate in self._amounts(APPROXIMATE, said):
                said.add("value", Why.ESTIMATE_ONLY, amount=facts.shown(approximate))
        return totals or maxima

    def _amounts(self, code: str, said: Doubts) -> list[Money]:
        withheld = self.withheld.get(code)
        amounts = [amount._replace(withheld=withheld) for amount in self.totals.get(code, ())]
        return [money for amount in amounts if (money := self.money(amount, said))]

    def money(self, amount: _Amount | None, said: Doubts) -> Money | None:
        """The amount, unless it is withheld from publication."""
        if amount is None:
            return None
        if self.is_withheld(amount.withheld):
            said.add("value", Why.UNPUBLISHED)
            return None
        return facts.money(amount.amount, amount.currency, said)

    def is_withheld(self, until: str | None) -> bool:
        """Whether a field that is withheld until that day was still so when the notice was published."""
        return until is not None and not ("" < until[:10] <= self.published[:10])


_TOTALS = {
    "TotalAmount": TOTAL,
    "OverallMaximumFrameworkContractsAmount": MAXIMUM,
    "OverallApproximateFrameworkContractsAmount": APPROXIMATE,
}


class _Awards:
    """The awards that the results make."""

    def __init__(
        self, results: Results, organisations: Organisations, language: str, kind: Kind, said: Doubts
    ) -> None:
        self.results, self.organisations, self.language, self.kind, self.said = (
            results,
            organisations,
            language,
            kind,
            said,
        )

    def all(self) -> list[Award]:
        """One for each lot result; where there is none, one for each contract's tender (modifications, VEAT)."""
        found = [award for result in self.results.results for award in self._of_result(result)]
        if found or self.kind not in {Kind.MODIFICATION, Kind.TRANSPARENCY}:
            return found
        return [
            self._of_tender(tender, State.AWARDED, self._days([contract]), None)
            for contract in self.results.contracts.values()
            for tender in contract.tenders
            if tender in self.results.tenders
        ]

    def _of_result(self, result: _Result) -> list[Award]:
        contracts = [
            self.results.contracts[each] for each in result.contracts if each in self.results.contracts
        ]
        winning = self._winning(result, contracts)
        state = self._state(result, winning)
        count = self._count(result)
        if state is not State.AWARDED:
            return [Award(result.lot, state, tenders=count)]
        maximum = self.results.money(result.maximum, self.said)
        if maximum or not winning:
            winners = tuple(winner for tender in winning for winner in self._winners(tender))
            return [Award(result.lot, state, maximum, count, self._days(contracts), winners)]
        return [
            self._of_tender(
                tender,
                state,
                self._days([each for each in contracts if tender in each.tenders] or contracts),
                count,
                result.lot,
            )
            for tender in winning
        ]

    def _winning(self, result: _Result, contracts: Sequence[_Contract]) -> list[str]:
        listed = [tender for tender in result.tenders if tender in self.results.tenders]
        in_contracts = {tender for contract in contracts for tender in contract.tenders}
        of_lot = [
            tender
            for tender in dict.fromkeys(each for contract in contracts for each in contract.tenders)
            if tender in self.results.tenders and self.results.tenders[tender].lot in {"", result.lot}
        ]
        return [tender for tender in listed if tender in in_contracts] or of_lot or listed

    def _state(self, result: _Result, winning: Sequence[str]) -> State:
        state = STATES.get(result.code, State.UNSAID)
        if result.code in facts.WITHHELD:
            self.said.add("awarded", Why.UNPUBLISHED)
        elif state is State.UNSAID and self.kind in {Kind.MODIFICATION, Kind.TRANSPARENCY} and winning:
            return State.AWARDED
        if state is State.CLOSED and result.contracts:
            self.said.add("awarded", Why.AWARD_CONTRADICTED, lot=result.lot)
            return State.UNSAID
        return state

    def _count(self, result: _Result) -> int | None:
        if result.received is None:
            return 0 if result.reason == NO_TENDERS else None
        number, until = result.received
        if self.results.is_withheld(until):
            self.said.add("tenders_received", Why.UNPUBLISHED)
            return None
        return facts.count(number, self.said)

    def _of_tender(
        self, tender: str, state: State, days: tuple[date, ...], count: int | None, lot: str = ""
    ) -> Award:
        found = self.results.tenders[tender]
        return Award(
            lot=lot or found.lot,
            state=state,
            value=self.results.money(found.amount, self.said),
            tenders=count,
            days=days,
            winners=self._winners(tender),
        )

    def _winners(self, tender: str) -> tuple[Organisation, ...]:
        party = self.results.tenders[tender].party
        return tuple(
            self.organisations.organisation(each, self.language, self.said, field="winners")
            for each in self.results.parties.get(party, ())
            if each in self.organisations
        )

    def _days(self, contracts: Sequence[_Contract]) -> tuple[date, ...]:
        """BT-1451, the decision; where that is missing, BT-145, the conclusion of the contract."""
        found = [
            facts.day(contract.decided, self.said, field="award_date")
            or facts.day(contract.concluded, self.said, field="award_date")
            for contract in contracts
        ]
        return tuple(sorted({day for day in found if day}))


def _result(element: Element) -> _Result:
    statistics = element.all("ReceivedSubmissionsStatistics")
    counted = [
        each
        for code in ("tenders", *facts.WITHHELD)
        for each in statistics
        if each.value("StatisticsCode") == code  # BT-760
    ]
    maximum = element.first("FrameworkAgreementValues/MaximumValueAmount")  # BT-709
    withheld = _privacy(element.all("FrameworkAgreementValues/FieldsPrivacy"))
    return _Result(
        lot=element.value("TenderLot/ID")[: facts.LONGEST_ID],  # BT-13713
        code=element.value("TenderResultCode"),
        reason=element.value("DecisionReason/DecisionReasonCode"),  # BT-144
        tenders=_refs(element, "LotTender"),  # OPT-320
        contracts=_refs(element, "SettledContract"),  # OPT-315
        received=(counted[0].value("StatisticsNumeric"), _privacy(counted[0].all("FieldsPrivacy")).get(COUNT))
        if counted
        else None,  # BT-759
        maximum=_amount(maximum, withheld.get(LOT_MAXIMUM)),
    )


def _tender(element: Element) -> _Tender:
    withheld = _privacy(element.all("FieldsPrivacy"))
    return _Tender(
        lot=element.value("TenderLot/ID")[: facts.LONGEST_ID],  # BT-13714
        party=element.value("TenderingParty/ID"),  # OPT-310
        amount=_amount(element.first("LegalMonetaryTotal/PayableAmount"), withheld.get(TENDER_VALUE)),
    )


def _amount(element: Element | None, withheld: str | None) -> _Amount | None:
    if element is None:
        return None
    return _Amount(element.value()[:40], element.attributes.get("currencyID", "")[:10], withheld)


def _refs(element: Element, name: str) -> tuple[str, ...]:
    return tuple(each.value() for each in element.all(f"{name}/ID"))


def _privacy(elements: Sequence[Element]) -> dict[str, str]:
    """The withheld fields (BT-195) and until when (BT-198)."""
    return {each.value("FieldIdentifierCode"): each.value("PublicationDate") for each in elements}
