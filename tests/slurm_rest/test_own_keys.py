"""The head node's own keys: made once, private, and as Slurm reads them."""

import hashlib
import json
import ssl
from dataclasses import replace
from pathlib import Path

import jwt
import pytest

from hpc_constructs.node_scripts.slurm_rest import own_keys
from hpc_constructs.node_scripts.slurm_rest.own_keys import make_certificate, make_slurm_key
from hpc_constructs.node_scripts.slurm_rest.realm_keys import parse_keys
from hpc_constructs.node_scripts.slurm_rest.settings import Settings
from hpc_constructs.node_scripts.slurm_rest.tokens import SlurmTokens
from rest_settings import SETTINGS


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return replace(
        SETTINGS,
        signing_key=str(tmp_path / "signing-key.pem"),
        slurm_keys=str(tmp_path / "below" / "jwks.json"),
    )


def test_slurm_has_the_public_half_and_no_other_key(settings: Settings) -> None:
    make_slurm_key(settings)

    text = Path(settings.slurm_keys).read_bytes()
    [entry] = json.loads(text)["keys"]
    assert set(entry) == {"kid", "kty", "use", "alg", "n", "e"}
    assert parse_keys(text).keys() == {entry["kid"]}
    token = SlurmTokens(key=Path(settings.signing_key).read_bytes(), kid=entry["kid"]).of("alice")
    assert jwt.decode(token, jwt.PyJWK(entry), algorithms=["RS256"])["sun"] == "alice"


def test_the_private_half_is_one_user_s_to_read_and_slurm_s_file_nobody_s_to_write(
    settings: Settings,
) -> None:
    make_slurm_key(settings)

    assert Path(settings.signing_key).stat().st_mode & 0o777 == 0o400
    assert Path(settings.slurm_keys).stat().st_mode & 0o777 == 0o644


def test_it_is_made_once_and_slurm_s_file_again_if_it_is_lost(settings: Settings) -> None:
    make_slurm_key(settings)
    files = Path(settings.signing_key), Path(settings.slurm_keys)
    before = [file.read_bytes() for file in files]

    files[1].unlink()
    make_slurm_key(settings)

    assert [file.read_bytes() for file in files] == before


@pytest.fixture
def certificate(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for constant, name in (
        ("CERTIFICATE", "certificate.pem"),
        ("CERTIFICATE_KEY", "certificate-key.pem"),
        ("FINGERPRINT", "certificate.sha256"),
    ):
        monkeypatch.setattr(own_keys, constant, tmp_path / name)
    return tmp_path / "certificate.pem"


def told(certificate: Path) -> tuple[str, str]:
    """The fingerprint that is told, and the certificate's own."""
    der = ssl.PEM_cert_to_DER_cert(certificate.read_text())
    said = certificate.with_suffix(".sha256").read_text()
    return said, f"{hashlib.sha256(der).hexdigest()}\n"


def test_the_certificate_is_made_once_and_its_fingerprint_told(certificate: Path) -> None:
    make_certificate()
    before = certificate.read_bytes()

    make_certificate()

    said, its = told(certificate)
    assert certificate.read_bytes() == before
    assert said == its


def test_a_fingerprint_that_is_lost_is_the_same_certificate_s_again(certificate: Path) -> None:
    make_certificate()
    before = certificate.read_bytes()
    certificate.with_suffix(".sha256").unlink()

    make_certificate()

    said, its = told(certificate)
    assert certificate.read_bytes() == before
    assert said == its


def test_a_certificate_whose_key_is_lost_is_another_and_so_its_fingerprint(
    certificate: Path,
) -> None:
    make_certificate()
    before = certificate.read_bytes()
    certificate.with_name("certificate-key.pem").unlink()

    make_certificate()

    said, its = told(certificate)
    assert certificate.read_bytes() != before
    assert said == its
