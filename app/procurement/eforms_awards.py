"""Awards out of the results of an eForms notice.

A lot result may list tenders that did not win (with a rank), so its winners are those of its contracts; where it has no
contracts, or lists one tender only, the listed tenders stand for them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from app.procurement import facts, outcome
from app.procurement.awards import Award, Outcome, State, Stated
from app.procurement.doubts import Doubts
from app.procurement.eforms_organisations import Organisations
from app.procurement.eforms_records import Contract, Result
from app.procurement.eforms_results import Results
from app.procurement.notice import Kind, Money, Organisation, TooLarge, Why

KINDS = {Kind.AWARD, Kind.CONTEST_RESULT, Kind.MODIFICATION, Kind.TRANSPARENCY, Kind.CHANGE, Kind.OTHER}
"""Kinds of notices in which results may stand."""
STATES = {"selec-w": State.AWARDED, "clos-nw": State.CLOSED, "open-nw": State.OPEN}
"""BT-142."""
NO_TENDERS = "no-rece"
"""BT-144."""
MOST_STEPS, WINNER = 1_000_000, 10
"""References that are followed; a winner costs as much as ten."""


def decided(awards: Awards, *, estimate: Money | None) -> Outcome:
    """What the awards say together."""
    results, said, kind = awards.results, awards.said, awards.kind
    found = bool(results.results or results.contracts or results.tenders)
    if kind not in KINDS or not (found or kind in {Kind.AWARD, Kind.CONTEST_RESULT}):
        return Outcome()
    of_lots = awards.all()
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
    """The awards that the results make; *frameworks* are the lots of framework agreements."""

    results: Results
    organisations: Organisations
    said: Doubts
    language: str
    kind: Kind
    frameworks: set[str] = field(default_factory=set)
    _steps: int = 0

    def all(self) -> list[Award]:
        """One for each lot result; where there is none, one for each contract's tender (modifications, VEAT).

        Raises `TooLarge` where they refer to each other more often than in any notice.
        """
        found = [award for result in self.results.results for award in self._of_result(result)]
        if found or self.kind not in {Kind.MODIFICATION, Kind.TRANSPARENCY}:
            return found
        return [
            self._of_tender(tender, self.results.tenders[tender].lot, [contract], None)
            for contract in self.results.contracts.values()
            for tender in contract.tenders
            if tender in self.results.tenders
        ]

    def _of_result(self, result: Result) -> list[Award]:
        contracts = self._contracts(result)
        concluded = self._concluded(contracts)
        winning = self._winning(result, contracts, concluded)
        state = self._state(result, winning)
        count = self._count(result)
        if state is not State.AWARDED:
            return [Award(result.lot, state, tenders=count)]
        maximum = self.results.money(result.maximum, self.said)
        if maximum or not winning:
            winners = tuple(winner for tender in winning for winner in self._winners(tender))
            is_framework = result.lot in self.frameworks
            return [Award(result.lot, state, maximum, count, self._days(contracts), winners, is_framework)]
        return [
            self._of_tender(tender, result.lot, concluded.get(tender, contracts), count) for tender in winning
        ]

    def _contracts(self, result: Result) -> list[Contract]:
        known = self.results.contracts
        return [known[number] for number in dict.fromkeys(result.contracts) if number in known]

    def _concluded(self, contracts: Sequence[Contract]) -> dict[str, list[Contract]]:
        """The tenders of which these contracts were made."""
        found: dict[str, list[Contract]] = {}
        for contract in contracts:
            self._go(len(contract.tenders))
            for tender in contract.tenders:
                found.setdefault(tender, []).append(contract)
        return found

    def _winning(
        self, result: Result, contracts: Sequence[Contract], concluded: Mapping[str, object]
    ) -> list[str]:
        known = self.results.tenders
        self._go(len(result.tenders))
        listed = [tender for tender in result.tenders if tender in known]
        won = [tender for tender in listed if tender in concluded]
        if not won:
            won = [each for each in concluded if each in known and known[each].lot in {"", result.lot}]
        return won or (listed if len(listed) == 1 or not contracts else [])

    def _go(self, steps: int) -> None:
        self._steps += steps
        if self._steps > MOST_STEPS:
            raise TooLarge(
                "results that refer to each other more often than in any notice", most=str(MOST_STEPS)
            )

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

    def _of_tender(self, tender: str, lot: str, contracts: Sequence[Contract], count: int | None) -> Award:
        found = self.results.tenders[tender]
        return Award(
            lot=lot or found.lot,
            state=State.AWARDED,
            value=self.results.money(found.amount, self.said),
            tenders=count,
            days=self._days(contracts),
            winners=self._winners(tender),
            is_framework=(lot or found.lot) in self.frameworks,
        )

    def _winners(self, tender: str) -> tuple[Organisation, ...]:
        members = self.results.parties.get(self.results.tenders[tender].party, ())
        self._go(WINNER * len(members))
        return tuple(
            self.organisations.organisation(each, self.language, self.said, field="winners")
            for each in members
            if each in self.organisations
        )

    def _days(self, contracts: Iterable[Contract]) -> tuple[date, ...]:
        """BT-1451, the decision; where that is missing, BT-145, the conclusion of the contract."""
        found = [
            facts.day(contract.decided, self.said, field="award_date")
            or facts.day(contract.concluded, self.said, field="award_date")
            for contract in contracts
        ]
        return tuple(sorted({day for day in found if day}))
