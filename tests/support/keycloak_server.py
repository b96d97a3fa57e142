"""Keycloak by HTTPS at an address of this machine, as far as its JWKS goes; with its own CA."""

import ssl
import threading
import time
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from pathlib import Path
from typing import Self

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

PATH = "/realms/hpc/protocol/openid-connect/certs"
_NOW = datetime.now(UTC)
_SIGNS = x509.KeyUsage(
    key_cert_sign=True,
    crl_sign=True,
    digital_signature=False,
    content_commitment=False,
    key_encipherment=False,
    data_encipherment=False,
    key_agreement=False,
    encipher_only=False,
    decipher_only=False,
)


class Authority:
    """Signs certificates.

    Attributes:
        pem: its own certificate.
    """

    def __init__(self) -> None:
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = _name("An authority of tests")
        made = (
            _certificate(self._name, self._name, self._key)
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .add_extension(_SIGNS, critical=True)
            .add_extension(_identified(self._key), critical=False)
            .sign(self._key, hashes.SHA256())
        )
        self.pem = made.public_bytes(serialization.Encoding.PEM).decode()

    def context(
        self, directory: Path, *, host: str = "127.0.0.1", names_authority: bool = True
    ) -> ssl.SSLContext:
        """What a server of that address needs; its certificate may lack the authority's key id."""
        key = ec.generate_private_key(ec.SECP256R1())
        names = x509.SubjectAlternativeName([x509.IPAddress(ip_address(host))])
        builder = _certificate(_name(host), self._name, key).add_extension(names, critical=False)
        if names_authority:
            its = x509.AuthorityKeyIdentifier.from_issuer_public_key(self._key.public_key())
            builder = builder.add_extension(its, critical=False)
        made = builder.sign(self._key, hashes.SHA256())
        file = directory / "keycloak.pem"
        file.write_bytes(
            made.public_bytes(serialization.Encoding.PEM)
            + key.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
        )
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(file)
        return context


class KeycloakServer:
    """Use it in a `with`.

    Attributes:
        url: of the realm's keys.
        answers: the content.
        status: of HTTP.
        headers: more of them.
        pause_seconds: before each byte of the content.
        says_bytes: how long it claims to be; as long as it is without.
        asked: the paths that were asked for.
    """

    def __init__(self, context: ssl.SSLContext) -> None:
        self._context = context
        self.answers = b""
        self.status = 200
        self.headers: dict[str, str] = {}
        self.pause_seconds = 0.0
        self.says_bytes: int | None = None
        self.asked: list[str] = []

    def __enter__(self) -> Self:
        keycloak = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                keycloak.asked.append(self.path)
                content = keycloak.answers if self.path == PATH else b"{}"
                self.send_response(keycloak.status)
                length = keycloak.says_bytes
                self.send_header("Content-Length", str(len(content) if length is None else length))
                for name, value in keycloak.headers.items():
                    self.send_header(name, value)
                self.end_headers()
                if not keycloak.pause_seconds:
                    self.wfile.write(content)
                    return
                for byte in content:
                    time.sleep(keycloak.pause_seconds)
                    self.wfile.write(bytes([byte]))

            def log_message(self, format: str, *args: object) -> None:
                pass

        self._server = _Quiet(("127.0.0.1", 0), Handler)
        self._server.socket = self._context.wrap_socket(self._server.socket, server_side=True)
        self.url = f"https://127.0.0.1:{self._server.server_port}{PATH}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def stop(self) -> None:
        """Be away."""
        self._server.shutdown()
        self._server.server_close()


class _Quiet(ThreadingHTTPServer):
    """Says nothing of callers who don't trust it, or are gone."""

    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        pass


def _name(common: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common)])


def _identified(key: ec.EllipticCurvePrivateKey) -> x509.SubjectKeyIdentifier:
    return x509.SubjectKeyIdentifier.from_public_key(key.public_key())


def _certificate(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePrivateKey
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(_NOW - timedelta(hours=1))
        .not_valid_after(_NOW + timedelta(days=1))
    )
