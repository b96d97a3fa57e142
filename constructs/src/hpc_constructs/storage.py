"""A cluster's shared file systems: what is made for it, and how it is mounted."""

from dataclasses import dataclass
from typing import Protocol

from aws_cdk import Stack
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_efs as efs
from aws_cdk import aws_fsx as fsx
from aws_cdk import aws_kms as kms
from constructs import Construct

from hpc_constructs.tier import LustreSize


class Mount(Protocol):
    """A shared file system in ParallelCluster's words."""

    def shared_storage(self) -> dict[str, object]:
        """The entry of the configuration's `SharedStorage`."""
        ...


@dataclass(frozen=True, kw_only=True)
class EfsMount:
    """A directory of an EFS file system, through an access point of its own."""

    name: str
    mount_dir: str
    file_system_id: str
    access_point_id: str

    def shared_storage(self) -> dict[str, object]:
        """The entry of the configuration's `SharedStorage`."""
        return {
            "Name": self.name,
            "StorageType": "Efs",
            "MountDir": self.mount_dir,
            "EfsSettings": {
                "FileSystemId": self.file_system_id,
                "AccessPointId": self.access_point_id,
                "EncryptionInTransit": True,
                "IamAuthorization": True,
            },
        }


@dataclass(frozen=True, kw_only=True)
class LustreMount:
    """An FSx for Lustre file system that ParallelCluster mounts and doesn't own."""

    name: str
    mount_dir: str
    file_system_id: str

    def shared_storage(self) -> dict[str, object]:
        """The entry of the configuration's `SharedStorage`."""
        return {
            "Name": self.name,
            "StorageType": "FsxLustre",
            "MountDir": self.mount_dir,
            "FsxLustreSettings": {"FileSystemId": self.file_system_id},
        }


class HomeDirectory(Construct):
    """A project's directory on the shared EFS file system, mounted at `/sbo/home`.

    The access point enforces no user: ParallelCluster changes the owner and mode of the root of
    what it mounts, and would fail.

    Attributes:
        file_system_arn: of the file system that the directory is on.
        access_point_arn: whose mounts a cluster is confined to.
        mount: how a cluster mounts it.
    """

    def __init__(self, scope: Construct, id_: str, *, file_system_id: str, directory: str) -> None:
        super().__init__(scope, id_)
        access_point = efs.CfnAccessPoint(
            self,
            "AccessPoint",
            file_system_id=file_system_id,
            root_directory=efs.CfnAccessPoint.RootDirectoryProperty(
                path=directory,
                creation_info=efs.CfnAccessPoint.CreationInfoProperty(
                    owner_uid="0", owner_gid="0", permissions="0755"
                ),
            ),
        )
        self.file_system_arn = Stack.of(self).format_arn(
            service="elasticfilesystem", resource="file-system", resource_name=file_system_id
        )
        self.access_point_arn = access_point.attr_arn
        self.mount = EfsMount(
            name="home",
            mount_dir="/sbo/home",
            file_system_id=file_system_id,
            access_point_id=access_point.attr_access_point_id,
        )


class ScratchFileSystem(Construct):
    """A Lustre file system of a cluster's own, in its subnet, mounted at `/obi/data`.

    Encrypted with `key`, or with the account's key for FSx.

    Attributes:
        file_system_id: of FSx.
        mount: how a cluster mounts it.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        size: LustreSize,
        subnet: ec2.ISubnet,
        security_group: ec2.ISecurityGroup,
        key: kms.IKey | None = None,
    ) -> None:
        super().__init__(scope, id_)
        file_system = fsx.CfnFileSystem(
            self,
            "FileSystem",
            file_system_type="LUSTRE",
            file_system_type_version="2.15",
            storage_type="SSD",
            storage_capacity=size.capacity_gib,
            subnet_ids=[subnet.subnet_id],
            security_group_ids=[security_group.security_group_id],
            kms_key_id=key.key_arn if key else None,
            lustre_configuration=fsx.CfnFileSystem.LustreConfigurationProperty(
                deployment_type="PERSISTENT_2",
                per_unit_storage_throughput=size.throughput_mb_s_per_tib,
                data_compression_type="LZ4",
            ),
        )
        self.file_system_id = file_system.ref
        self.mount = LustreMount(
            name="scratch", mount_dir="/obi/data", file_system_id=file_system.ref
        )
