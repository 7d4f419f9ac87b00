"""One connection to the relay, kept open between letters (RFC 5321; SMTPUTF8 by RFC 6531).

SMTP_URL is `smtp://host:port`, `smtps://…` (TLS from the start) or `smtp+starttls://…`, with `user:password@` where
the relay asks for it and `?timeout=seconds` to bound each wait (30 when not said).
"""

from __future__ import annotations

import smtplib
import ssl
import time
from dataclasses import dataclass
from urllib.parse import parse_qs, unquote, urlsplit

from app.mail.addresses import envelope, needs_smtputf8

TIMEOUT = 30.0
IDLE = 20.0
RELAYS_OWN = {530, 534, 535, 538, 454}  # sign-in and encryption: nothing that a letter could help


class SendError(Exception):
    """A letter did not get through; `answer` is fit for the secretariat's page."""

    def __init__(self, answer: str) -> None:
        super().__init__(answer)
        self.answer = answer


class Refused(SendError):
    """For good: the server said 5xx to this letter."""


class Later(SendError):
    """For now: the server said 4xx to this letter."""


class Dropped(SendError):
    """The connection broke or stalled under this letter. After the text had left nobody knows if it arrived."""


class Away(SendError):
    """The relay cannot be reached, or lets us or our sender's address not in; no letter's fault."""


@dataclass(frozen=True)
class Relay:
    """Where letters go."""

    host: str
    port: int
    security: str
    user: str
    password: str
    timeout: float


DEFAULT_PORTS = {"smtp": 25, "smtps": 465, "smtp+starttls": 587}


def relay(url: str) -> Relay:
    """The relay that *url* names; raises ValueError with a sentence."""
    parts = urlsplit(url)
    if parts.scheme not in DEFAULT_PORTS or not parts.hostname:
        raise ValueError(
            "SMTP_URL must look like smtp://host:port, smtps://… or smtp+starttls://user:password@host:port."
        )
    timeout = float(parse_qs(parts.query).get("timeout", [str(TIMEOUT)])[0])
    port = parts.port or DEFAULT_PORTS[parts.scheme]
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    return Relay(parts.hostname, port, parts.scheme, user, password, timeout)


class Connection:
    """Opens when first needed, opens again after it broke, closes after a while without letters."""

    def __init__(self, to: Relay, *, own_name: str) -> None:
        self.relay, self.own_name = to, own_name
        self._smtp: smtplib.SMTP | None = None
        self._used = 0.0
        self._letters = 0

    def send(self, *, sender: str, to: str, mail: bytes) -> str:
        """Hands over one mail and gives the server's answer; raises `Refused`, `Later`, `Dropped` or `Away`.

        A connection that the server has ended between two letters is opened anew, once, before that counts.
        """
        if self._smtp is not None and time.monotonic() - self._used > IDLE:
            self.close()
        fresh = self._smtp is None
        try:
            smtp = self._smtp or self._open()
            try:
                self._envelope(smtp, sender, to)
            except (smtplib.SMTPServerDisconnected, OSError):
                if fresh:
                    raise
                smtp = self._open()
                self._envelope(smtp, sender, to)
            code, said = smtp.data(mail)
            self._judge(code, said)
        except SendError:
            raise
        except smtplib.SMTPDataError as error:  # refused before the text was sent
            self._judge(error.smtp_code, error.smtp_error)
            raise Dropped("no answer that could be understood") from error
        except (smtplib.SMTPException, OSError) as error:
            self._drop()
            raise Dropped(f"the connection broke: {type(error).__name__}") from error
        self._used = time.monotonic()
        return _answer(code, said)

    def _open(self) -> smtplib.SMTP:
        self._drop()
        to = self.relay
        smtp: smtplib.SMTP | None = None
        try:
            if to.security == "smtps":
                smtp = smtplib.SMTP_SSL(
                    local_hostname=self.own_name, timeout=to.timeout, context=ssl.create_default_context()
                )
                smtp._host = to.host  # type: ignore[attr-defined]  # the name that the certificate must carry
            else:
                smtp = smtplib.SMTP(local_hostname=self.own_name, timeout=to.timeout)
            code, said = smtp.connect(to.host, to.port)
            if code != 220:
                raise Away(_answer(code, said))
            if to.security == "smtp+starttls":
                smtp._host = to.host  # type: ignore[attr-defined]
                smtp.starttls(context=ssl.create_default_context())
            smtp.ehlo_or_helo_if_needed()
            if to.user:
                smtp.login(to.user, to.password)
        except Away:
            _shut(smtp)
            raise
        except (smtplib.SMTPException, OSError) as error:
            _shut(smtp)
            why = getattr(error, "smtp_code", None) or type(error).__name__
            raise Away(f"no connection to the relay: {why}") from error
        self._smtp = smtp
        return smtp

    def _envelope(self, smtp: smtplib.SMTP, sender: str, to: str) -> None:
        """MAIL and RCPT; a server that says 421 or hangs up between letters looks like a broken connection."""
        options = ["SMTPUTF8", "BODY=8BITMIME"] if needs_smtputf8(to) else []
        try:
            code, said = smtp.mail(envelope(sender), options)
        except smtplib.SMTPNotSupportedError as error:
            raise Refused("the relay takes no address with letters beyond a–z (no SMTPUTF8)") from error
        if code == 421:
            raise smtplib.SMTPServerDisconnected("421")
        refuses_sender = 500 <= code < 600 and not options  # it would say so to every letter
        if refuses_sender or code in RELAYS_OWN:
            self._drop()
            raise Away(_answer(code, said))
        self._judge(code, said)
        smtp.command_encoding = "utf-8" if options else "ascii"
        self._judge(*smtp.rcpt(envelope(to)))

    def _judge(self, code: int, said: bytes | str) -> None:
        """Nothing on 2xx; else resets the connection for the next letter and raises what the answer means."""
        if 200 <= code < 300:
            return
        answer = _answer(code, said)
        if code == 421 or not 400 <= code < 600:
            self._drop()
        else:
            try:
                assert self._smtp is not None
                self._smtp.rset()
            except (smtplib.SMTPException, OSError):
                self._drop()
        if 500 <= code < 600:
            raise Refused(answer)
        if 400 <= code < 500:
            raise Later(answer)
        raise Dropped(answer)

    def try_out(self) -> str:
        """Greets, encrypts and signs in as for a letter, hands over none, and says what the relay offers.

        Raises `Away`.
        """
        smtp = self._open()
        socket = smtp.sock
        safe = socket.version() if isinstance(socket, ssl.SSLSocket) else None
        offers = " ".join(sorted(each.upper() for each in smtp.esmtp_features))
        self.close()
        return f"{safe or 'without encryption'}, {'signed in' if self.relay.user else 'no sign-in'}; offers {offers}"

    def rest(self) -> None:
        """Nothing to send now: says goodbye when that has lasted a while."""
        if self._smtp is not None and time.monotonic() - self._used > IDLE:
            self.close()

    def close(self) -> None:
        """Says goodbye."""
        if self._smtp is not None:
            try:
                self._smtp.quit()
            except (smtplib.SMTPException, OSError):
                _shut(self._smtp)
            self._smtp = None

    def _drop(self) -> None:
        """Closes without a word."""
        _shut(self._smtp)
        self._smtp = None


def _shut(smtp: smtplib.SMTP | None) -> None:
    if smtp is not None:
        smtp.close()


def _answer(code: int, said: bytes | str) -> str:
    words = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
    return " ".join(f"{code} {words}".split())[:500]
