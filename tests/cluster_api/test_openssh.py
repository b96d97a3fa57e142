"""The public key is cut out of real private keys."""

import subprocess
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)
from hypothesis import given
from hypothesis import strategies as st

from cluster_api.errors import UnreadableKey
from cluster_api.openssh import public_key

ONE_KEY = (
    Ed25519PrivateKey.generate()
    .private_bytes(Encoding.PEM, PrivateFormat.OpenSSH, NoEncryption())
    .decode()
)


@pytest.mark.parametrize("kind", ["ed25519", "rsa"])
def test_it_is_the_one_that_cryptography_derives(kind: str) -> None:
    key = Ed25519PrivateKey.generate() if kind == "ed25519" else generate_private_key(65537, 2048)
    private = key.private_bytes(Encoding.PEM, PrivateFormat.OpenSSH, NoEncryption()).decode()

    public = public_key(private)

    expected = key.public_key().public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH)
    assert public == expected.decode()


def test_it_is_the_one_that_ssh_keygen_wrote(tmp_path: Path) -> None:
    file = tmp_path / "key"
    command = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "comment", "-f", str(file)]
    subprocess.run(command, check=True)

    public = public_key(file.read_text())

    written = file.with_suffix(".pub").read_text().split()
    assert public == " ".join(written[:2])


@given(st.integers(0, len(ONE_KEY) - 2), st.sampled_from(["", "x", "\n", "é", "="]))
def test_a_damaged_key_is_refused_and_never_quoted(at: int, junk: str) -> None:
    damaged = ONE_KEY[:at] + junk

    with pytest.raises(UnreadableKey) as refusal:
        public_key(damaged)

    assert not set(ONE_KEY.splitlines()[1:-1]) & set(str(refusal.value).split())


def test_a_key_of_another_form_is_refused() -> None:
    pkcs8 = Ed25519PrivateKey.generate().private_bytes(
        Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()
    )

    with pytest.raises(UnreadableKey, match="KeyFormat=pem"):
        public_key(pkcs8.decode())
