"""Checks that Swedish is complete: every text translated, none fuzzy, none left over, placeholders the same.

`python tests/translations.py` prints what is wrong and exits 1; `make check` and CI run it.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po

ROOT = Path(__file__).resolve().parent.parent
SWEDISH = ROOT / "app" / "translations" / "sv" / "LC_MESSAGES" / "messages.po"
EXTRACT = ("extract", "-F", "babel.cfg", "-k", "lazy_gettext", "-k", "_l", "--no-location", "--omit-header")


def texts_in_code() -> Catalog:
    """All texts that code and templates ask to have translated."""
    with tempfile.TemporaryDirectory() as folder:
        found = Path(folder) / "messages.pot"
        subprocess.run(
            [sys.executable, "-m", "babel.messages.frontend", "-q", *EXTRACT, "-o", str(found), "app"],
            cwd=ROOT,
            check=True,
        )
        with found.open("rb") as file:
            return read_po(file)


def problems() -> list[str]:
    """What is wrong with the Swedish catalogue, a line each."""
    with SWEDISH.open("rb") as file:
        swedish = read_po(file, locale="sv")
    wanted = {message.id for message in texts_in_code() if message.id}
    found = [f"left over: {message.id!r}" for message in swedish if message.id and message.id not in wanted]
    for text in sorted(wanted, key=str):
        message = swedish.get(text[0] if isinstance(text, tuple) else text)
        if message is None or not _complete(message):
            found.append(f"not translated: {text!r}")
        elif message.fuzzy:
            found.append(f"fuzzy: {text!r}")
        else:
            found += [f"{error}: {text!r}" for error in message.check(swedish)]
    return found


def _complete(message: Message) -> bool:
    return all(message.string) if isinstance(message.string, tuple | list) else bool(message.string)


if __name__ == "__main__":
    wrong = problems()
    print("\n".join(wrong) or "Swedish is complete.")
    sys.exit(bool(wrong))
