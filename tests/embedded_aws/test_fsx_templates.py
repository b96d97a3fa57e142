"""Lustre in a template: file systems and their associations are made, changed and removed."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from aws_account import Account, allow, unique
from deployed import Deployed, deploy, described, reason_of_failure
from lustre import LUSTRE, QUICK, Lustre, await_lifecycle, lifecycle, order


def bucket(account: Account) -> str:
    name = unique("data")
    account.client("s3").create_bucket(Bucket=name)
    return name


def lustre_stack(
    network: Deployed,
    name: str,
    lustre: Mapping[str, Any] = MappingProxyType({}),
    scratch: Mapping[str, Any] = MappingProxyType({}),
) -> dict[str, Any]:
    """The resources Lustre and Scratch, on that bucket, with these properties changed."""
    file_system = {
        "FileSystemType": "LUSTRE",
        "StorageCapacity": 1200,
        "SubnetIds": [network.ids["Subnet"]],
        "SecurityGroupIds": [network.ids["Group"]],
        "LustreConfiguration": {**LUSTRE, "DataCompressionType": "LZ4"},
        "Tags": [{"Key": "pace", "Value": QUICK}],
        **lustre,
    }
    association = {
        "FileSystemId": {"Ref": "Lustre"},
        "FileSystemPath": "/scratch",
        "DataRepositoryPath": f"s3://{name}/scratch/",
        **scratch,
    }
    return {
        "Lustre": {"Type": "AWS::FSx::FileSystem", "Properties": file_system},
        "Scratch": {"Type": "AWS::FSx::DataRepositoryAssociation", "Properties": association},
    }


def file_system_of(account: Account, stack: Deployed) -> dict[str, Any]:
    ids = [stack.ids["Lustre"]]
    told = described(account, "fsx", "describe_file_systems", FileSystemIds=ids)
    return dict(told["FileSystems"][0])


def association_of(account: Account, stack: Deployed) -> dict[str, Any]:
    ids = [stack.ids["Scratch"]]
    told = described(account, "fsx", "describe_data_repository_associations", AssociationIds=ids)
    return dict(told["Associations"][0])


def test_a_template_makes_both_and_removes_both(account: Account, lustre_network: Deployed) -> None:
    key = account.client("kms").create_key()["KeyMetadata"]["Arn"]

    stack = deploy(
        account,
        lustre_stack(lustre_network, bucket(account), {"KmsKeyId": key}),
        mount=("Lustre", "LustreMountName"),
        dns=("Lustre", "DNSName"),
        arn=("Lustre", "ResourceARN"),
        association=("Scratch", "AssociationId"),
        association_arn=("Scratch", "ResourceARN"),
    )

    made, linked = file_system_of(account, stack), association_of(account, stack)
    assert (made["Lifecycle"], linked["Lifecycle"]) == ("AVAILABLE", "AVAILABLE")
    assert made["KmsKeyId"] == key
    assert made["LustreConfiguration"]["MountName"] == stack.outputs["mount"]
    assert (made["DNSName"], made["ResourceARN"]) == (stack.outputs["dns"], stack.outputs["arn"])
    assert stack.outputs["association"] == stack.ids["Scratch"] == linked["AssociationId"]
    assert stack.outputs["association_arn"] == linked["ResourceARN"]
    stack.delete()
    assert lifecycle(account, stack.ids["Lustre"]) == "FileSystemNotFound"


def test_an_update_changes_both_in_place_or_replaces(
    account: Account, lustre_network: Deployed
) -> None:
    name = bucket(account)
    stack = deploy(account, lustre_stack(lustre_network, name))
    policies = {"AutoImportPolicy": {"Events": ["NEW"]}}

    larger = {"StorageCapacity": 2400}
    elsewhere = {"FileSystemPath": "/other", "DataRepositoryPath": f"s3://{name}/other/"}

    changed = stack.update(lustre_stack(lustre_network, name, larger, {"S3": policies}))
    grown, linked = file_system_of(account, changed), association_of(account, changed)
    moved = changed.update(lustre_stack(lustre_network, name, larger, elsewhere))

    assert changed.ids == stack.ids
    assert (grown["StorageCapacity"], linked["S3"]) == (2400, policies)
    assert moved.ids["Scratch"] != stack.ids["Scratch"]
    assert association_of(account, moved)["FileSystemPath"] == "/other"
    stack.delete()


def test_an_association_that_fails_fails_the_stack_with_the_reason(
    account: Account, lustre_network: Deployed
) -> None:
    pace = unique("pace")
    order(account, pace, "associations/scratch", seconds=0, failure="S3 is not there today")
    tags = [{"Key": "pace", "Value": pace}]
    resources = lustre_stack(lustre_network, bucket(account), {"Tags": tags})

    reason = reason_of_failure(account, resources, "Scratch")

    assert "S3 is not there today" in reason
    left = account.client("fsx").describe_data_repository_associations()["Associations"]
    assert not [
        one for one in left if one.get("FailureDetails", {}).get("Message", "none") in reason
    ]


def test_a_file_system_that_fails_fails_the_stack_with_the_reason(
    account: Account, lustre_network: Deployed
) -> None:
    pace = unique("pace")
    order(account, pace, "creation", seconds=0, failure="No capacity in us-east-1b")
    tags = [{"Key": "pace", "Value": pace}]
    resources = lustre_stack(lustre_network, bucket(account), {"Tags": tags})

    reason = reason_of_failure(account, resources, "Lustre")

    assert "No capacity in us-east-1b" in reason


def test_an_order_for_a_stack_counts_before_its_file_system_is_there(
    account: Account, lustre_network: Deployed
) -> None:
    name = unique("stack")
    order(account, name, "creation", seconds=0, failure="as the stack's order wants")

    stack_id = account.create_stack(
        lustre_stack(lustre_network, bucket(account), {"Tags": []}), StackName=name
    )
    status = account.settled(stack_id)

    assert status == "ROLLBACK_COMPLETE"
    reason = dict(account.events(stack_id, "Lustre"))["CREATE_FAILED"]
    assert "as the stack's order wants" in reason


def test_a_stack_stays_while_a_task_runs_and_goes_afterwards(
    account: Account, lustre_network: Deployed
) -> None:
    name = bucket(account)
    stack = deploy(account, lustre_stack(lustre_network, name))
    made = Lustre(account=account, file_system_id=stack.ids["Lustre"], bucket=name)
    made.write(a="1")
    made.order("exports", seconds=0, hold_after=0)
    task_id = made.begin("EXPORT")

    first = account.delete_stack(stack.stack_id)
    made.revoke("exports")
    made.await_task(task_id, "FAILED")  # the stack has deleted the association already
    second = account.delete_stack(stack.stack_id)

    assert (first, second) == ("DELETE_FAILED", "DELETE_COMPLETE")
    assert task_id in dict(account.events(stack.stack_id, "Lustre"))["DELETE_FAILED"]
    await_lifecycle(account, made.file_system_id, "FileSystemNotFound")


def test_a_stack_needs_its_role_to_make_the_role_that_reads_s3(
    account: Account, lustre_network: Deployed
) -> None:
    role = account.role("cloudformation.amazonaws.com", allow("fsx:*"))

    stack_id = account.create_stack(lustre_stack(lustre_network, bucket(account)), RoleARN=role)
    account.settled(stack_id)

    reason = dict(account.events(stack_id, "Scratch"))["CREATE_FAILED"]
    assert "iam:CreateServiceLinkedRole" in reason


def test_a_template_without_a_subnet_is_refused(account: Account) -> None:
    lustre = {"Type": "AWS::FSx::FileSystem", "Properties": {"FileSystemType": "LUSTRE"}}

    reason = reason_of_failure(account, {"Lustre": lustre}, "Lustre")

    assert "required key [SubnetIds] not found" in reason
