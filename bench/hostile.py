"""20,000 hostile requests against the really started service: no 5xx, no trace of an error, memory flat.

    python bench/hostile.py [--requests 20000] [--database URL]

Every route of the service is asked with wrong methods, types, sizes, encodings, tokens, numbers and injections. A third of
the requests come from people who are let in (`hostile_people`): forms with a valid token, of drafts, mailed links, the
nominated, jury and secretariat. Prints the count of each status, how many of those forms got past the door, and the web
processes' memory before and after; exits 1 when the bar is missed.
"""

from __future__ import annotations

import argparse
import http.client
import os
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import quote, urlsplit

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from app import create_app
from app.processes import Service
from app.rehearsal.stage import start_service
from bench import hostile_people
from bench.hostile_people import Person

THREADS = 4
FROM_PEOPLE = 1 / 3
TRACES = (b"Traceback", b"sqlalchemy", b"psycopg", b"werkzeug", b'File "', b"sqlite3", b"jinja2")
WORDS = (
    "'", '"', "1 OR 1=1", "%00", "\x00", "\ud800", "../../etc/passwd", "{{7*7}}", "<script>alert(1)</script>", "-1", "0",
    "99999999999999999999", "1e309", "NaN", "å" * 200, "\u202e", "A" * 3000, "\r\nX: y", "null", "[]", "{}", "\U0001f5f3",
)  # fmt: skip
METHODS = ("GET", "POST", "HEAD", "OPTIONS", "PUT", "DELETE", "PATCH", "TRACE", "PROPFIND")


def routes() -> tuple[list[str], list[str]]:
    """The path of every route, with its converters' places marked by <…>; and of those that take forms."""
    rules = list(create_app().url_map.iter_rules())
    return [rule.rule for rule in rules], [rule.rule for rule in rules if "POST" in (rule.methods or ())]


def path(rule: str, rng: random.Random, slugs: list[str]) -> str:
    """An address for a rule, its parameters replaced by nonsense or by something that exists."""
    parts = []
    for part in rule.split("/"):
        if part.startswith("<"):
            word = rng.choice([*slugs, *WORDS, *map(str, range(4))])
            parts.append(quote(word.encode("utf-8", "surrogatepass"), safe=rng.choice(["", "%/"])))
        else:
            parts.append(part)
    address = "/".join(parts)
    if rng.random() < 0.2:
        address = "/en" + address
    if rng.random() < 0.3:
        address += "?" + "&".join(
            f"{rng.choice(['next', 'q', 'page', 'state', 'x'])}={quote(rng.choice(WORDS).encode('utf-8', 'surrogatepass'))}"
            for _ in range(3)
        )
    return address


def body(rng: random.Random) -> tuple[bytes, dict[str, str]]:
    """A request body that no page would send, with its headers."""
    kind = rng.randrange(6)
    word = rng.choice(WORDS).encode("utf-8", "surrogatepass")
    if kind == 0:
        return b"", {}
    if kind == 1:
        nested = b"[" * rng.choice([10, 5000]) + b"]" * 10
        return rng.choice(
            [
                nested,
                b'{"ballot":' + b'"' + b"A" * 60000 + b'"}',
                b'{"credential":null}',
                b'{"ballot":{"a":1}}',
                b"\xff\xfe",
                b'{"tracker":1e999}',
            ]
        ), {"Content-Type": "application/json"}
    if kind == 2:
        fields = b"&".join(
            name + b"=" + quote(word).encode()
            for name in (b"email", b"csrf_token", b"action", b"title", b"reason", b"file")
        )
        return fields, {"Content-Type": "application/x-www-form-urlencoded"}
    if kind == 3:
        return (
            b'--x\r\nContent-Disposition: form-data; name="file"; filename="'
            + b"a" * 500
            + b'"\r\n\r\n'
            + word,
            {"Content-Type": "multipart/form-data; boundary=x"},
        )
    if kind == 4:
        return b"a=1&" * 5000, {"Content-Type": "application/x-www-form-urlencoded"}
    return word, {
        "Content-Type": rng.choice(
            ["text/xml", "application/json; charset=utf-7", "\x7f", "multipart/form-data"]
        )
    }


def stray(rng: random.Random, rules: list[str], slugs: list[str]) -> tuple[str, str, bytes, dict[str, str]]:
    """Method, address, body and headers of a request from nobody in particular."""
    content, headers = body(rng)
    headers |= rng.choice(
        [
            {},
            {"Host": "evil.example"},
            {"Origin": "https://evil.example"},
            {"X-Forwarded-For": "'; --"},
            {"Cookie": "session=" + "A" * 300 + "; form=x"},
            {"Accept-Encoding": "br;q=x"},
            {"Range": "bytes=9-1"},
            {"If-None-Match": "*"},
            {"Content-Language": "\xff"},
        ]
    )
    return rng.choice(METHODS), path(rng.choice(rules), rng, slugs), content, headers


def ask(base: str, request: tuple[str, str, bytes, dict[str, str]]) -> tuple[int, bytes, float]:
    """One hostile request; its status, the beginning of the answer (0 when the server hung up on it), and its seconds."""
    host = urlsplit(base)
    method, address, content, headers = request
    connection = http.client.HTTPConnection(host.hostname or "", host.port or 80, timeout=60)
    began = time.monotonic()
    try:
        connection.request(method, address, body=content, headers=headers)
        answer = connection.getresponse()
        return answer.status, answer.read(200_000), time.monotonic() - began
    except (http.client.HTTPException, ConnectionError):
        return 0, b"", time.monotonic() - began
    finally:
        connection.close()


def memory(service: Service) -> int:
    """Resident memory of the web's processes, in KiB."""
    parent = service.children["web"].pid
    total = 0
    for status in Path("/proc").glob("[0-9]*/status"):
        try:
            lines = dict(line.split(":", 1) for line in status.read_text().splitlines() if ":" in line)
        except OSError:
            continue
        if int(lines["PPid"]) == parent:
            total += int(lines["VmRSS"].split()[0])
    return total


def made(
    rng: random.Random, rules: list[str], forms: list[str], people: Sequence[Person]
) -> tuple[tuple[str, str, bytes, dict[str, str]], bool]:
    """A request, and whether it comes from one of the people."""
    if inner := rng.random() < FROM_PEOPLE:
        return hostile_people.form(rng, people, forms), inner
    return stray(rng, rules, [hostile_people.OPEN, hostile_people.CLOSED]), inner


def main() -> int:
    """Runs it; 0 when the bar is met."""
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--requests", type=int, default=20_000)
    arguments.add_argument("--database", default="")
    arguments.add_argument("--seed", type=int, default=1)
    options = arguments.parse_args()
    rules, forms = routes()
    counts, inside, traces, slowest = Counter[int](), Counter[int](), 0, (0.0, "")
    env = {**os.environ, "TRUSTED_PROXIES": "1"}
    if options.database:
        env["DATABASE_URL"] = options.database
    with tempfile.TemporaryDirectory() as folder:
        service = start_service(Path(folder), env)
        try:
            people = hostile_people.move_in(service)

            def one(number: int) -> tuple[int, bytes, float, str]:
                request, inner = made(random.Random(options.seed * 1_000_003 + number), rules, forms, people)
                name = f"{'form' if inner else 'stray'}: {request[0]} {request[1][:120]}"
                return *ask(service.base_url, request), name

            with ThreadPoolExecutor(THREADS) as pool:
                list(pool.map(one, range(1000)))
                before = memory(service)
                numbers = range(1000, 1000 + options.requests)
                for number, (status, said, seconds, name) in enumerate(pool.map(one, numbers)):
                    (inside if name.startswith("form") else counts)[status] += 1
                    traces += any(trace in said for trace in TRACES)
                    slowest = max(slowest, (seconds, name))
                    if status >= 500:
                        print(f"  {status} at request {number + 1000}, {name}")
                    if number % 1000 == 999:
                        print(f"\r{number + 1:>7} of {options.requests}", end="", file=sys.stderr, flush=True)
            print(file=sys.stderr)
            service.check()
            after = memory(service)
        finally:
            service.stop()
    for what, found in (("strays", counts), ("forms of people who are let in", inside)):
        print(
            f"{what}:", ", ".join(f"{status or 'hung up'} {count}" for status, count in sorted(found.items()))
        )
    print(f"slowest: {slowest[0]:.2f} s ({slowest[1]})")
    print(
        f"traces: {traces}; memory of the web processes: {before} KiB, after {after} KiB ({after / before:.2f} x)"
    )
    bad = sum(count for status, count in (counts + inside).items() if status >= 500)
    failed = traces or bad or after > 1.15 * before
    print("missed" if failed else f"met: {options.requests} hostile requests, no 5xx, no trace, memory flat")
    return int(bool(failed))


if __name__ == "__main__":
    sys.exit(main())
