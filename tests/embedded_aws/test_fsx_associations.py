"""Data repository associations: what is accepted, how they live, fail and go."""

import pytest

from aws_account import refusal, unique
from lustre import Lustre, await_lifecycle


def code(call: object, **arguments: object) -> str:
    error = refusal(call, **arguments)  # type: ignore[arg-type]
    assert error is not None
    return str(error.response["Error"]["Code"])


def test_an_association_links_a_directory_to_a_prefix(file_system: Lustre) -> None:
    policies = {
        "AutoImportPolicy": {"Events": ["NEW", "CHANGED", "DELETED"]},
        "AutoExportPolicy": {"Events": ["NEW", "CHANGED"]},
    }
    tags = [{"Key": "a", "Value": "1"}]

    association_id = file_system.linked("/scratch", S3=policies, Tags=tags)

    told = file_system.association(association_id)
    assert told["FileSystemPath"] == "/scratch"
    assert told["DataRepositoryPath"] == f"s3://{file_system.bucket}/scratch/"
    assert (told["S3"], told["Tags"], told["ImportedFileChunkSize"]) == (policies, tags, 1024)
    assert told["ResourceARN"].endswith(
        f":association/{file_system.file_system_id}/{association_id}"
    )


def test_it_is_creating_as_long_as_ordered(file_system: Lustre) -> None:
    file_system.order("associations/scratch", seconds=3600)
    association_id = file_system.link("/scratch")
    waiting = file_system.association(association_id)["Lifecycle"]

    file_system.revoke("associations/scratch")

    assert waiting == "CREATING"
    file_system.await_link(association_id, "AVAILABLE")


@pytest.mark.parametrize(
    ("order", "lifecycle"), [("failure", "FAILED"), ("misconfigured", "MISCONFIGURED")]
)
def test_it_fails_as_ordered(file_system: Lustre, order: str, lifecycle: str) -> None:
    file_system.order("associations/scratch", **{order: "as the test wants"})

    association_id = file_system.link("/scratch")
    file_system.await_link(association_id, lifecycle)

    told = file_system.association(association_id)
    assert told["FailureDetails"] == {"Message": "as the test wants"}


def test_one_begun_while_another_is_creating_fails(file_system: Lustre) -> None:
    file_system.order("associations/scratch", seconds=3600)
    first = file_system.link("/scratch")

    second = file_system.link("/project")
    file_system.await_link(second, "FAILED")

    told = file_system.association(second)["FailureDetails"]["Message"]
    assert f"while {first} of the same file system was CREATING" in told
    file_system.revoke("associations/scratch")
    file_system.await_link(first, "AVAILABLE")


def test_a_bucket_that_is_gone_fails_it(file_system: Lustre) -> None:
    file_system.order("associations", seconds=3600)
    association_id = file_system.link("/scratch")
    file_system.account.client("s3").delete_bucket(Bucket=file_system.bucket)

    file_system.revoke("associations")

    file_system.await_link(association_id, "FAILED")
    assert "bucket" in file_system.association(association_id)["FailureDetails"]["Message"]


@pytest.mark.parametrize(
    "changed",
    [
        {"FileSystemPath": "/data/part"},
        {"FileSystemPath": "/"},
        {"FileSystemPath": "data"},
        {"DataRepositoryPath": "https://data"},
        {"DataRepositoryPath": "s3://nobodys-bucket/x"},
        {"DataRepositoryPath": "s3://{bucket}/data/part/"},
        {"DataRepositoryPath": "s3://{bucket}"},
        {"S3": {"AutoImportPolicy": {"Events": ["MOVED"]}}},
        {"ImportedFileChunkSize": 512001},
    ],
)
def test_what_fsx_refuses_is_refused(file_system: Lustre, changed: dict[str, object]) -> None:
    file_system.linked("/data")
    asked = {
        "FileSystemId": file_system.file_system_id,
        "FileSystemPath": "/database",
        "DataRepositoryPath": "s3://{bucket}/database/",
        **changed,
    }
    asked["DataRepositoryPath"] = str(asked["DataRepositoryPath"]).format(bucket=file_system.bucket)

    refused = code(file_system.fsx.create_data_repository_association, **asked)

    assert refused == "BadRequest"


def test_directories_and_prefixes_that_only_begin_alike_are_two(file_system: Lustre) -> None:
    file_system.linked("/data")

    file_system.linked("/database")

    assert len(file_system.fsx.describe_data_repository_associations(
        Filters=[{"Name": "file-system-id", "Values": [file_system.file_system_id]}]
    )["Associations"]) == 2  # fmt: skip


def test_there_are_eight_at_most_in_pages_as_large_as_asked_for(file_system: Lustre) -> None:
    file_system.order("associations", seconds=0)
    ids = {file_system.linked(f"/d{number}") for number in range(8)}
    mine = [{"Name": "file-system-id", "Values": [file_system.file_system_id]}]

    error = refusal(file_system.link, path="/d8")
    filters = [*mine, {"Name": "data-repository-type", "Values": ["S3"]}]
    describe = file_system.fsx.describe_data_repository_associations
    first = describe(Filters=filters, MaxResults=5)
    rest = describe(Filters=filters, MaxResults=5, NextToken=first["NextToken"])

    assert error is not None
    assert error.response["Error"]["Code"] == "ServiceLimitExceeded"
    assert (len(first["Associations"]), len(rest["Associations"])) == (5, 3)
    assert {a["AssociationId"] for page in (first, rest) for a in page["Associations"]} == ids
    assert "NextToken" not in rest


def test_lists_know_their_filters(file_system: Lustre) -> None:
    describe = file_system.fsx.describe_data_repository_associations
    file_system.linked("/scratch")
    nfs = [{"Name": "data-repository-type", "Values": ["NFS"]}]

    assert describe(Filters=nfs)["Associations"] == []
    disk = [{"Name": "data-repository-type", "Values": ["DISK"]}]
    assert code(describe, Filters=disk) == "InvalidDataRepositoryType"
    assert code(describe, MaxResults=26) == "BadRequest"
    assert (
        code(describe, AssociationIds=["dra-0123456789abcdef0"])
        == "DataRepositoryAssociationNotFound"
    )


def test_a_repeated_request_is_the_same_association(file_system: Lustre) -> None:
    token = unique("token")
    first = file_system.linked("/scratch", ClientRequestToken=token)

    second = file_system.link("/scratch", ClientRequestToken=token)

    assert second == first
    error = refusal(file_system.link, path="/project", ClientRequestToken=token)
    assert error is not None
    assert error.response["Error"]["Code"] == "IncompatibleParameterError"


def test_an_update_counts_once_it_is_over(file_system: Lustre) -> None:
    exports = {"AutoExportPolicy": {"Events": ["NEW"]}, "AutoImportPolicy": {"Events": ["NEW"]}}
    association_id = file_system.linked("/scratch", S3=exports)
    file_system.order("associations/scratch", seconds=3600)
    update = file_system.fsx.update_data_repository_association

    begun = update(
        AssociationId=association_id,
        S3={"AutoExportPolicy": {"Events": []}},
        ImportedFileChunkSize=2048,
    )["Association"]
    again = code(update, AssociationId=association_id, ImportedFileChunkSize=1)
    file_system.revoke("associations/scratch")
    file_system.await_link(association_id, "AVAILABLE")

    assert (begun["Lifecycle"], begun["S3"], again) == ("UPDATING", exports, "BadRequest")
    told = file_system.association(association_id)
    assert told["S3"] == {**exports, "AutoExportPolicy": {"Events": []}}
    assert told["ImportedFileChunkSize"] == 2048


def test_an_update_looks_again_at_what_was_misconfigured(file_system: Lustre) -> None:
    file_system.order("associations", misconfigured="the bucket's notifications are gone")
    association_id = file_system.link("/scratch")
    file_system.await_link(association_id, "MISCONFIGURED")
    file_system.revoke("associations")

    file_system.fsx.update_data_repository_association(AssociationId=association_id)
    file_system.await_link(association_id, "AVAILABLE")

    assert "FailureDetails" not in file_system.association(association_id)


@pytest.mark.parametrize("with_data", [False, True])
def test_what_is_in_its_directory_stays_unless_it_shall_go(
    file_system: Lustre, with_data: bool
) -> None:
    association_id = file_system.linked("/scratch")
    file_system.write(a="1")

    deleted = file_system.fsx.delete_data_repository_association(
        AssociationId=association_id, DeleteDataInFileSystem=with_data
    )
    file_system.await_link(association_id, "GONE")

    assert (deleted["Lifecycle"], deleted["DeleteDataInFileSystem"]) == ("DELETING", with_data)
    assert file_system.files() == ({} if with_data else {"scratch/a": "1"})


def test_the_file_system_takes_its_associations_along(file_system: Lustre) -> None:
    association_id = file_system.linked("/scratch")

    file_system.fsx.delete_file_system(FileSystemId=file_system.file_system_id)
    await_lifecycle(file_system.account, file_system.file_system_id, "FileSystemNotFound")

    assert file_system.association(association_id)["Lifecycle"] == "GONE"
