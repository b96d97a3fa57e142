"""What this head node makes for itself: the key for Slurm, and the certificate for callers."""

from __future__ import annotations

import base64
import hashlib
import ipaddress
import json
import os
import socket
from contextlib import suppress
from datetime import datetime, timedelta, timezone
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from .settings import CERTIFICATE, CERTIFICATE_KEY, FINGERPRINT, Settings

_USAGE = x509.KeyUsage(
    digital_signature=True,
    key_cert_sign=True,
    content_commitment=False,
    key_encipherment=False,
    data_encipherment=False,
    key_agreement=False,
    crl_sign=False,
    encipher_only=False,
    decipher_only=False,
)
_ANYWHERE = ("192.0.2.254", 9)
"""Of a range for documentation: nothing is sent there."""
_DAYS = 3650
"""No cluster lives as long: who pins a certificate must not find another one."""


def make_slurm_key(settings: Settings) -> None:
    """Make the key if there is none, and Slurm's JWKS, which has it and no other."""
    private, public = Path(settings.signing_key), Path(settings.slurm_keys)
    if not private.exists():
        made = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        pem = made.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        _write(private, pem, 0o400)
    key = serialization.load_pem_private_key(private.read_bytes(), password=None)
    if not isinstance(key, rsa.RSAPrivateKey):
        raise TypeError(f"{private} is no RSA key")
    numbers = key.public_key().public_numbers()
    kid = hashlib.sha256(str(numbers.n).encode()).hexdigest()[:16]
    entry = {"kid": kid, "kty": "RSA", "use": "sig", "alg": "RS256"}
    entry.update(n=_base64url(numbers.n), e=_base64url(numbers.e))
    text = json.dumps({"keys": [entry]}, indent=1).encode() + b"\n"
    if not public.exists() or public.read_bytes() != text:
        public.parent.mkdir(mode=0o755, parents=True, exist_ok=True)
        _write(public, text, 0o644)


def make_certificate() -> None:
    """Have a self-signed certificate of this node's name and addresses, and its fingerprint."""
    if not (CERTIFICATE.exists() and CERTIFICATE_KEY.exists()):
        FINGERPRINT.unlink(missing_ok=True)
        _make_certificate()
    # Also where it broke off between the two the last time.
    if not FINGERPRINT.exists():
        made = x509.load_pem_x509_certificate(CERTIFICATE.read_bytes())
        _write(FINGERPRINT, f"{made.fingerprint(hashes.SHA256()).hex()}\n".encode(), 0o644)


def _make_certificate() -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    host = socket.gethostname()
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host[:64])])
    alternatives: list[x509.GeneralName] = [x509.DNSName(host)]
    alternatives += [x509.IPAddress(ipaddress.ip_address(each)) for each in _addresses(host)]
    now = datetime.now(timezone.utc)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=_DAYS))
        .add_extension(x509.SubjectAlternativeName(alternatives), critical=False)
        # Its own authority: what strict clients ask of one (RFC 5280, section 4.2.1).
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(_USAGE, critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    _write(CERTIFICATE_KEY, pem, 0o400)
    _write(CERTIFICATE, made.public_bytes(Encoding.PEM), 0o644)


def _addresses(host: str) -> list[str]:
    """What the name leads to, and what others are spoken to with."""
    found: set[str] = set()
    with suppress(OSError):
        told = socket.getaddrinfo(host, None, socket.AF_INET, socket.SOCK_STREAM)
        found.update(str(each[4][0]) for each in told)
    with suppress(OSError), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.connect(_ANYWHERE)
        found.add(str(probe.getsockname()[0]))
    return sorted(each for each in found if not ipaddress.ip_address(each).is_loopback)


def _base64url(number: int) -> str:
    content = number.to_bytes((number.bit_length() + 7) // 8, "big")
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def _write(file: Path, content: bytes, mode: int) -> None:
    """Whole or not at all, and never readable by more than `mode` says."""
    new = file.with_name(f"{file.name}.new")
    new.unlink(missing_ok=True)
    descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    with os.fdopen(descriptor, "wb") as opened:
        os.fchmod(opened.fileno(), mode)
        opened.write(content)
    new.replace(file)
