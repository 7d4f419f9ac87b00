from __future__ import annotations

import ipaddress
import ssl
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from app.mail import message, smtp
from tests.mail.test_message import PLAIN
from tests.servers import free_port

MAIL = message.build(PLAIN)

pytestmark = pytest.mark.filterwarnings(
    "ignore:Requiring AUTH"
)  # of the test's server, with TLS from the start


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A key and a certificate for 127.0.0.1 that nobody has signed but itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "relay")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), False
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), True)
        .sign(key, hashes.SHA256())
    )
    file = tmp_path_factory.mktemp("relay") / "relay.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    file.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    return file


class Taker:
    """Takes mail and remembers for whom."""

    def __init__(self) -> None:
        self.taken: list[str] = []

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        self.taken += envelope.rcpt_tos
        return "250 taken"


def knows(_server: Any, _session: Any, _envelope: Any, _mechanism: str, data: Any) -> AuthResult:
    return AuthResult(
        success=(data.login, data.password) == (b"kansli@example.se", b"p:ss/w@rd"), handled=True
    )


@pytest.fixture(params=["smtps", "smtp+starttls"])
def secure(request: pytest.FixtureRequest, certificate: Path) -> Iterator[tuple[str, Taker]]:
    """An address of a relay that wants encryption and a password, with what it took."""
    context, taker, port = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER), Taker(), free_port()
    context.load_cert_chain(certificate)
    if request.param == "smtps":
        how: dict[str, Any] = {"ssl_context": context, "auth_require_tls": False}
    else:
        how = {"tls_context": context, "require_starttls": True}
    server = Controller(
        taker, hostname="127.0.0.1", port=port, authenticator=knows, auth_required=True, **how
    )
    server.start()
    yield f"{request.param}://%s@127.0.0.1:{port}?timeout=10", taker
    server.stop()


def send(url: str) -> str:
    connection = smtp.Connection(smtp.relay(url), own_name="localhost")
    try:
        return connection.send(sender="post@example.se", to="anna@example.se", mail=MAIL)
    finally:
        connection.close()


@pytest.fixture
def trusted(certificate: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """This machine trusts the relay's certificate."""
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))


def test_letters_travel_encrypted_with_the_password(secure: tuple[str, Taker], trusted: None) -> None:
    url, taker = secure
    assert send(url % "kansli%40example.se:p%3Ass%2Fw%40rd") == "250 taken"
    assert taker.taken == ["anna@example.se"]


@pytest.mark.slow
def test_a_wrong_password_keeps_letters_waiting(secure: tuple[str, Taker], trusted: None) -> None:
    url, taker = secure
    with pytest.raises(smtp.Away, match="no connection to the relay"):
        send(url % "kansli%40example.se:wrong")
    assert taker.taken == []


def test_a_certificate_that_nobody_vouches_for_is_refused(secure: tuple[str, Taker]) -> None:
    url, taker = secure
    with pytest.raises(smtp.Away, match="SSLCertVerificationError"):
        send(url % "kansli%40example.se:p%3Ass%2Fw%40rd")
    assert taker.taken == []


def test_without_encryption_on_offer_nothing_is_sent() -> None:
    taker, port = Taker(), free_port()
    server = Controller(taker, hostname="127.0.0.1", port=port)
    server.start()
    with pytest.raises(smtp.Away):
        send(f"smtp+starttls://a:b@127.0.0.1:{port}?timeout=10")
    server.stop()
    assert taker.taken == []


@pytest.mark.parametrize("url", ["http://relay", "smtp://", "relay:25", ""])
def test_an_address_that_names_no_relay_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="SMTP_URL"):
        smtp.relay(url)
