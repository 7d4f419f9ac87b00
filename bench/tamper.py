"""Changes single bytes of an archive and of its ledger; the verifier must reject every one.

    python bench/tamper.py [FILE.bel] [--ledger FILE] [--times 1000] [--seed 1]

Without a file a small election is made. A byte is chosen at random and one of its bits turned, or it is replaced by
another byte. Exits 1 when a changed file passed.
"""

from __future__ import annotations

import argparse
import collections
import random
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from app.core.verify import verify_archive
from bench.verify import make_archive


def changed(data: bytes, rng: random.Random) -> tuple[int, bytes]:
    """A place, and the data with another byte there."""
    place = rng.randrange(len(data))
    byte = data[place] ^ (1 << rng.randrange(8)) if rng.random() < 0.5 else rng.randrange(256)
    if byte == data[place]:
        return changed(data, rng)
    return place, data[:place] + bytes([byte]) + data[place + 1 :]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("file", type=Path, nargs="?", metavar="FILE.bel")
    parser.add_argument("--ledger", type=Path)
    parser.add_argument("--times", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        file = given.file or make_archive(Path(folder), 5, 3)
        archive = file.read_bytes()
    ledger = given.ledger.read_bytes() if given.ledger else None
    report = verify_archive(archive, ledger)
    print(f"unchanged: {report.verdict}")
    if report.exit_code:
        return 1
    rng = random.Random(given.seed)
    passed = 0
    for name, data in (("archive", archive), ("ledger", ledger)):
        if data is None:
            continue
        reasons: collections.Counter[str] = collections.Counter()
        for _ in range(given.times):
            place, tampered = changed(data, rng)
            report = (
                verify_archive(tampered, ledger) if name == "archive" else verify_archive(archive, tampered)
            )
            if report.exit_code == 0:
                passed += 1
                print(f"PASSED with byte {place} of the {name} changed")
            else:
                first = next(iter(report.failures()))
                reasons[f"{first.id}: {first.details.get('reason', '')}"] += 1
        print(f"{name}: {given.times - passed} of {given.times} changes rejected")
        for reason, count in reasons.most_common():
            print(f"  {count:5} {reason}")
    return 1 if passed else 0


if __name__ == "__main__":
    sys.exit(main())
