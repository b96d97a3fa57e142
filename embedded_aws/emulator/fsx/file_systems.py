"""FSx's actions on file systems."""

import secrets
import time
from typing import Any

from ministack.core.responses import get_account_id, get_region

from embedded_aws.emulator.fsx import networking, records
from embedded_aws.emulator.fsx.errors import FsxError, bad_request
from embedded_aws.emulator.fsx.lustre import check_capacity, lustre_configuration
from embedded_aws.emulator.fsx.paging import choose, page

Arguments = dict[str, Any]

FILTERS = {"file-system-id": "FileSystemId", "file-system-type": "FileSystemType"}
CHANGEABLE = (
    "AutomaticBackupRetentionDays",
    "DataCompressionType",
    "LogConfiguration",
    "MetadataConfiguration",
    "PerUnitStorageThroughput",
    "RootSquashConfiguration",
    "WeeklyMaintenanceStartTime",
)


def create(asked: Arguments) -> Arguments:
    """CreateFileSystem, of Lustre."""
    repeated = _made_with(asked.get("ClientRequestToken"))
    if repeated is not None:
        return {"FileSystem": repeated.described()}
    if asked.get("FileSystemType") != "LUSTRE":
        raise bad_request(f"FileSystemType {asked.get('FileSystemType')}: LUSTRE is what is here")
    configuration = lustre_configuration(asked)
    vpc_id = networking.place(asked)
    file_system_id = f"fs-{secrets.token_hex(9)[:17]}"
    version = "2.12" if configuration["DeploymentType"] == "PERSISTENT_2" else "2.10"
    data = {
        "DNSName": f"{file_system_id}.fsx.{get_region()}.amazonaws.com",
        "FileSystemId": file_system_id,
        "FileSystemType": "LUSTRE",
        "FileSystemTypeVersion": asked.get("FileSystemTypeVersion") or version,
        "KmsKeyId": asked.get("KmsKeyId") or arn_of("kms", "key/aws-fsx"),
        "LustreConfiguration": configuration,
        "NetworkInterfaceIds": networking.make_interfaces(file_system_id, asked),
        "OwnerId": get_account_id(),
        "ResourceARN": arn_of("fsx", f"file-system/{file_system_id}"),
        "StorageCapacity": int(asked["StorageCapacity"]),
        "StorageType": asked.get("StorageType", "SSD"),
        "SubnetIds": asked["SubnetIds"],
        "Tags": asked.get("Tags") or [],
        "VpcId": vpc_id,
    }
    token = asked.get("ClientRequestToken")
    record = records.Record(id=file_system_id, data=data, token=token)
    records.file_systems.add(record)
    return {"FileSystem": record.described()}


def arn_of(service: str, resource: str) -> str:
    """Give a resource's ARN in the request's region and account."""
    return f"arn:aws:{service}:{get_region()}:{get_account_id()}:{resource}"


def _made_with(token: str | None) -> records.Record | None:
    same = (r for r in records.file_systems.all() if token and r.token == token)
    return next(same, None)


def known(file_system_id: str) -> records.Record:
    """Give a file system that is there, or refuse."""
    record = records.file_systems.get(file_system_id)
    if record is None:
        raise FsxError("FileSystemNotFound", f"File system '{file_system_id}' does not exist.")
    return record


def describe(asked: Arguments) -> Arguments:
    """DescribeFileSystems."""
    ids = asked.get("FileSystemIds") or []
    chosen = [known(i) for i in ids] if ids else records.file_systems.all()
    items = choose([record.described() for record in chosen], asked, FILTERS)
    return page(items, asked, "FileSystems")


def delete(asked: Arguments) -> Arguments:
    """DeleteFileSystem; its associations go with it."""
    record = known(asked["FileSystemId"])
    if record.lifecycle == "CREATING":
        raise bad_request(f"File system {record.id} is being created: wait until it is AVAILABLE")
    if record.deleted_at is None:
        record.deleted_at = time.time()
        networking.remove_interfaces(record.data["NetworkInterfaceIds"])
        for association in records.associations.all():
            if association.data["FileSystemId"] == record.id:
                association.deleted_at = association.deleted_at or time.time()
    return {"FileSystemId": record.id, "Lifecycle": "DELETING"}


def update(asked: Arguments) -> Arguments:
    """UpdateFileSystem: capacity upwards, and the options that Lustre may change."""
    record = known(asked["FileSystemId"])
    if record.lifecycle != "AVAILABLE":
        raise bad_request(f"File system {record.id} is {record.lifecycle}, not AVAILABLE")
    configuration = record.data["LustreConfiguration"]
    wanted = asked.get("LustreConfiguration") or {}
    unknown = set(wanted) - set(CHANGEABLE)
    if unknown:
        raise bad_request(f"{sorted(unknown)} can't be changed; these can: {CHANGEABLE}")
    if "StorageCapacity" in asked:
        _check_growth(record.data, int(asked["StorageCapacity"]))
        record.data["StorageCapacity"] = int(asked["StorageCapacity"])
    configuration.update(wanted)
    return {"FileSystem": record.described()}


def _check_growth(data: dict[str, Any], capacity: int) -> None:
    if capacity <= data["StorageCapacity"]:
        raise bad_request(
            f"StorageCapacity {capacity} GiB is not above the present {data['StorageCapacity']} GiB"
        )
    configuration = data["LustreConfiguration"]
    check_capacity(
        configuration["DeploymentType"],
        data["StorageType"],
        configuration.get("PerUnitStorageThroughput"),
        capacity,
    )
