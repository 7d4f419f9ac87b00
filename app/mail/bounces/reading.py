"""What a message that came back says: RFC 3464 reports (and RFC 6533, their form beyond ASCII), qmail's and old
Exim's own forms; and what is no report at all: an answer from an absent person, a question whether we are human.

>>> read(b"Auto-Submitted: auto-replied\\n\\nI am away until Monday.").auto_reply
True
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field
from enum import StrEnum

from app.mail.bounces.parts import Fields, Part, blocks, fields, split
from app.mail.bounces.parts import read as read_parts
from app.mail.quoting import cut

STATUS_PARTS = {"message/delivery-status", "message/global-delivery-status"}
ORIGINAL_PARTS = {
    "message/rfc822", "text/rfc822-headers", "message/rfc822-headers", "message/global", "message/global-headers",
}  # fmt: skip
STATUS = re.compile(r"\b([245])\.(\d{1,3})\.(\d{1,3})\b")
OUR_ADDRESSES = ("To", "Delivered-To", "X-Original-To", "Envelope-To", "X-Envelope-To", "X-Delivered-To")
ADDRESS = re.compile(r"[^\s<>,;:\"()\[\]]{1,200}@[^\s<>,;:\"()\[\]]{1,255}")
MESSAGE_ID = re.compile(r"<([!-;=?A-~]{1,200})@([!-;=?-~]{1,255})>")
QMAIL = re.compile(r"\s*Hi\. This is (?:the qmail-send program|[^\n]{0,100}qmail)", re.IGNORECASE)
QMAIL_RECIPIENT = re.compile(r"<([^<>\n]{1,320})>:\s*\n(.*)", re.DOTALL)
MOST_ADDRESSES = 20
MOST_TEXT = 20_000


class Verdict(StrEnum):
    """What a report tells about one recipient."""

    BOUNCED = "bounced"
    DELAYED = "delayed"
    DELIVERED = "delivered"
    RELAYED = "relayed"
    EXPANDED = "expanded"


ACTIONS = {
    "failed": Verdict.BOUNCED, "failure": Verdict.BOUNCED, "delayed": Verdict.DELAYED, "delay": Verdict.DELAYED,
    "delivered": Verdict.DELIVERED, "relayed": Verdict.RELAYED, "expanded": Verdict.EXPANDED,
}  # fmt: skip
CLASSES = {"2": Verdict.DELIVERED, "4": Verdict.DELAYED, "5": Verdict.BOUNCED}


@dataclass(frozen=True)
class Fate:
    """What became of the message at one recipient; `words` are cut already."""

    recipients: tuple[str, ...]
    verdict: Verdict
    status: str
    words: str


@dataclass(frozen=True)
class Report:
    """A message that came back. Without `fates` it is no report that we can read."""

    digest: str
    fates: tuple[Fate, ...] = ()
    sent_to: tuple[str, ...] = ()
    originals: tuple[tuple[str, str], ...] = field(default=())
    auto_reply: bool = False

    def fate(self, recipient: str) -> Fate | None:
        """What it tells about *recipient*; where it names others alone (a forwarded letter), what it tells of all.

        A letter that only some of several were refused has arrived, so then it is at most delayed.
        """
        own = [each for each in self.fates if recipient.casefold() in each.recipients]
        if own or not self.fates:
            return own[-1] if own else None
        verdicts = {each.verdict for each in self.fates}
        if verdicts == {Verdict.BOUNCED} or Verdict.BOUNCED not in verdicts:
            return self.fates[-1]
        first = next(each for each in self.fates if each.verdict is Verdict.BOUNCED)
        return Fate(first.recipients, Verdict.DELAYED, first.status, first.words)


def read(data: bytes) -> Report:
    """What *data* says; never raises."""
    top, parts = read_parts(data)
    own_id = top.first("Message-ID")
    return Report(
        digest=hashlib.sha256(own_id.encode() if own_id else data).hexdigest(),
        fates=tuple(_fates(top, parts)),
        sent_to=tuple(_addresses(top)),
        originals=tuple(_originals(parts)),
        auto_reply=_is_auto_reply(top),
    )


def _fates(top: Fields, parts: list[Part]) -> list[Fate]:
    for part in parts:
        if part.kind in STATUS_PARTS:
            found = [_fate(block) for block in blocks(part.body)]
            return [each for each in found if each is not None]
    text = next((part.body for part in parts if part.kind == "text/plain"), b"")
    said = text[:MOST_TEXT].decode("utf-8", "replace").replace("\r\n", "\n")
    if QMAIL.match(said):
        return _qmail(said)
    if failed := ADDRESS.findall(top.first("X-Failed-Recipients")):  # Exim before 4.90
        return [Fate(tuple(_plain(each) for each in failed), Verdict.BOUNCED, _status(said), _sentence(said))]
    return []


def _fate(block: Fields) -> Fate | None:
    """One recipient's block. The action decides: what failed with a 4 is given up, after days, and does not come."""
    named = (block.first("Final-Recipient"), block.first("Original-Recipient"))
    if not any(named):
        return None
    status = _status(block.first("Status"))
    diagnostic = block.first("Diagnostic-Code").partition(";")[2] or block.first("Diagnostic-Code")
    status = status or _status(diagnostic)
    verdict = ACTIONS.get(block.first("Action").partition("(")[0].strip().lower()) or CLASSES.get(status[:1])
    if verdict is None:
        return None
    recipients = tuple(_plain(each.partition(";")[2] or each) for each in named if each)
    return Fate(recipients, verdict, status, cut(diagnostic))


def _qmail(said: str) -> list[Fate]:
    """QSBMF: after the opening a paragraph for each recipient, the original below a line of dashes."""
    found = []
    for paragraph in said.partition("\n--- ")[0].split("\n\n")[:100]:
        if match := QMAIL_RECIPIENT.match(paragraph.strip()):
            words = " ".join(match[2].split())
            found.append(Fate((_plain(match[1]),), Verdict.BOUNCED, _status(words), cut(words)))
    return found


def _sentence(said: str) -> str:
    """The lines of a text that an answer of a server stands in."""
    lines = [line.strip() for line in said.splitlines() if re.search(r"\b[45]\d\d\b", line)]
    return cut(" ".join(lines[:3]))


def _status(said: str) -> str:
    match = STATUS.search(said)
    return match[0] if match else ""


def _plain(address: str) -> str:
    return address.strip().strip("<>").casefold()[:320]


def _addresses(top: Fields) -> list[str]:
    """The addresses that the message came to."""
    return [
        address
        for name in OUR_ADDRESSES
        for value in top.all(name)
        for address in ADDRESS.findall(value[:4000])
    ][:MOST_ADDRESSES]


def _originals(parts: list[Part]) -> list[tuple[str, str]]:
    """The Message-IDs of what was sent back, of its header alone; qmail puts it into the text."""
    heads = [split(part.body)[0] for part in parts if part.kind in ORIGINAL_PARTS]
    heads += [
        part.body[:MOST_TEXT].partition(b"\n--- ")[2].partition(b"\n\n")[2]
        for part in parts
        if part.kind == "text/plain"
    ]
    found = [MESSAGE_ID.search(fields(head).first("Message-ID")) for head in heads]
    return [(match[1], match[2]) for match in found if match is not None]


def _is_auto_reply(top: Fields) -> bool:
    """RFC 3834, and what was usual before it."""
    said = top.first("Auto-Submitted").partition(";")[0].strip().lower()
    return (
        said not in {"", "no"}
        or any(top.first(name) for name in ("X-Autoreply", "X-Autorespond", "X-Auto-Response-Suppress"))
        or top.first("Precedence").strip().lower() in {"auto_reply", "bulk", "junk", "list"}
    )
