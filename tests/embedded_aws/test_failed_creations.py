"""A creation that fails leaves nothing behind, by rollback or by deletion."""

from typing import Any

import pytest

from aws_account import Account, CustomResource

GROUP = {"Type": "AWS::Logs::LogGroup"}


def custom(custom_resource: CustomResource, **properties: str) -> dict[str, Any]:
    return {
        "Type": "Custom::Thing",
        "Properties": {"ServiceToken": custom_resource.token, **properties},
    }


def requests(
    account: Account, custom_resource: CustomResource, stack: str, count: int
) -> list[tuple[str, str]]:
    """What the function was asked for this stack: request type and physical id."""
    messages = account.messages(custom_resource.queue, count)
    return [
        (message["RequestType"], message.get("PhysicalResourceId", ""))
        for message in messages
        if message["StackId"] == stack
    ]


def test_a_failed_custom_resource_is_deleted_in_the_rollback(
    account: Account, custom_resource: CustomResource
) -> None:
    stack = account.create_stack({"Thing": custom(custom_resource, Outcome="FAILED")})

    status = account.settled(stack)

    assert status == "ROLLBACK_COMPLETE"
    assert requests(account, custom_resource, stack, 2) == [
        ("Create", ""),
        ("Delete", "made-by-the-function"),
    ]
    assert [status for status, _ in account.events(stack, "Thing")] == [
        "CREATE_IN_PROGRESS",
        "CREATE_FAILED",
        "DELETE_IN_PROGRESS",
        "DELETE_COMPLETE",
    ]


def test_a_failed_custom_resource_without_a_physical_id_is_deleted_under_one_made_up(
    account: Account, custom_resource: CustomResource
) -> None:
    stack = account.create_stack({"Thing": custom(custom_resource, Outcome="FAILED_NAMELESS")})

    account.settled(stack)

    (_, (delete, physical_id)) = requests(account, custom_resource, stack, 2)
    assert delete == "Delete"
    assert physical_id.startswith(account.stack(stack)["StackName"] + "-Thing-")


def test_without_rollback_a_failed_custom_resource_is_deleted_with_the_stack(
    account: Account, custom_resource: CustomResource
) -> None:
    stack = account.create_stack(
        {"Thing": custom(custom_resource, Outcome="FAILED")}, OnFailure="DO_NOTHING"
    )

    failed = account.settled(stack)
    deleted = account.delete_stack(stack)

    assert (failed, deleted) == ("CREATE_FAILED", "DELETE_COMPLETE")
    assert [request for request, _ in requests(account, custom_resource, stack, 2)] == [
        "Create",
        "Delete",
    ]


def test_a_stack_that_rolled_back_can_be_deleted(
    account: Account, custom_resource: CustomResource
) -> None:
    stack = account.create_stack({"A": GROUP, "Thing": custom(custom_resource, Outcome="FAILED")})

    rolled_back = account.settled(stack)
    deleted = account.delete_stack(stack)

    assert (rolled_back, deleted) == ("ROLLBACK_COMPLETE", "DELETE_COMPLETE")
    assert len(requests(account, custom_resource, stack, 2)) == len(["Create", "Delete"])


@pytest.mark.parametrize(
    ("on_failure", "failed"), [("ROLLBACK", "ROLLBACK_COMPLETE"), ("DO_NOTHING", "CREATE_FAILED")]
)
def test_a_failed_nested_stack_leaves_nothing(
    account: Account, custom_resource: CustomResource, on_failure: str, failed: str
) -> None:
    child = {"A": GROUP, "Thing": custom(custom_resource, Outcome="FAILED")}
    url = account.template_url({"Resources": child})
    parent = {"N": {"Type": "AWS::CloudFormation::Stack", "Properties": {"TemplateURL": url}}}
    stack = account.create_stack(parent, OnFailure=on_failure)
    name = account.stack(stack)["StackName"]

    status = account.settled(stack)
    deleted = account.delete_stack(stack)

    assert (status, deleted) == (failed, "DELETE_COMPLETE")
    stacks = account.client("cloudformation").describe_stacks()["Stacks"]
    assert [left["StackName"] for left in stacks if left["StackName"].startswith(name)] == []
    groups = account.client("logs").describe_log_groups(logGroupNamePrefix=name)
    assert groups["logGroups"] == []
    asked = [message["RequestType"] for message in account.messages(custom_resource.queue, 2)]
    assert asked == ["Create", "Delete"]


def test_a_nested_stack_that_cannot_be_deleted_fails_the_deletion_and_is_kept(
    account: Account, custom_resource: CustomResource
) -> None:
    child = {"Thing": custom(custom_resource, OutcomeOfDelete="FAILED")}
    url = account.template_url({"Resources": child})
    parent = {"N": {"Type": "AWS::CloudFormation::Stack", "Properties": {"TemplateURL": url}}}
    stack = account.create_stack(parent)
    account.settled(stack)

    statuses = [account.delete_stack(stack) for _ in range(2)]

    assert statuses == ["DELETE_FAILED", "DELETE_FAILED"]
    asked = [message["RequestType"] for message in account.messages(custom_resource.queue, 3)]
    assert asked == ["Create", "Delete", "Delete"]


def test_a_deletion_that_failed_can_be_repeated(
    account: Account, custom_resource: CustomResource
) -> None:
    stack = account.create_stack(
        {"Thing": custom(custom_resource, OutcomeOfDelete="FAILED_ONCE"), "Z": GROUP}
    )
    account.settled(stack)

    statuses = [account.delete_stack(stack) for _ in range(2)]

    assert statuses == ["DELETE_FAILED", "DELETE_COMPLETE"]
    asked = [message["RequestType"] for message in account.messages(custom_resource.queue, 3)]
    assert asked == ["Create", "Delete", "Delete"]


def test_what_a_rollback_could_not_delete_is_deleted_with_the_stack(
    account: Account, custom_resource: CustomResource
) -> None:
    stack = account.create_stack(
        {
            "First": custom(custom_resource, OutcomeOfDelete="FAILED"),
            "Then": {**custom(custom_resource, Outcome="FAILED"), "DependsOn": "First"},
        }
    )

    status = account.settled(stack)
    account.delete_stack(stack)

    assert status == "ROLLBACK_FAILED"
    asked = [
        (message["LogicalResourceId"], message["RequestType"])
        for message in account.messages(custom_resource.queue, 5)
    ]
    assert asked == [
        ("First", "Create"),
        ("Then", "Create"),
        ("Then", "Delete"),
        ("First", "Delete"),
        ("First", "Delete"),
    ]
