"""FSx's actions on file systems."""

import time
from typing import Any

from ministack.core.responses import get_account_id, get_region

from embedded_aws.emulator import background
from embedded_aws.emulator.fsx import (
    contents,
    networking,
    orders,
    records,
    task_runs,
)
from embedded_aws.emulator.fsx.errors import FsxError, bad_request
from embedded_aws.emulator.fsx.lustre import check_capacity, lustre_configuration
from embedded_aws.emulator.fsx.paging import choose, page

Arguments = dict[str, Any]

FILTERS = {
    "file-system-id": lambda record: [record.id],
    "file-system-type": lambda record: [record.data["FileSystemType"]],
}
ORDER = "creation"
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
    if repeated := records.file_systems.made_by(asked):
        return {"FileSystem": repeated.described()}
    if asked.get("FileSystemType") != "LUSTRE":
        raise bad_request(f"FileSystemType {asked.get('FileSystemType')}: LUSTRE is what is here")
    configuration = lustre_configuration(asked)
    vpc_id = networking.place(asked)
    file_system_id = records.new_id("fs")
    version = "2.12" if configuration["DeploymentType"] == "PERSISTENT_2" else "2.10"
    data = {
        "DNSName": f"{file_system_id}.fsx.{get_region()}.amazonaws.com",
        "FileSystemId": file_system_id,
        "FileSystemType": "LUSTRE",
        "FileSystemTypeVersion": asked.get("FileSystemTypeVersion") or version,
        "KmsKeyId": asked.get("KmsKeyId") or records.arn_of("key/aws-fsx", service="kms"),
        "LustreConfiguration": configuration,
        "NetworkInterfaceIds": networking.make_interfaces(file_system_id, asked),
        "OwnerId": get_account_id(),
        "ResourceARN": records.arn_of(f"file-system/{file_system_id}"),
        "StorageCapacity": int(asked["StorageCapacity"]),
        "StorageType": asked.get("StorageType", "SSD"),
        "SubnetIds": asked["SubnetIds"],
        "Tags": asked.get("Tags") or [],
        "VpcId": vpc_id,
    }
    record = records.Record(id=file_system_id, data=data, asked=asked)
    orders.of(record, ORDER)
    contents.make(file_system_id)
    records.file_systems.add(record)
    background.start(file_system_id, lambda: _live(record))
    return {"FileSystem": record.described()}


def _live(record: records.Record) -> None:
    def over() -> bool:
        return time.time() >= record.made_at + orders.of(record, ORDER).seconds

    try:
        background.wait_until(over)
        failure = orders.of(record, ORDER).failure
    except FsxError as refusal:
        failure = refusal.message
    record.end("FAILED" if failure else "AVAILABLE", failure)


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
    return page(choose(chosen, asked, FILTERS), asked, "FileSystems")


def delete(asked: Arguments) -> Arguments:
    """DeleteFileSystem; its associations go with it, tasks that aren't over keep it."""
    record = known(asked["FileSystemId"])
    if record.lifecycle == "CREATING":
        raise bad_request(f"File system {record.id} is being created: wait until it is AVAILABLE")
    for task in task_runs.active(record.id):
        raise bad_request(
            f"File system {record.id} has a data repository task that is {task.state}: "
            f"wait until {task.id} is over, or cancel it"
        )
    if record.deleted_at is None:
        record.delete()
        networking.remove_interfaces(record.data["NetworkInterfaceIds"])
        contents.remove(record.id)
        for association in records.associations.of(record.id):
            association.delete()
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
