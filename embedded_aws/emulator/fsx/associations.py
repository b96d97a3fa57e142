"""FSx's actions on data repository associations: directories of Lustre linked to prefixes of S3."""

from typing import Any

from embedded_aws.emulator.fsx import (
    association_life,
    association_rules,
    contents,
    links,
    orders,
    records,
)
from embedded_aws.emulator.fsx.errors import FsxError, bad_request
from embedded_aws.emulator.fsx.file_systems import known
from embedded_aws.emulator.fsx.paging import choose, page

Arguments = dict[str, Any]

REPOSITORY_TYPES = {"S3", "NFS"}
FILTERS = {
    "file-system-id": lambda record: [record.file_system_id],
    "data-repository-type": lambda _: ["S3"],
}
LARGEST_PAGE = 25
CHANGING = ("CREATING", "UPDATING", "DELETING")


def create(asked: Arguments) -> Arguments:
    """CreateDataRepositoryAssociation."""
    if repeated := records.associations.made_by(asked):
        return {"Association": repeated.described()}
    file_system = known(asked["FileSystemId"])
    association_rules.check_file_system(file_system)
    association_id = records.new_id("dra")
    data = {
        "AssociationId": association_id,
        "BatchImportMetaDataOnCreate": asked.get("BatchImportMetaDataOnCreate", False),
        "DataRepositoryPath": association_rules.repository(asked.get("DataRepositoryPath", "")),
        "FileSystemId": file_system.id,
        "FileSystemPath": association_rules.directory(asked.get("FileSystemPath")),
        "ImportedFileChunkSize": association_rules.chunk_size(asked),
        "ResourceARN": records.arn_of(f"association/{file_system.id}/{association_id}"),
        "S3": association_rules.policies(asked.get("S3") or {}),
        "Tags": asked.get("Tags") or [],
    }
    record = records.Record(id=association_id, data=data, asked=asked)
    association_rules.check_room(record)
    orders.of(file_system, *association_life.order_names(record))
    association_life.begin(file_system, record)
    return {"Association": record.described()}


def describe(asked: Arguments) -> Arguments:
    """DescribeDataRepositoryAssociations."""
    for wanted in asked.get("Filters") or []:
        unknown = set(wanted["Values"]) - REPOSITORY_TYPES
        if wanted["Name"] == "data-repository-type" and unknown:
            raise FsxError(
                "InvalidDataRepositoryType",
                f"{sorted(unknown)} is not a type of data repository: S3 and NFS are",
            )
    ids = asked.get("AssociationIds") or []
    chosen = [links.association(i) for i in ids] if ids else records.associations.all()
    return page(choose(chosen, asked, FILTERS), asked, "Associations", largest=LARGEST_PAGE)


def update(asked: Arguments) -> Arguments:
    """UpdateDataRepositoryAssociation: policies and chunk size; it counts when it's over."""
    record = links.association(asked["AssociationId"])
    if record.lifecycle in (*CHANGING, "FAILED"):
        raise bad_request(f"Association {record.id} is {record.lifecycle}, it can't be updated")
    changes: dict[str, Any] = {}
    if "S3" in asked:
        changes["S3"] = {**record.data["S3"], **association_rules.policies(asked["S3"])}
    if "ImportedFileChunkSize" in asked:
        changes["ImportedFileChunkSize"] = association_rules.chunk_size(asked)
    file_system = known(record.file_system_id)
    orders.of(file_system, *association_life.order_names(record))
    association_life.begin_update(file_system, record, changes)
    return {"Association": record.described()}


def delete(asked: Arguments) -> Arguments:
    """DeleteDataRepositoryAssociation; the directory's files stay, unless they shall go too."""
    record = links.association(asked["AssociationId"])
    with_data = bool(asked.get("DeleteDataInFileSystem", False))
    record.delete()
    if with_data:
        contents.delete(record.file_system_id, links.directory_of(record))
    return {
        "AssociationId": record.id,
        "DeleteDataInFileSystem": with_data,
        "Lifecycle": record.lifecycle,
    }
