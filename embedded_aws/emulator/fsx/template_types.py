"""AWS::FSx::FileSystem and AWS::FSx::DataRepositoryAssociation: they wait until it's available."""

from typing import Any

from embedded_aws.emulator import background
from embedded_aws.emulator.cloudformation_types import (
    Attributes,
    Properties,
    flag,
    make_in_a_thread,
    register,
)
from embedded_aws.emulator.fsx import associations, file_systems, links, records

FILE_SYSTEM = "AWS::FSx::FileSystem"
ASSOCIATION = "AWS::FSx::DataRepositoryAssociation"
NUMBERS = ("AutomaticBackupRetentionDays", "ImportedFileChunkSize", "PerUnitStorageThroughput")
ASSOCIATION_UPDATES = ("ImportedFileChunkSize", "S3")
FLAGS = ("CopyTagsToBackups", "EfaEnabled")


def install() -> None:
    """Register both types."""
    make_in_a_thread((FILE_SYSTEM, ASSOCIATION))
    register(
        FILE_SYSTEM,
        create=_create_file_system,
        update=_update_file_system,
        delete=_delete_file_system,
        required=("FileSystemType", "SubnetIds"),
        updatable=("LustreConfiguration", "StorageCapacity"),
        tagged=True,
    )
    register(
        ASSOCIATION,
        create=_create_association,
        update=_update_association,
        delete=_delete_association,
        required=("DataRepositoryPath", "FileSystemId", "FileSystemPath"),
        updatable=ASSOCIATION_UPDATES,
        tagged=True,
    )


def _create_file_system(properties: Properties) -> tuple[str, Attributes]:
    asked = {**properties, "LustreConfiguration": _lustre(properties)}
    made = file_systems.create(asked)["FileSystem"]
    file_system_id = made["FileSystemId"]
    record = file_systems.known(file_system_id)
    try:
        _await_available("File system", record)
    except ValueError:
        _delete_file_system(file_system_id, properties)
        raise
    return file_system_id, _file_system_attributes(file_system_id)


def _lustre(properties: Properties) -> dict[str, Any]:
    configuration = dict(properties.get("LustreConfiguration") or {})
    for name in NUMBERS:
        if name in configuration:
            configuration[name] = int(configuration[name])
    for name in FLAGS:
        if name in configuration:
            configuration[name] = flag(configuration[name])
    return configuration


def _file_system_attributes(file_system_id: str) -> Attributes:
    data = file_systems.known(file_system_id).data
    return {
        "DNSName": data["DNSName"],
        "Id": file_system_id,
        "LustreMountName": data["LustreConfiguration"]["MountName"],
        "ResourceARN": data["ResourceARN"],
        "RootVolumeId": "",
    }


def _update_file_system(file_system_id: str, old: Properties, new: Properties) -> Attributes:
    was, wanted = _lustre(old), _lustre(new)
    changes: dict[str, Any] = {k: v for k, v in wanted.items() if was.get(k) != v}
    asked: dict[str, Any] = {"LustreConfiguration": changes} if changes else {}
    if str(new.get("StorageCapacity")) != str(old.get("StorageCapacity")):
        asked["StorageCapacity"] = int(new["StorageCapacity"])
    if asked:
        file_systems.update({"FileSystemId": file_system_id, **asked})
    _set_tags(file_systems.known(file_system_id), old, new)
    return _file_system_attributes(file_system_id)


def _set_tags(record: records.Record, old: Properties, new: Properties) -> None:
    dropped = {tag["Key"] for tag in [*(old.get("Tags") or []), *(new.get("Tags") or [])]}
    kept = [tag for tag in record.data["Tags"] if tag["Key"] not in dropped]
    record.data["Tags"] = kept + list(new.get("Tags") or [])


def _delete_file_system(file_system_id: str, _: Properties) -> None:
    if records.file_systems.get(file_system_id) is None:
        return
    background.wait_until(lambda: file_systems.known(file_system_id).lifecycle != "CREATING")
    file_systems.delete({"FileSystemId": file_system_id})
    background.wait_until(lambda: records.file_systems.get(file_system_id) is None)


def _create_association(properties: Properties) -> tuple[str, Attributes]:
    batch = flag(properties.get("BatchImportMetaDataOnCreate", False))
    asked = {**properties, "BatchImportMetaDataOnCreate": batch}
    association_id = associations.create(asked)["Association"]["AssociationId"]
    try:
        _await_available("Data repository association", links.association(association_id))
    except ValueError:
        _delete_association(association_id, properties)
        raise
    return association_id, _association_attributes(association_id)


def _association_attributes(association_id: str) -> Attributes:
    data = links.association(association_id).data
    return {"AssociationId": association_id, "ResourceARN": data["ResourceARN"]}


def _update_association(association_id: str, old: Properties, new: Properties) -> Attributes:
    wanted: dict[str, Any] = {name: new[name] for name in ASSOCIATION_UPDATES if name in new}
    record = links.association(association_id)
    if any(old.get(name) != new.get(name) for name in ASSOCIATION_UPDATES):
        associations.update({"AssociationId": association_id, **wanted})
        _await_available("Data repository association", record)
    _set_tags(record, old, new)
    return _association_attributes(association_id)


def _delete_association(association_id: str, _: Properties) -> None:
    if records.associations.get(association_id) is not None:
        associations.delete({"AssociationId": association_id})
        background.wait_until(lambda: records.associations.get(association_id) is None)


def _await_available(kind: str, record: records.Record) -> None:
    background.wait_until(lambda: record.lifecycle not in ("CREATING", "UPDATING"))
    if record.lifecycle != "AVAILABLE":
        raise ValueError(
            f'Resource handler returned message: "{kind} {record.id} is {record.lifecycle}: '
            f'{record.failure}" (HandlerErrorCode: NotStabilized)'
        )
