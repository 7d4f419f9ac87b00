"""Awards out of the results of an eForms notice.

A lot result may list tenders that did not win (with a rank), so its winners are those of its contracts; where it has no
contracts, or lists one tender only, the listed tenders stand for them.
"""

from __future__ import annotations

from collections.abc import Container, Sequence
from dataclasses import dataclass, replace
from datetime import date

from app.procurement import facts, outcome
from app.procurement.awards import Award, Outcome, State, Stated
from app.procurement.doubts import Doubts
from app.procurement.eforms_organisations import Organisations
from app.procurement.eforms_records import Contract, Result
from app.procurement.eforms_results import Results
from app.procurement.notice import Kind, Money, Organisation, Why

KINDS = {Kind.AWARD, Kind.CONTEST_RESULT, Kind.MODIFICATION, Kind.TRANSPARENCY, Kind.CHANGE, Kind.OTHER}
"""Kinds of notices in which results may stand."""
STATES = {"selec-w": State.AWARDED, "clos-nw": State.CLOSED, "open-nw": State.OPEN}
"""BT-142."""
NO_TENDERS = "no-rece"
"""BT-144."""


def decided(awards: Awards, *, frameworks: Container[str], estimate: Money | None) -> Outcome:
    """What the awards say together; *frameworks* are the lots of framework agreements."""
    results, said, kind = awards.results, awards.said, awards.kind
    found = bool(results.results or results.contracts or results.tenders)
    if kind not in KINDS or not (found or kind in {Kind.AWARD, Kind.CONTEST_RESULT}):
        return Outcome()
    of_lots = [replace(award, is_framework=award.lot in frameworks) for award in awards.all()]
    stated = Stated(
        totals=results.stated(said),
        estimate=estimate,
        is_withheld=results.total_is_withheld(),
        is_contest=kind is Kind.CONTEST_RESULT,
    )
    together = outcome.of_awards(of_lots, said, stated)
    if kind is Kind.TRANSPARENCY:
        return outcome.pending(together, said)
    if together.awarded is None and not said.has(Why.AWARD_CONTRADICTED):
        is_open = any(award.state is State.OPEN for award in of_lots)
        said.add("awarded", Why.AWARD_PENDING if is_open else Why.AWARD_UNCLEAR)
    return together


@dataclass
class Awards:
    """The awards that the results make."""

    results: Results
    organisations: Organisations
    said: Doubts
    language: str
    kind: Kind

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

    def _of_result(self, result: Result) -> list[Award]:
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

    def _winning(self, result: Result, contracts: Sequence[Contract]) -> list[str]:
        listed = [tender for tender in result.tenders if tender in self.results.tenders]
        in_contracts = {tender for contract in contracts for tender in contract.tenders}
        of_lot = [
            tender
            for tender in dict.fromkeys(each for contract in contracts for each in contract.tenders)
            if tender in self.results.tenders and self.results.tenders[tender].lot in {"", result.lot}
        ]
        won = [tender for tender in listed if tender in in_contracts] or of_lot
        return won or (listed if len(listed) == 1 or not contracts else [])

    def _state(self, result: Result, winning: Sequence[str]) -> State:
        state = STATES.get(result.code, State.UNSAID)
        if result.code in facts.WITHHELD:
            self.said.add("awarded", Why.UNPUBLISHED)
        elif state is State.UNSAID and self.kind in {Kind.MODIFICATION, Kind.TRANSPARENCY} and winning:
            return State.AWARDED
        if state is State.CLOSED and result.contracts:
            self.said.add("awarded", Why.AWARD_CONTRADICTED, lot=result.lot)
            return State.UNSAID
        return state

    def _count(self, result: Result) -> int | None:
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

    def _days(self, contracts: Sequence[Contract]) -> tuple[date, ...]:
        """BT-1451, the decision; where that is missing, BT-145, the conclusion of the contract."""
        found = [
            facts.day(contract.decided, self.said, field="award_date")
            or facts.day(contract.concluded, self.said, field="award_date")
            for contract in contracts
        ]
        return tuple(sorted({day for day in found if day}))
