"""Steps: Slurm's REST API on the head node, of which `slurm_rest` is all but its installation.

slurm.conf names the public half of a key that is made here, and slurmctld ends at once if it isn't
there: so the keys come before ParallelCluster configures Slurm, the services after it.
"""

from __future__ import annotations

import os
import pwd
from importlib import resources
from pathlib import Path

from .. import slurm_rest as front
from ..slurm_rest.settings import (
    CERTIFICATE_KEY,
    DIRECTORY,
    FINGERPRINT,
    SETTINGS_FILE,
    SLURM_KEYS,
    Settings,
    settings_text,
)
from .commands import run
from .daemons_python import python_with_boto3
from .failure import NodeFailure
from .programs import PYTHON, program_of, write_unit
from .region import own_region
from .services import start_services
from .slurmdbd_configuration import have_settings
from .whole_files import write_whole
from .wishes import DATA_GROUP, SlurmRest, Wishes

PROGRAM = Path("/usr/local/libexec/hpc/slurm_rest.pyz")
_NGINX = "/usr/sbin/nginx"
_VERIFIER, _FRONT = "hpc-rest-verifier", "hpc-rest-front"
_USERS = (_VERIFIER, "hpc-rest-relay", _FRONT, "hpc-slurmrestd")
_PACKAGES = ("nginx", "python3-cryptography", "python3-jwt")
_CAN_VERIFY = "import cryptography, jwt; assert int(jwt.__version__.split('.')[0]) >= 2"
# ParallelCluster's own, one a cluster (its `constants.py`, PCLUSTER_SLURM_DYNAMODB_PREFIX).
_NODES_TABLE = "parallelcluster-slurm-"
_STARTED = (
    *("hpc-slurmrestd.service", "hpc-rest-verifier.service", "hpc-rest-relay.service"),
    *("hpc-rest-front.service", "hpc-rest-keys.timer"),
)
_AUTHENTICATION = {"AuthAltTypes": "auth/jwt", "AuthAltParameters": f"jwks={SLURM_KEYS}"}


def prepare_slurm_rest(wishes: Wishes) -> None:
    """Make the users, and the keys that are this node's own.

    Raises:
        NodeFailure: nginx or PyJWT isn't there and can't be installed.
    """
    if not wishes.is_head or wishes.slurm_rest is None:
        return
    _have_packages()
    for name in _USERS:
        _have_user(name)
    DIRECTORY.mkdir(mode=0o755, exist_ok=True)
    write_whole(PROGRAM, program_of(front.__name__), 0o644)
    settings = _settings(wishes.slurm_rest, wishes.cluster_name)
    write_whole(SETTINGS_FILE, settings_text(settings).encode(), 0o644)
    run(PYTHON, "-I", str(PROGRAM), "make-keys")
    _give(Path(settings.signing_key), _VERIFIER)
    _give(CERTIFICATE_KEY, _FRONT)


def serve_slurm_rest(wishes: Wishes) -> None:
    """Have slurmdbd take the tokens that slurmctld takes, and start what serves.

    Raises:
        NodeFailure: no Python has boto3, a service doesn't start or ends at once, or nobody could
            be told which certificate to expect.
    """
    if not wishes.is_head or wishes.slurm_rest is None:
        return
    if wishes.slurm_accounts is not None and have_settings(_AUTHENTICATION):
        run("systemctl", "restart", "slurmdbd")
    with_boto3 = python_with_boto3()
    values = {
        "PYTHON_WITH_BOTO3": with_boto3,
        "PYTHON": PYTHON,
        "PROGRAM": str(PROGRAM),
        "NGINX": _NGINX,
    }
    files = resources.files(front)
    for unit in files.joinpath("units").iterdir():
        write_unit(front.__name__, unit.name, values)
    write_whole(DIRECTORY / "nginx.conf", files.joinpath("nginx.conf").read_bytes(), 0o644)
    run("systemctl", "daemon-reload")
    run("systemctl", "enable", "--quiet", *_STARTED)
    # What they read may be another too: a moment's pause of the front alone, when a node is
    # configured again.
    start_services("restart", *_STARTED)
    run(with_boto3, "-I", str(PROGRAM), "tell-certificate")
    fingerprint = FINGERPRINT.read_text().strip()
    print(f"configure_node: slurm rest: the certificate's SHA-256 is {fingerprint}")


def _settings(wanted: SlurmRest, cluster_name: str) -> Settings:
    return Settings(
        issuer=wanted.issuer,
        audience=wanted.audience,
        claim=wanted.claim,
        admits=wanted.admits,
        fallback_user=wanted.fallback_user,
        group=DATA_GROUP,
        keys_bucket=wanted.keys_bucket,
        keys_key=wanted.keys_key,
        region=own_region(),
        certificate_table=f"{_NODES_TABLE}{cluster_name}",
    )


def _have_packages() -> None:
    """Those of the image, else Amazon Linux's own, whose repository is in S3."""
    if not _is_complete():
        run("dnf", "--quiet", "--assumeyes", "install", *_PACKAGES)
    if not _is_complete():
        raise NodeFailure(
            f"{_NGINX}, or PyJWT 2 with cryptography for {PYTHON}, isn't there, also after"
            f" installing {' '.join(_PACKAGES)}: use an image that has them"
        )


def _is_complete() -> bool:
    try:
        run(PYTHON, "-I", "-c", _CAN_VERIFY)
    except NodeFailure:
        return False
    return os.access(_NGINX, os.X_OK)


def _have_user(name: str) -> None:
    try:
        pwd.getpwnam(name)
    except KeyError:
        own = ("--system", "--user-group", "--no-create-home", "--home-dir", "/nonexistent")
        run("useradd", *own, "--shell", "/sbin/nologin", name)


def _give(file: Path, owner: str) -> None:
    user = pwd.getpwnam(owner)
    os.chown(file, user.pw_uid, user.pw_gid)
    file.chmod(0o400)
