"""The environment variables of the emulator and of its clients, and where its files are."""

import os
import shutil
from dataclasses import dataclass
from pathlib import Path

from embedded_aws.head_nodes.choice import VARIABLE, HeadNodes
from embedded_aws.processes import MARKER

FUNCTION_SITE = Path(__file__).resolve().parent / "emulator" / "function_site"
# What a process needs of its parent's environment; everything else may hold a secret, and
# functions inherit the emulator's environment.
KEPT = ("PATH", "LANG", "LC_ALL", "TZ", "LD_LIBRARY_PATH")


@dataclass(frozen=True)
class Places:
    """The files of one embedded AWS, below its state directory."""

    state: Path

    @property
    def certificate(self) -> Path:
        """The emulator's certificate, which its clients trust."""
        return self.state / "certificate.pem"

    @property
    def key(self) -> Path:
        """The certificate's private key."""
        return self.state / "key.pem"

    @property
    def log(self) -> Path:
        """What the emulator prints."""
        return self.state / "emulator.log"

    @property
    def permissions(self) -> Path:
        """What roles asked for, and whether they were allowed it; JSON lines."""
        return self.state / "permissions.jsonl"

    @property
    def traces(self) -> Path:
        """What functions sent to X-Ray; JSON lines."""
        return self.state / "traces.jsonl"

    @property
    def record(self) -> Path:
        """What finds the running emulator again."""
        return self.state / "emulator.json"

    @property
    def released(self) -> Path:
        """There once the emulator may outlive its starter."""
        return self.state / "released"

    @property
    def lock(self) -> Path:
        """Held while an emulator is started."""
        return self.state / "lock"

    @property
    def home(self) -> Path:
        """The home directory of the emulator and its functions."""
        return self.state / "home"

    @property
    def temporary(self) -> Path:
        """Where functions' code is unpacked."""
        return self.state / "tmp"

    @property
    def file_systems(self) -> Path:
        """The directories that are file systems of EFS and FSx, each by its id."""
        return self.temporary / "file-systems"

    @property
    def head_nodes(self) -> Path:
        """A file for each head node that is booted (`head_nodes.records`)."""
        return self.state / "head-nodes"

    def prepare(self) -> None:
        """Make the directories, and remove what an earlier emulator left."""
        shutil.rmtree(self.head_nodes, ignore_errors=True)
        for directory in (self.home, self.temporary):
            directory.mkdir(parents=True, exist_ok=True)
        for file in (
            self.certificate,
            self.key,
            self.permissions,
            self.traces,
            self.record,
            self.released,
        ):
            file.unlink(missing_ok=True)


def client_environment(*, state: Path, port: int, region: str) -> dict[str, str]:
    """What makes an AWS client talk to the emulator, as the account's root."""
    trusted = str(Places(state).certificate)
    return {
        # 127.0.0.1: with `localhost` SDKs put the bucket into the host name.
        "AWS_ENDPOINT_URL": f"https://127.0.0.1:{port}",
        "AWS_CA_BUNDLE": trusted,
        "SSL_CERT_FILE": trusted,
        "REQUESTS_CA_BUNDLE": trusted,
        "NODE_EXTRA_CA_CERTS": trusted,
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_DEFAULT_REGION": region,
        "AWS_REGION": region,
        "AWS_EC2_METADATA_DISABLED": "true",
    }


def emulator_environment(
    *, state: Path, port: int, region: str, provider_python: Path, head_nodes: HeadNodes
) -> dict[str, str]:
    """The whole environment of the emulator; its functions inherit it."""
    places = Places(state)
    return {
        **{name: os.environ[name] for name in KEPT if name in os.environ},
        **client_environment(state=state, port=port, region=region),
        MARKER: str(state),
        VARIABLE: head_nodes,
        "HOME": str(places.home),
        "TMPDIR": str(places.temporary),
        "S3_DATA_DIR": str(places.temporary / "s3"),
        "STATE_DIR": str(places.temporary / "state"),
        "PYTHONPATH": str(FUNCTION_SITE),
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONUNBUFFERED": "1",
        "CLUSTER_PROVIDER_PYTHON": str(provider_python),
        # No containers: what it would start one for (a cluster of databases) is only recorded.
        "DOCKER_HOST": f"unix://{places.temporary}/no-docker.sock",
        "AUTH": "true",
        "BIND_HOST": "127.0.0.1",
        "GATEWAY_PORT": str(port),
        "IOT_MTLS_ENABLED": "0",
        # State machines wait a fifteenth of what they are told: two seconds for half a minute.
        "SFN_WAIT_SCALE": "0.067",
        "MINISTACK_REGION": region,
        "USE_SSL": "1",
        "MINISTACK_SSL_CERT": str(places.certificate),
        "MINISTACK_SSL_KEY": str(places.key),
    }
