"""Notices in the Open Contracting Data Standard, 1.0 and 1.1: releases, packages of them, and records.

`strict_json` lets nothing dangerous in, `releases` finds the one procurement and merges its releases, `values` reads
single fields of whatever type stands there, `parties` and `awards` what they are called, `reader` makes the notice.
"""

from app.procurement.ocds.reader import read
from app.procurement.ocds.releases import SeveralProcurements

__all__ = ["SeveralProcurements", "read"]
