"""Follows an archive's chain of events: what may come when, and which data each event brings (section 4.4)."""

from __future__ import annotations

from app.core.belenios.archive import Event, Record
from app.core.belenios.encoding import hash_value, members, parse_canonical
from app.core.belenios.errors import ArchiveError

_AFTER: dict[str | None, tuple[str, ...]] = {
    None: ("Setup",),
    "Setup": ("Ballot", "EndBallots"),
    "Ballot": ("Ballot", "EndBallots"),
    "EndBallots": ("EncryptedTally",),
    "EncryptedTally": ("PartialDecryption",),
    "PartialDecryption": ("PartialDecryption", "Result"),
    "Result": (),
}
_WITHOUT_PAYLOAD = ("EndBallots",)


class Chain:
    """Takes the records of an archive one by one and gives its events, each with the data that it brings."""

    def __init__(self) -> None:
        self.last: Event | None = None
        self._pending: dict[str, bytes] = {}
        self._ballots: set[bytes] = set()
        self.records = 0

    def take(self, record: Record) -> tuple[Event, bytes] | None:
        """The event of this record with its payload's bytes; None for data, which waits for its event.

        Raises ArchiveError, whose code says what is wrong with the chain.
        """
        self.records += 1
        if record.kind == "data":
            if record.hash in self._pending:
                raise ArchiveError("repeated-data", f"The data {_short(record.hash)} is there twice.")
            self._pending[record.hash] = record.content
            return None
        event = Event.parse(record.content)
        self._check_place(event)
        payload = b""
        if event.payload is not None:
            payload = self.bring(event.payload)
        if event.type == "Ballot":
            self._check_repeated(event)
        self.last = event
        return event, payload

    def bring(self, hash_: str) -> bytes:
        """The data with this hash that came since the last event. Raises ArchiveError "missing-data"."""
        content = self._pending.pop(hash_, None)
        if content is None:
            raise ArchiveError("missing-data", f"The data {_short(hash_)} is not where it is needed.")
        return content

    def bring_for(self, payload: bytes, names: tuple[str, ...], references: tuple[str, ...]) -> list[bytes]:
        """The data that a payload with exactly the fields `names` refers to in its fields `references`."""
        fields = members(parse_canonical(payload), names)
        if tuple(fields) != names:
            raise ArchiveError("bad-payload", "The fields of an event's payload are not in order.")
        return [self.bring(hash_value(fields[name])) for name in references]

    def settle(self) -> None:
        """Raises ArchiveError "unreferenced-data" when there is data that no event refers to."""
        if self._pending:
            first = next(iter(self._pending))
            raise ArchiveError("unreferenced-data", f"No event refers to the data {_short(first)}.")

    def finish(self) -> None:
        """Raises ArchiveError unless the archive can end here."""
        if self._pending:
            raise ArchiveError("truncated", "The archive ends between data and its event.")
        if self.last is None:
            raise ArchiveError("truncated", "The archive ends before its first event.")

    def _check_place(self, event: Event) -> None:
        last = self.last
        height = 0 if last is None else last.height + 1
        if event.height != height or event.parent != (None if last is None else last.hash):
            raise ArchiveError(
                "broken-chain",
                f"At height {height} there is an event of height {event.height} whose parent is "
                f"{_short(event.parent)}, not {_short(last.hash if last else None)}: "
                "an event was dropped, repeated, changed or moved.",
            )
        if event.type not in _AFTER.get(None if last is None else last.type, ()):
            where = f"after {last.type}" if last else "at the start"
            raise ArchiveError("wrong-event", f"Height {height}: {event.type} cannot come {where}.")
        if (event.payload is None) != (event.type in _WITHOUT_PAYLOAD):
            raise ArchiveError(
                "bad-event", f"Height {height}: {event.type} has a payload too many or too few."
            )

    def _check_repeated(self, event: Event) -> None:
        key = bytes.fromhex(event.payload or "")
        if key in self._ballots:
            raise ArchiveError("repeated-ballot", f"Height {event.height}: the same ballot was there before.")
        self._ballots.add(key)


def _short(hash_: str | None) -> str:
    return "none" if hash_ is None else f"{hash_[:12]}…"
