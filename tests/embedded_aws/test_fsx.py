"""FSx for Lustre: what is accepted, how it lives, and that it is gone again."""

import time
from collections.abc import Iterator
from typing import Any

import pytest

from aws_account import Account, allow, is_denied, refusal, unique
from deployed import Deployed, deploy, described, reason_of_failure, vpc_with_subnet

LUSTRE = {"DeploymentType": "PERSISTENT_2", "PerUnitStorageThroughput": 250}
PATIENCE_SECONDS = 10


@pytest.fixture(scope="module")
def network(account: Account) -> Iterator[Deployed]:
    stack = deploy(account, vpc_with_subnet("10.94.0.0/16"))
    yield stack
    stack.delete()


@pytest.fixture(scope="module")
def file_system(account: Account, network: Deployed) -> Iterator[dict[str, Any]]:
    fsx = account.client("fsx")
    made = fsx.create_file_system(**request(network))["FileSystem"]
    await_lifecycle(account, made["FileSystemId"], "AVAILABLE")
    yield made
    fsx.delete_file_system(FileSystemId=made["FileSystemId"])
    await_lifecycle(account, made["FileSystemId"], "FileSystemNotFound")


def request(network: Deployed, **changed: object) -> dict[str, Any]:
    return {
        "FileSystemType": "LUSTRE",
        "StorageCapacity": 1200,
        "SubnetIds": [network.ids["Subnet"]],
        "SecurityGroupIds": [network.ids["Group"]],
        "LustreConfiguration": LUSTRE,
        **changed,
    }


def lifecycle(account: Account, file_system_id: str) -> str:
    told = described(account, "fsx", "describe_file_systems", FileSystemIds=[file_system_id])
    return str(told.get("Error") or told["FileSystems"][0]["Lifecycle"])


def await_lifecycle(account: Account, file_system_id: str, wanted: str) -> list[str]:
    seen = [lifecycle(account, file_system_id)]
    deadline = time.monotonic() + PATIENCE_SECONDS
    while seen[-1] != wanted and time.monotonic() < deadline:
        time.sleep(0.05)
        seen.append(lifecycle(account, file_system_id))
    assert seen[-1] == wanted
    return seen


def await_no_associations(account: Account, file_system_id: str) -> None:
    of_it = [{"Name": "file-system-id", "Values": [file_system_id]}]
    fsx = account.client("fsx")
    deadline = time.monotonic() + PATIENCE_SECONDS
    while fsx.describe_data_repository_associations(Filters=of_it)["Associations"]:
        assert time.monotonic() < deadline
        time.sleep(0.05)


def bucket(account: Account) -> str:
    name = unique("data")
    account.client("s3").create_bucket(Bucket=name)
    return name


def test_a_file_system_is_creating_then_available_then_deleting_then_gone(
    account: Account, network: Deployed
) -> None:
    fsx = account.client("fsx")

    made = fsx.create_file_system(**request(network))["FileSystem"]
    born = await_lifecycle(account, made["FileSystemId"], "AVAILABLE")
    fsx.delete_file_system(FileSystemId=made["FileSystemId"])
    died = await_lifecycle(account, made["FileSystemId"], "FileSystemNotFound")

    assert set(born) == {"CREATING", "AVAILABLE"}
    assert set(died) == {"DELETING", "FileSystemNotFound"}


def test_it_says_how_to_mount_it(file_system: dict[str, Any]) -> None:
    file_system_id = file_system["FileSystemId"]

    assert file_system["DNSName"] == f"{file_system_id}.fsx.us-east-1.amazonaws.com"
    assert len(file_system_id) == len("fs-") + 17
    assert len(file_system["LustreConfiguration"]["MountName"]) == 8
    assert file_system["ResourceARN"].endswith(f":file-system/{file_system_id}")


def test_its_interfaces_are_in_its_subnet_with_its_groups(
    account: Account, network: Deployed, file_system: dict[str, Any]
) -> None:
    told = described(
        account,
        "ec2",
        "describe_network_interfaces",
        NetworkInterfaceIds=file_system["NetworkInterfaceIds"],
    )["NetworkInterfaces"]

    assert file_system["VpcId"] == network.ids["Vpc"]
    assert {one["SubnetId"] for one in told} == {network.ids["Subnet"]}
    assert {g["GroupId"] for one in told for g in one["Groups"]} == {network.ids["Group"]}


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"StorageCapacity": 1000}, "BadRequest"),
        ({"StorageCapacity": 3600}, "BadRequest"),
        ({"LustreConfiguration": {**LUSTRE, "PerUnitStorageThroughput": 200}},
         "InvalidPerUnitStorageThroughput"),
        ({"LustreConfiguration": {"DeploymentType": "PERSISTENT_2"}},
         "InvalidPerUnitStorageThroughput"),
        ({"LustreConfiguration": {"DeploymentType": "PERSISTENT_3"}}, "BadRequest"),
        ({"LustreConfiguration": {**LUSTRE, "ImportPath": "s3://data"}}, "BadRequest"),
        ({"FileSystemTypeVersion": "2.10"}, "BadRequest"),
        ({"SubnetIds": ["subnet-0123456789abcdef0"]}, "InvalidNetworkSettings"),
        ({"SecurityGroupIds": ["sg-0123456789abcdef1"]}, "InvalidNetworkSettings"),
        ({"FileSystemType": "WINDOWS"}, "BadRequest"),
    ],
)  # fmt: skip
def test_what_fsx_refuses_is_refused(
    account: Account, network: Deployed, changed: dict[str, object], code: str
) -> None:
    error = refusal(account.client("fsx").create_file_system, **request(network, **changed))

    assert error is not None
    assert error.response["Error"]["Code"] == code


def test_groups_that_keep_lustre_out_are_refused(account: Account, network: Deployed) -> None:
    closed = account.client("ec2").create_security_group(
        GroupName=unique("closed"), Description="nothing in", VpcId=network.ids["Vpc"]
    )["GroupId"]

    error = refusal(
        account.client("fsx").create_file_system, **request(network, SecurityGroupIds=[closed])
    )

    account.client("ec2").delete_security_group(GroupId=closed)
    assert error is not None
    assert "988" in error.response["Error"]["Message"]


def test_a_repeated_request_is_the_same_file_system(account: Account, network: Deployed) -> None:
    fsx = account.client("fsx")
    asked = request(network, ClientRequestToken=unique("token"))

    first = fsx.create_file_system(**asked)["FileSystem"]["FileSystemId"]
    second = fsx.create_file_system(**asked)["FileSystem"]["FileSystemId"]

    assert first == second
    await_lifecycle(account, first, "AVAILABLE")
    fsx.delete_file_system(FileSystemId=first)


def test_a_list_comes_in_pages(account: Account, network: Deployed) -> None:
    fsx = account.client("fsx")
    scratch = {"DeploymentType": "SCRATCH_2"}
    ids = {
        fsx.create_file_system(**request(network, LustreConfiguration=scratch))["FileSystem"][
            "FileSystemId"
        ]
        for _ in range(2)
    }

    pages = list(
        fsx.get_paginator("describe_file_systems").paginate(PaginationConfig={"PageSize": 1})
    )

    assert all(len(page["FileSystems"]) == 1 for page in pages)
    assert ids <= {page["FileSystems"][0]["FileSystemId"] for page in pages}
    for file_system_id in ids:
        await_lifecycle(account, file_system_id, "AVAILABLE")
        fsx.delete_file_system(FileSystemId=file_system_id)


def test_it_grows_and_never_shrinks(account: Account, network: Deployed) -> None:
    fsx = account.client("fsx")
    file_system_id = fsx.create_file_system(**request(network))["FileSystem"]["FileSystemId"]
    await_lifecycle(account, file_system_id, "AVAILABLE")

    grown = fsx.update_file_system(FileSystemId=file_system_id, StorageCapacity=2400)
    error = refusal(fsx.update_file_system, FileSystemId=file_system_id, StorageCapacity=1200)

    assert grown["FileSystem"]["StorageCapacity"] == 2400
    assert error is not None
    assert error.response["Error"]["Code"] == "BadRequest"
    fsx.delete_file_system(FileSystemId=file_system_id)


def test_tags_are_set_listed_and_removed(account: Account, file_system: dict[str, Any]) -> None:
    fsx = account.client("fsx")
    arn = file_system["ResourceARN"]

    fsx.tag_resource(ResourceARN=arn, Tags=[{"Key": "a", "Value": "1"}, {"Key": "b", "Value": "2"}])
    fsx.untag_resource(ResourceARN=arn, TagKeys=["a"])

    assert fsx.list_tags_for_resource(ResourceARN=arn)["Tags"] == [{"Key": "b", "Value": "2"}]


def test_permissions_are_evaluated(account: Account, file_system: dict[str, Any]) -> None:
    arn = file_system["ResourceARN"]
    user = account.user(allow("fsx:DescribeFileSystems"), allow("fsx:ListTagsForResource", on=arn))
    fsx = user.client("fsx")

    assert not is_denied(fsx.describe_file_systems)
    assert not is_denied(fsx.list_tags_for_resource, ResourceARN=arn)
    assert is_denied(fsx.list_tags_for_resource, ResourceARN=arn + "0")
    assert is_denied(fsx.delete_file_system, FileSystemId=file_system["FileSystemId"])


def test_an_association_links_a_directory_to_a_prefix(
    account: Account, file_system: dict[str, Any]
) -> None:
    fsx, name = account.client("fsx"), bucket(account)
    policy = {"AutoExportPolicy": {"Events": ["NEW", "CHANGED"]}}

    made = fsx.create_data_repository_association(
        FileSystemId=file_system["FileSystemId"],
        FileSystemPath="/data",
        DataRepositoryPath=f"s3://{name}/data/",
        S3=policy,
    )["Association"]

    of_it = [{"Name": "file-system-id", "Values": [file_system["FileSystemId"]]}]
    (told,) = fsx.describe_data_repository_associations(Filters=of_it)["Associations"]
    assert told["AssociationId"] == made["AssociationId"]
    assert (told["FileSystemPath"], told["S3"]) == ("/data", policy)
    fsx.delete_data_repository_association(AssociationId=made["AssociationId"])
    await_no_associations(account, file_system["FileSystemId"])
    error = refusal(
        fsx.describe_data_repository_associations, AssociationIds=[made["AssociationId"]]
    )
    assert error is not None
    assert error.response["Error"]["Code"] == "DataRepositoryAssociationNotFound"


@pytest.mark.parametrize(
    "changed",
    [
        {"FileSystemPath": "/data/part"},
        {"FileSystemPath": "data"},
        {"DataRepositoryPath": "https://data"},
        {"DataRepositoryPath": "s3://nobodys-bucket/x"},
        {"S3": {"AutoImportPolicy": {"Events": ["MOVED"]}}},
    ],
)
def test_an_association_that_fsx_refuses_is_refused(
    account: Account, file_system: dict[str, Any], changed: dict[str, object]
) -> None:
    fsx, name = account.client("fsx"), bucket(account)
    first = fsx.create_data_repository_association(
        FileSystemId=file_system["FileSystemId"],
        FileSystemPath="/data",
        DataRepositoryPath=f"s3://{name}/first/",
    )["Association"]["AssociationId"]
    asked = {
        "FileSystemId": file_system["FileSystemId"],
        "FileSystemPath": "/other",
        "DataRepositoryPath": f"s3://{name}/other/",
    }

    error = refusal(fsx.create_data_repository_association, **(asked | changed))

    fsx.delete_data_repository_association(AssociationId=first)
    await_no_associations(account, file_system["FileSystemId"])
    assert error is not None
    assert error.response["Error"]["Code"] == "BadRequest"


def test_a_task_imports_metadata(account: Account, file_system: dict[str, Any]) -> None:
    fsx, name = account.client("fsx"), bucket(account)
    association = fsx.create_data_repository_association(
        FileSystemId=file_system["FileSystemId"],
        FileSystemPath="/tasks",
        DataRepositoryPath=f"s3://{name}/tasks/",
    )["Association"]["AssociationId"]

    task = fsx.create_data_repository_task(
        FileSystemId=file_system["FileSystemId"],
        Type="IMPORT_METADATA_FROM_REPOSITORY",
        Paths=["/tasks"],
        Report={"Enabled": False},
    )["DataRepositoryTask"]

    seen = {task["Lifecycle"]}
    deadline = time.monotonic() + PATIENCE_SECONDS
    while "SUCCEEDED" not in seen and time.monotonic() < deadline:
        time.sleep(0.05)
        (told,) = fsx.describe_data_repository_tasks(TaskIds=[task["TaskId"]])[
            "DataRepositoryTasks"
        ]
        seen.add(told["Lifecycle"])
    assert seen == {"EXECUTING", "SUCCEEDED"}
    fsx.delete_data_repository_association(AssociationId=association)


def lustre_stack(name: str, **properties: object) -> dict[str, Any]:
    file_system = {
        "FileSystemType": "LUSTRE",
        "StorageCapacity": 1200,
        "SubnetIds": [{"Ref": "Subnet"}],
        "SecurityGroupIds": [{"Ref": "Group"}],
        "LustreConfiguration": {**LUSTRE, "DataCompressionType": "LZ4"},
        **properties,
    }
    association = {
        "FileSystemId": {"Ref": "Lustre"},
        "FileSystemPath": "/scratch",
        "DataRepositoryPath": f"s3://{name}/scratch/",
    }
    return {
        **vpc_with_subnet("10.95.0.0/16"),
        "Lustre": {"Type": "AWS::FSx::FileSystem", "Properties": file_system},
        "Scratch": {"Type": "AWS::FSx::DataRepositoryAssociation", "Properties": association},
    }


def test_a_template_makes_changes_and_removes_both(account: Account) -> None:
    name = bucket(account)
    stack = deploy(
        account,
        lustre_stack(name),
        mount=("Lustre", "LustreMountName"),
        dns=("Lustre", "DNSName"),
        arn=("Lustre", "ResourceARN"),
        association=("Scratch", "AssociationId"),
        association_arn=("Scratch", "ResourceARN"),
    )
    file_system_id = stack.ids["Lustre"]
    (made,) = described(account, "fsx", "describe_file_systems", FileSystemIds=[file_system_id])[
        "FileSystems"
    ]

    stack.update(lustre_stack(name, StorageCapacity=2400))

    (changed,) = described(account, "fsx", "describe_file_systems", FileSystemIds=[file_system_id])[
        "FileSystems"
    ]
    assert made["Lifecycle"] == "AVAILABLE"
    assert made["LustreConfiguration"]["MountName"] == stack.outputs["mount"]
    assert (made["DNSName"], made["ResourceARN"]) == (stack.outputs["dns"], stack.outputs["arn"])
    assert stack.outputs["association"] == stack.ids["Scratch"]
    assert stack.outputs["association_arn"].endswith(
        f":association/{file_system_id}/{stack.ids['Scratch']}"
    )
    assert changed["StorageCapacity"] == 2400
    stack.delete()
    assert lifecycle(account, file_system_id) == "FileSystemNotFound"


def test_a_template_without_a_subnet_is_refused(account: Account) -> None:
    lustre = {"Type": "AWS::FSx::FileSystem", "Properties": {"FileSystemType": "LUSTRE"}}

    reason = reason_of_failure(account, {"Lustre": lustre}, "Lustre")

    assert "required key [SubnetIds] not found" in reason
