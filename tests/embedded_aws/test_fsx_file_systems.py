"""FSx for Lustre's file systems: what is accepted, how they live, and that they are gone again."""

from typing import Any

import pytest

from aws_account import Account, refusal, unique
from deployed import Deployed, described
from lustre import LUSTRE, Lustre, await_lifecycle, lifecycle, order, request


def shown(account: Account, file_system_id: str) -> dict[str, Any]:
    told = described(account, "fsx", "describe_file_systems", FileSystemIds=[file_system_id])
    return dict(told["FileSystems"][0])


def test_a_file_system_is_creating_then_available_then_deleting_then_gone(
    account: Account, lustre_network: Deployed
) -> None:
    fsx = account.client("fsx")

    made = fsx.create_file_system(**request(lustre_network))["FileSystem"]
    await_lifecycle(account, made["FileSystemId"], "AVAILABLE")
    deleted = fsx.delete_file_system(FileSystemId=made["FileSystemId"])
    await_lifecycle(account, made["FileSystemId"], "FileSystemNotFound")

    assert made["Lifecycle"] == "CREATING"
    assert deleted["Lifecycle"] == "DELETING"


def test_a_creation_takes_as_long_as_ordered_and_fails_with_the_reason(
    account: Account, lustre_network: Deployed
) -> None:
    fsx, pace = account.client("fsx"), unique("pace")
    order(account, pace, "creation", seconds=3600)
    asked = request(lustre_network, Tags=[{"Key": "pace", "Value": pace}])
    file_system_id = fsx.create_file_system(**asked)["FileSystem"]["FileSystemId"]
    waiting = lifecycle(account, file_system_id)

    order(account, pace, "creation", seconds=0, failure="No capacity in us-east-1b")
    await_lifecycle(account, file_system_id, "FAILED")

    assert waiting == "CREATING"
    told = shown(account, file_system_id)["FailureDetails"]
    assert told == {"Message": "No capacity in us-east-1b"}
    fsx.delete_file_system(FileSystemId=file_system_id)


def test_an_order_that_cannot_be_read_is_refused_when_it_is_needed(
    account: Account, lustre_network: Deployed
) -> None:
    pace = unique("pace")
    order(account, pace, "creation", second=1)

    error = refusal(
        account.client("fsx").create_file_system,
        **request(lustre_network, Tags=[{"Key": "pace", "Value": pace}]),
    )

    assert error is not None
    assert f"/embedded-aws/file-systems/{pace}/creation has ['second']" in str(error)


def test_what_is_on_it_goes_with_it(account: Account, file_system: Lustre) -> None:
    file_system.write(a="1")
    there = file_system.directory.exists()

    account.client("fsx").delete_file_system(FileSystemId=file_system.file_system_id)

    assert there
    assert not file_system.directory.exists()


def test_it_says_how_to_mount_it(account: Account, file_system: Lustre) -> None:
    file_system_id = file_system.file_system_id

    told = shown(account, file_system_id)

    assert told["DNSName"] == f"{file_system_id}.fsx.us-east-1.amazonaws.com"
    assert len(file_system_id) == len("fs-") + 17
    assert len(told["LustreConfiguration"]["MountName"]) == 8
    assert told["ResourceARN"].endswith(f":file-system/{file_system_id}")


def test_its_interfaces_are_in_its_subnet_with_its_groups(
    account: Account, lustre_network: Deployed, file_system: Lustre
) -> None:
    made = shown(account, file_system.file_system_id)

    told = described(
        account,
        "ec2",
        "describe_network_interfaces",
        NetworkInterfaceIds=made["NetworkInterfaceIds"],
    )["NetworkInterfaces"]

    assert made["VpcId"] == lustre_network.ids["Vpc"]
    assert {one["SubnetId"] for one in told} == {lustre_network.ids["Subnet"]}
    assert {g["GroupId"] for one in told for g in one["Groups"]} == {lustre_network.ids["Group"]}


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
    account: Account, lustre_network: Deployed, changed: dict[str, object], code: str
) -> None:
    error = refusal(account.client("fsx").create_file_system, **request(lustre_network, **changed))

    assert error is not None
    assert error.response["Error"]["Code"] == code


def test_groups_that_keep_lustre_out_are_refused(
    account: Account, lustre_network: Deployed
) -> None:
    closed = account.client("ec2").create_security_group(
        GroupName=unique("closed"), Description="nothing in", VpcId=lustre_network.ids["Vpc"]
    )["GroupId"]

    error = refusal(
        account.client("fsx").create_file_system,
        **request(lustre_network, SecurityGroupIds=[closed]),
    )

    account.client("ec2").delete_security_group(GroupId=closed)
    assert error is not None
    assert "988" in error.response["Error"]["Message"]


def test_a_repeated_request_is_the_same_file_system(
    account: Account, lustre_network: Deployed
) -> None:
    fsx = account.client("fsx")
    asked = request(lustre_network, ClientRequestToken=unique("token"))

    first = fsx.create_file_system(**asked)["FileSystem"]["FileSystemId"]
    second = fsx.create_file_system(**asked)["FileSystem"]["FileSystemId"]

    other = refusal(fsx.create_file_system, **{**asked, "StorageCapacity": 2400})
    assert first == second
    assert other is not None
    assert other.response["Error"]["Code"] == "IncompatibleParameterError"
    await_lifecycle(account, first, "AVAILABLE")
    fsx.delete_file_system(FileSystemId=first)


def test_a_list_comes_in_pages_whatever_goes_meanwhile(
    account: Account, lustre_network: Deployed
) -> None:
    fsx = account.client("fsx")
    scratch = request(lustre_network, LustreConfiguration={"DeploymentType": "SCRATCH_2"})
    first, second, third = (
        fsx.create_file_system(**scratch)["FileSystem"]["FileSystemId"] for _ in range(3)
    )
    for file_system_id in (first, second, third):
        await_lifecycle(account, file_system_id, "AVAILABLE")

    pages = [fsx.describe_file_systems(MaxResults=1)]
    while told_last(pages) != second:
        pages.append(fsx.describe_file_systems(MaxResults=1, NextToken=pages[-1]["NextToken"]))
    for file_system_id in (first, second):
        fsx.delete_file_system(FileSystemId=file_system_id)
        await_lifecycle(account, file_system_id, "FileSystemNotFound")
    while "NextToken" in pages[-1]:
        pages.append(fsx.describe_file_systems(MaxResults=1, NextToken=pages[-1]["NextToken"]))

    told = [each["FileSystemId"] for page in pages for each in page["FileSystems"]]
    assert max(len(page["FileSystems"]) for page in pages) == 1
    assert [each for each in told if each in (first, second, third)] == [first, second, third]
    fsx.delete_file_system(FileSystemId=third)


def told_last(pages: list[Any]) -> str | None:
    """Name the file system a list has come to; a page is empty where what it was for has gone."""
    told = [each["FileSystemId"] for page in pages for each in page["FileSystems"]]
    return told[-1] if told else None


def test_it_grows_and_never_shrinks(account: Account, lustre_network: Deployed) -> None:
    fsx = account.client("fsx")
    file_system_id = fsx.create_file_system(**request(lustre_network))["FileSystem"]["FileSystemId"]
    await_lifecycle(account, file_system_id, "AVAILABLE")

    grown = fsx.update_file_system(FileSystemId=file_system_id, StorageCapacity=2400)
    error = refusal(fsx.update_file_system, FileSystemId=file_system_id, StorageCapacity=1200)

    assert grown["FileSystem"]["StorageCapacity"] == 2400
    assert error is not None
    assert error.response["Error"]["Code"] == "BadRequest"
    fsx.delete_file_system(FileSystemId=file_system_id)


def test_tags_are_set_listed_and_removed(account: Account, file_system: Lustre) -> None:
    fsx = account.client("fsx")
    arn = shown(account, file_system.file_system_id)["ResourceARN"]

    fsx.tag_resource(ResourceARN=arn, Tags=[{"Key": "a", "Value": "1"}, {"Key": "b", "Value": "2"}])
    fsx.untag_resource(ResourceARN=arn, TagKeys=["a", "pace"])

    assert fsx.list_tags_for_resource(ResourceARN=arn)["Tags"] == [{"Key": "b", "Value": "2"}]
