"""Reports from an IMAP mailbox: what bears no mark of ours is read, and gets it.

BOUNCE_IMAP_URL is `imaps://user:password@host:port/folder` (INBOX when no folder is named), or `imap+starttls://…`.
The mark is a keyword, or \\Flagged where a server keeps no keywords. \\Seen would not do: whoever looks into the mailbox
sets it. A message is marked after the commit; one that a dying worker left unmarked is read again and counts once.
Nothing is moved and nothing is deleted: that is for whoever runs the mailbox.
"""

from __future__ import annotations

import contextlib
import imaplib
import re
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from urllib.parse import unquote, urlsplit

import structlog

from app.jobs.claims import where
from app.mail.bounces import taking
from app.mail.bounces.parts import MOST_BYTES

MARK = "AnbudsprisetRead"
MOST_AT_ONCE = 500
TIMEOUT = 30.0
NUMBER = re.compile(rb"[0-9]{1,10}")

log = structlog.get_logger("mail")


class NoMailbox(Exception):
    """The mailbox of BOUNCE_IMAP_URL cannot be read; the words say why, without the password."""


def read(url: str, *, now: datetime) -> int:
    """Takes the messages that are new to us; gives how many. Raises `NoMailbox`."""
    try:
        with _opened(url) as (imap, mark):
            return sum(_take(imap, uid, mark, now) for uid in _new(imap, mark))
    except (imaplib.IMAP4.error, OSError) as error:
        raise NoMailbox(f"The mailbox for bounces cannot be read: {type(error).__name__}.") from error


def waiting(url: str) -> int:
    """How many messages are new to us; nothing is changed. Raises `NoMailbox`."""
    try:
        with _opened(url) as (imap, mark):
            return len(_new(imap, mark))
    except (imaplib.IMAP4.error, OSError) as error:
        raise NoMailbox(f"The mailbox for bounces cannot be read: {type(error).__name__}.") from error


@contextmanager
def _opened(url: str) -> Iterator[tuple[imaplib.IMAP4, str]]:
    """The folder, selected, and what its messages are marked with."""
    parts = urlsplit(url)
    host, context = parts.hostname or "", ssl.create_default_context()
    imap: imaplib.IMAP4
    if parts.scheme == "imaps":
        imap = imaplib.IMAP4_SSL(host, parts.port or 993, ssl_context=context, timeout=TIMEOUT)
    else:
        imap = imaplib.IMAP4(host, parts.port or 143, timeout=TIMEOUT)
    try:
        if parts.scheme == "imap+starttls":
            imap.starttls(ssl_context=context)
        imap.login(unquote(parts.username or ""), unquote(parts.password or ""))
        folder = unquote(parts.path.strip("/")) or "INBOX"
        quoted = folder.replace("\\", "\\\\").replace('"', '\\"')
        answer, _said = imap.select(f'"{quoted}"')
        if answer != "OK":
            raise NoMailbox("The mailbox for bounces has no folder of that name.")
        kept = b" ".join(each for each in imap.response("PERMANENTFLAGS")[1] or [] if each)
        yield imap, MARK if rb"\*" in kept or MARK.encode() in kept else "\\Flagged"
    finally:
        with contextlib.suppress(imaplib.IMAP4.error, OSError):
            imap.logout()
        with contextlib.suppress(OSError):
            imap.shutdown()


def _new(imap: imaplib.IMAP4, mark: str) -> list[str]:
    wanted = f"UNKEYWORD {mark}" if mark == MARK else "UNFLAGGED"
    _answer, found = imap.uid("SEARCH", f"UNDELETED {wanted}")
    numbers = NUMBER.findall(b" ".join(each for each in found if isinstance(each, bytes)))
    return [number.decode() for number in numbers[:MOST_AT_ONCE]]


def _take(imap: imaplib.IMAP4, uid: str, mark: str, now: datetime) -> int:
    _answer, found = imap.uid("FETCH", uid, f"(BODY.PEEK[]<0.{MOST_BYTES}>)")
    data = next((each[1] for each in found if isinstance(each, tuple) and len(each) > 1), None)
    if not isinstance(data, bytes):  # gone in the meantime
        return 0
    try:
        taking.take(data[:MOST_BYTES], way="imap", now=now)
    except taking.NotYet:
        return 0
    except (*taking.AWAY, OSError):
        raise
    except (
        Exception
    ) as error:  # anyone can send one that we fail at; it must not stand in the way of the others
        log.error("report not taken", way="imap", error=type(error).__name__, where=where(error))
        imap.uid("STORE", uid, "+FLAGS.SILENT", f"({mark} \\Flagged)")
        return 1
    imap.uid("STORE", uid, "+FLAGS.SILENT", f"({mark} \\Seen)")
    return 1
