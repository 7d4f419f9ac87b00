"""`python -m app.procurement FILE …`: prints what each notice says as JSON; "-" is standard input.

What cannot be read is said in a sentence on standard error, and the exit code is 2.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TextIO, cast

from app.procurement.notice import NoticeError, as_json
from app.procurement.reading import read

UNREADABLE = 2


def main(names: list[str]) -> int:
    """Reads the files and prints them; gives the exit code."""
    if not names:
        sys.stderr.write("usage: python -m app.procurement FILE …\n")
        return UNREADABLE
    return max(_print(name) for name in names)


def _print(name: str) -> int:
    try:
        if name == "-":
            notice = read(sys.stdin.buffer)
        else:
            with Path(name).open("rb") as file:
                notice = read(file, name)
    except NoticeError as error:
        detail = ", ".join(f"{key} {value}" for key, value in error.detail.items())
        sys.stderr.write(f"{name}: not read ({error.code}): {error}{f' ({detail})' if detail else ''}.\n")
        return UNREADABLE
    except OSError as error:
        sys.stderr.write(f"{name}: not read: {error.strerror}.\n")
        return UNREADABLE
    print(json.dumps(as_json(notice), ensure_ascii=False, indent=2))
    return 0


if __name__ == "__main__":
    cast(TextIO, sys.stdout).reconfigure(encoding="utf-8")  # type: ignore[attr-defined]
    sys.exit(main(sys.argv[1:]))
