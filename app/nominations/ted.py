"""Asking TED for a notice by its number: switched off unless `TED_URL` names TED, and never for long.

Only a number that `identifiers.ted` has read ever becomes part of the address; the host is the operator's setting. The
answer is read by the same reader as a file that somebody chose, and no failure here keeps anybody from going on.
"""

from __future__ import annotations

import time

import structlog

SECONDS = 4.0
LARGEST = 20 * 1024 * 1024

log = structlog.get_logger("ted")


def fetch(number: str, ted_url: str) -> bytes | None:
    """The notice as XML; None where TED is not asked, does not answer in time, or does not have it."""
    if not ted_url:
        return None
    import httpx  # only where TED is asked: loading it takes a while

    address = f"{ted_url.rstrip('/')}/en/notice/{number}/xml"
    until = time.monotonic() + SECONDS
    content = b""
    try:
        with httpx.stream("GET", address, timeout=SECONDS, follow_redirects=False) as answer:
            if answer.status_code != httpx.codes.OK:
                log.info("ted", status=answer.status_code)
                return None
            for part in answer.iter_bytes():
                content += part
                if len(content) > LARGEST or time.monotonic() > until:
                    log.info("ted", status="too large or too slow")
                    return None
    except httpx.HTTPError as error:
        log.info("ted", status=type(error).__name__)
        return None
    return content
