"""What the front is told: a file that the installation writes, and all else here reads."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path

API = "v0.0.42"
PORT = 8082
DIRECTORY = Path("/etc/hpc-slurm-rest")
SETTINGS_FILE = DIRECTORY / "settings.json"
CERTIFICATE = DIRECTORY / "certificate.pem"
CERTIFICATE_KEY = DIRECTORY / "certificate-key.pem"
FINGERPRINT = DIRECTORY / "certificate.sha256"
SLURM_KEYS = "/opt/slurm/etc/slurm-rest/jwks.json"
"""slurm.conf and slurmdbd.conf name it: the public half of the key that is made on this node."""


class RestFailure(Exception):
    """What failed, the value, what is expected; for an operator who has only this line."""


@dataclass(frozen=True)
class Settings:
    """All of it.

    Attributes:
        issuer: the realm's, as its tokens' `iss` has it.
        audience: what their `aud` must have.
        claim: where a token says what its bearer may: names with dots between.
        admits: what has to be there; equal, or an item of a list.
        fallback_user: who those are in Slurm whose name is nobody's here; None refuses them.
        group: whose members users of Slurm are.
        leeway_seconds: how far the realm's clock and this node's may be apart.
        keys_bucket: where the realm's keys are published.
        keys_key: the object that has them.
        region: of the bucket and the table.
        certificate_table: where callers' side learns the certificate's fingerprint from.
        signing_key: what tokens for Slurm are signed with.
        slurm_keys: its public half, as Slurm reads it.
        realm_keys: the last good keys of the realm.
    """

    issuer: str
    audience: str
    claim: str
    admits: str
    fallback_user: str | None
    group: str
    keys_bucket: str
    keys_key: str
    region: str
    certificate_table: str
    leeway_seconds: int = 10
    signing_key: str = str(DIRECTORY / "signing-key.pem")
    slurm_keys: str = SLURM_KEYS
    realm_keys: str = "/var/lib/hpc-slurm-rest/realm-keys.json"


def read_settings(file: Path = SETTINGS_FILE) -> Settings:
    """Those of a file.

    Raises:
        RestFailure: it isn't there, or isn't such a file.
    """
    try:
        return Settings(**json.loads(file.read_text()))
    except (OSError, ValueError, TypeError) as error:
        raise RestFailure(f"{file} has no settings of Slurm's REST API: {error}") from error


def settings_text(settings: Settings) -> str:
    """What the file has."""
    return json.dumps(asdict(settings), indent=1) + "\n"
