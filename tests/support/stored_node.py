"""A head node on this machine whose storage the embedded AWS has, for the tests of both."""

import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from aws_account import Account
from embedded_aws.emulator_environment import Places
from embedded_aws.head_nodes.storage import (
    have_mount_s3,
    mount_shared_storage,
    offer_shared_storage,
)
from embedded_aws.laboratory.network_namespace import Endpoint
from embedded_aws.laboratory.node import Done, Node
from embedded_aws.laboratory.parallelcluster_node import Kind, prepare, run_custom_action
from embedded_aws.laboratory.swept_directory import SweptDirectory
from hpc_constructs.node_arguments import BucketMount, node_arguments
from hpc_constructs.node_scripts.archive import write_archive
from node_cluster import NAME, ROOT

_CERTIFICATE = "/etc/embedded-aws.pem"


class StoredNode:
    """Booted, with its shared storage mounted; use it in a `with`.

    Attributes:
        node: it itself.
    """

    def __init__(
        self, account: Account, *shared_storage: dict[str, Any], user: Account | None = None
    ) -> None:
        """Make ready to boot; what runs on it asks AWS as `user`, in place of its role."""
        self._account = account
        self._shared_storage = shared_storage
        self._user = user or account.user()
        self._ends = ExitStack()
        shared = SweptDirectory("node-shared-")
        self._ends.callback(shared.close)
        shared.path.chmod(0o755)
        self.node = Node("head", root=ROOT, shared=shared.path)
        port = account.emulator.port
        self.node.see("127.0.0.1", port, Endpoint(port=port))
        offer_shared_storage(self.node, shared_storage, Places(account.emulator.state).file_systems)

    def __enter__(self) -> Self:
        """Boot it."""
        with self._ends:
            self._ends.enter_context(self.node)
            prepare(self.node, Kind.HEAD, {})
            self._find_aws()
            have_mount_s3(self.node)
            mount_shared_storage(self.node, self._shared_storage)
            self._ends = self._ends.pop_all()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End it."""
        self._ends.close()

    def configure(self, key: str, *, lustre: bool, buckets: Sequence[BucketMount] = ()) -> Done:
        """Run our script as ParallelCluster does; `key` is the public key of `sim`."""
        arguments = node_arguments(
            cluster_name=NAME, lustre=lustre, buckets=buckets, users="", tags={}
        )
        with tempfile.TemporaryDirectory() as directory:
            archive = Path(directory) / "configure_node.pyz"
            write_archive(archive)
            script = archive.read_bytes()
        own = ["--node=head", f"--user-key={key}"]
        return run_custom_action(self.node, Kind.HEAD, script, [*own, *arguments])

    def _find_aws(self) -> None:
        """Tell every service of the node where AWS is, and whose credentials it has there."""
        told = {
            "AWS_ENDPOINT_URL": self._account.emulator.endpoint,
            "AWS_CA_BUNDLE": _CERTIFICATE,
            "AWS_DEFAULT_REGION": self._account.emulator.region,
            "AWS_ACCESS_KEY_ID": self._user.access_key,
            "AWS_SECRET_ACCESS_KEY": self._user.secret_key,
        }
        certificate = Places(self._account.emulator.state).certificate.read_bytes()
        self.node.write(_CERTIFICATE, certificate)
        variables = " ".join(f'"{name}={value}"' for name, value in told.items())
        self.node.write(
            "/etc/systemd/system.conf.d/aws.conf",
            f"[Manager]\nDefaultEnvironment={variables}\n",
            mode=0o600,
        )
        self.node.must("systemctl", "daemon-reload")


def home(account: Account, efs: str, project: str) -> dict[str, Any]:
    """A project's directory as our construct has it, in the configuration's `SharedStorage`."""
    root = {
        "Path": f"/{project}",
        "CreationInfo": {"OwnerUid": 0, "OwnerGid": 0, "Permissions": "0755"},
    }
    made = account.client("efs").create_access_point(FileSystemId=efs, RootDirectory=root)
    settings = {
        "FileSystemId": efs,
        "AccessPointId": made["AccessPointId"],
        "EncryptionInTransit": True,
        "IamAuthorization": True,
    }
    return {
        "Name": "home",
        "StorageType": "Efs",
        "MountDir": "/sbo/home",
        "EfsSettings": settings,
    }


def lustre_at_data(file_system_id: str) -> dict[str, Any]:
    """A Lustre file system as our construct has it there."""
    return {
        "Name": "data",
        "StorageType": "FsxLustre",
        "MountDir": "/obi/data",
        "FsxLustreSettings": {"FileSystemId": file_system_id},
    }
