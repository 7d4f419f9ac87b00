"""What the world's mail servers read about our domain, asked of the DNS: SPF, DKIM, DMARC, MX, and reverse names."""

from __future__ import annotations

from dns.exception import DNSException
from dns.resolver import NXDOMAIN, NoAnswer, NoNameservers, Resolver
from dns.reversename import from_address


class Unasked(Exception):
    """The DNS gave no answer: no network, most likely."""


class Names:
    """Asks, for a few seconds at most."""

    def __init__(self, resolver: Resolver | None = None) -> None:
        try:
            self._resolver = resolver or Resolver()
        except DNSException:  # this machine names no servers to ask
            self._resolver = Resolver(configure=False)
        self._resolver.lifetime = 6.0

    def records(self, name: str, kind: str) -> list[str]:
        """The records of that kind, as text; raises `Unasked`."""
        try:
            found = self._resolver.resolve(name, kind)
        except (NXDOMAIN, NoAnswer):
            return []
        except (NoNameservers, DNSException) as error:
            raise Unasked(name) from error
        if kind == "TXT":
            return [b"".join(each.strings).decode("utf-8", "replace") for each in found]
        return [each.to_text() for each in found]

    def tagged(self, name: str, start: str) -> list[str]:
        """The TXT records that begin with *start*, whatever their case."""
        return [each for each in self.records(name, "TXT") if each.lower().replace(" ", "").startswith(start)]

    def addresses(self, name: str) -> list[str]:
        """Its addresses of both kinds."""
        return [*self.records(name, "A"), *self.records(name, "AAAA")]

    def reverse(self, address: str) -> list[str]:
        """The names that an address says it has."""
        return self.records(from_address(address).to_text(), "PTR")
