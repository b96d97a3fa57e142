"""A cluster's shared storage on its head node: directories of this machine for EFS and Lustre.

The embedded AWS keeps one for each file system, and for each access point what leads to its root
directory (`efs_directories`); clusters that mount the same one share it. A node sees those that it
mounts and no others: they are offered to it before it boots, and what ParallelCluster has in fstab
mounts them, by programs in place of `mount.efs` and `mount.lustre`.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Self

from embedded_aws.laboratory.node import Node, NodeTrouble

Section = Mapping[str, Any]

STAND_INS: Final = Path(__file__).resolve().parent / "stand_ins"
_OFFERED = "/var/lib/embedded-aws/file-systems"
# Of each type that our clusters have: its settings, and its name in fstab.
_TYPES: Final = {"Efs": ("EfsSettings", "efs"), "FsxLustre": ("FsxLustreSettings", "lustre")}


@dataclass(frozen=True, kw_only=True)
class FileSystem:
    """One of the shared file systems, as the configuration has it.

    Attributes:
        kind: `efs` or `lustre`.
        id_: of the file system.
        access_point: its id, "" without one.
        path: where it is mounted.
        options: of the mount.
    """

    kind: str
    id_: str
    access_point: str
    path: str
    options: str

    @classmethod
    def of(cls, section: Section) -> Self:
        """An entry of `SharedStorage`.

        Raises:
            NodeTrouble: it is of a type that isn't here, or ParallelCluster's own.
        """
        kind = section["StorageType"]
        if kind not in _TYPES:
            raise NodeTrouble(
                f"StorageType of {section['Name']} is {kind}; here are {' and '.join(_TYPES)}"
            )
        name, type_ = _TYPES[kind]
        settings = section.get(name) or {}
        if not settings.get("FileSystemId"):
            raise NodeTrouble(
                f"{section['Name']} names no FileSystemId; only what exists before the cluster"
                " can be mounted here"
            )
        return cls(
            kind=type_,
            id_=settings["FileSystemId"],
            access_point=settings.get("AccessPointId") or "",
            path=f"/{section['MountDir'].strip('/')}",
            options=",".join(_lustre_options() if type_ == "lustre" else _efs_options(settings)),
        )

    @property
    def key(self) -> str:
        """What it is offered as."""
        return self.access_point or self.id_

    @property
    def line(self) -> str:
        """Of fstab."""
        source = f"{self.id_}@tcp:/" if self.kind == "lustre" else f"{self.id_}:/"
        return f"{source} {self.path} {self.kind} {self.options} 0 0\n"


def offer_shared_storage(node: Node, shared_storage: Sequence[Section], kept: Path) -> None:
    """Let the node have what it will mount, from its next boot on.

    Args:
        node: it hasn't booted yet.
        shared_storage: `SharedStorage` of the cluster's configuration.
        kept: where the embedded AWS has its file systems (`Places.file_systems`).

    Raises:
        NodeTrouble: it isn't there, or of a type that isn't here.
    """
    for file_system in _all(shared_storage):
        directory = kept / file_system.key
        if not directory.is_dir():
            raise NodeTrouble(
                f"{file_system.path} can't be mounted: there is no file system {file_system.id_}"
                + (
                    f" with access point {file_system.access_point}"
                    * bool(file_system.access_point)
                )
            )
        node.bind(directory, f"{_OFFERED}/{file_system.key}")


def mount_shared_storage(node: Node, shared_storage: Sequence[Section]) -> None:
    """Mount it as ParallelCluster does on a head node, which leaves the roots open to everybody.

    Raises:
        NodeTrouble: it can't be.
    """
    file_systems = list(_all(shared_storage))
    program = (STAND_INS / "mount_file_system").read_bytes()
    for kind in {file_system.kind for file_system in file_systems}:
        node.write(f"/usr/sbin/mount.{kind}", program, mode=0o755)
    node.must("install", "-d", "-m", "700", _OFFERED)
    lines = "".join(file_system.line for file_system in file_systems)
    node.write("/etc/fstab", node.read("/etc/fstab") + lines)
    node.must("systemctl", "daemon-reload")
    for file_system in file_systems:
        node.must("mkdir", "-p", file_system.path)
        node.must("mount", file_system.path)
        node.must("chown", "root:root", file_system.path)
        node.must("chmod", "1777", file_system.path)


def have_mount_s3(node: Node) -> None:
    """Put a program in place of Mountpoint for Amazon S3, as the image has that."""
    node.write("/usr/bin/mount-s3", (STAND_INS / "mount-s3").read_bytes(), mode=0o755)


def _all(shared_storage: Sequence[Section]) -> Iterator[FileSystem]:
    return (FileSystem.of(section) for section in shared_storage)


def _efs_options(settings: Section) -> Iterator[str]:
    """As `cookbooks/aws-parallelcluster-environment/resources/efs` has them."""
    yield from ("_netdev", "noresvport")
    if settings.get("EncryptionInTransit"):
        yield "tls"
    if settings.get("IamAuthorization"):
        yield "iam"
    if settings.get("AccessPointId"):
        yield f"accesspoint={settings['AccessPointId']}"


def _lustre_options() -> Iterator[str]:
    """As `…/resources/lustre` has them, but for the automount, which a node has no device for."""
    yield from ("defaults", "_netdev", "flock", "user_xattr", "noatime")
