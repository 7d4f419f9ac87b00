"""The results in an eForms notice: lot results, tenders, contracts and tendering parties, which refer to each other.

A lot result (RES-…) names its lot, whether a winner was chosen (BT-142), tenders and contracts. A contract (CON-…) names
the tenders it was made of; a tender (TEN-…) its lot, amount (BT-720) and tendering party (TPA-…); that one its
tenderers, which are organisations.

For framework agreements the standard forbids a total (BT-161) and has the maximum instead (BT-118, BT-709).
"""

from __future__ import annotations

from dataclasses import dataclass, field

from app.procurement import eforms_records, facts
from app.procurement.doubts import Doubts
from app.procurement.eforms_records import Amount, Contract, Result, Tender
from app.procurement.notice import Money, Why
from app.procurement.xml import Element

TOTAL, MAXIMUM, APPROXIMATE = "not-val", "not-max-val", "not-app-val"
"""What a field is called where it is withheld (BT-195)."""
_TOTALS = {
    "TotalAmount": TOTAL,
    "OverallMaximumFrameworkContractsAmount": MAXIMUM,
    "OverallApproximateFrameworkContractsAmount": APPROXIMATE,
}
MOST_TOTALS = 10


@dataclass
class Results:
    """What stands below `NoticeResult`."""

    published: str = ""
    totals: dict[str, list[Amount]] = field(default_factory=dict)
    withheld: dict[str, str] = field(default_factory=dict)
    results: list[Result] = field(default_factory=list)
    tenders: dict[str, Tender] = field(default_factory=dict)
    contracts: dict[str, Contract] = field(default_factory=dict)
    parties: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def take(self, element: Element) -> None:
        """Keeps what one part says."""
        number = element.value("ID")
        if element.name == "LotResult":
            self.results.append(eforms_records.result(element))
        elif element.name == "LotTender":
            self.tenders.setdefault(number, eforms_records.tender(element))
        elif element.name == "SettledContract":
            self.contracts.setdefault(number, eforms_records.contract(element))
        elif element.name == "TenderingParty":
            self.parties.setdefault(number, eforms_records.refs(element, "Tenderer"))  # OPT-300
        elif element.name == "FieldsPrivacy":
            self.withheld.update(eforms_records.privacy([element]))
        elif element.name in _TOTALS:
            amounts = self.totals.setdefault(_TOTALS[element.name], [])
            if len(amounts) < MOST_TOTALS:
                amounts.append(Amount(element.value(), element.attributes.get("currencyID", ""), None))
        for kept in (self.results, self.tenders, self.contracts, self.parties):
            eforms_records.bounded(kept)

    def stated(self, said: Doubts) -> list[Money]:
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

    def money(self, amount: Amount | None, said: Doubts) -> Money | None:
        """The amount, unless it is withheld from publication."""
        if amount is None:
            return None
        if self.is_withheld(amount.withheld):
            said.add("value", Why.UNPUBLISHED)
            return None
        return facts.money(amount.amount, amount.currency, said)

    def total_is_withheld(self) -> bool:
        """Whether the value of the notice was withheld when it was published."""
        return self.is_withheld(self.withheld.get(TOTAL))

    def is_withheld(self, until: str | None) -> bool:
        """Whether a field that is withheld until that day was still so when the notice was published."""
        return until is not None and not ("" < until[:10] <= self.published[:10])
