"""Limits on casting: on what failed, per address and per public credential, never on a ballot that is valid.

A failure is counted after it is known to be one, so whoever shares an address with somebody noisy can still vote. Only
who holds a credential can make failures count against it: the signature is checked before anything is counted there.
"""

from __future__ import annotations

import time
from contextlib import suppress

from flask import current_app
from limits import RateLimitItem, parse

from app.extensions import limiter

FAILED_FROM_ADDRESS = parse("60 per minute")
FAILED_BY_CREDENTIAL = parse("20 per 10 minutes")
REPEATED_BY_CREDENTIAL = parse("120 per 10 minutes")


def failed(limit: RateLimitItem, what: str, who: str) -> int:
    """Counts a failure; gives 0, or after how many seconds to come back when there were too many."""
    if not current_app.config["RATELIMIT_ENABLED"]:
        return 0
    with suppress(Exception):  # a store of limits that is away must never cost a vote
        if limiter.limiter.hit(limit, what, who):
            return 0
        reset = limiter.limiter.get_window_stats(limit, what, who).reset_time
        return max(1, int(reset - time.time()) + 1)
    return 0
