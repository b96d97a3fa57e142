"""DeleteStack while something is going on."""

import time
from typing import Any

from aws_account import Account, CustomResource, refusal

GROUP = {"Type": "AWS::Logs::LogGroup"}
WAITING = {
    "Handle": {"Type": "AWS::CloudFormation::WaitConditionHandle"},
    "Wait": {
        "Type": "AWS::CloudFormation::WaitCondition",
        "Properties": {"Handle": {"Ref": "Handle"}, "Timeout": "600"},
    },
}


def silent(custom_resource: CustomResource, **more: str) -> dict[str, Any]:
    return {
        "Type": "Custom::Thing",
        "Properties": {"ServiceToken": custom_resource.token, "Outcome": "SILENT", **more},
    }


def statuses(account: Account, stack: str, logical_id: str) -> list[str]:
    return [status for status, _ in account.events(stack, logical_id)]


def test_a_deletion_cancels_a_custom_resource_that_has_not_answered(
    account: Account, custom_resource: CustomResource
) -> None:
    stack = account.create_stack(
        {
            "Before": GROUP,
            "Thing": {**silent(custom_resource), "DependsOn": "Before"},
            "Zafter": {**GROUP, "DependsOn": "Thing"},
        }
    )
    name = account.stack(stack)["StackName"]
    account.messages(custom_resource.queue, 1)

    account.client("cloudformation").delete_stack(StackName=stack)
    at_once = account.await_status(stack, lambda status: status != "CREATE_IN_PROGRESS")
    in_the_end = account.settled(stack)

    assert at_once.startswith("DELETE_")
    assert in_the_end == "DELETE_COMPLETE"
    assert ("CREATE_FAILED", "Resource creation cancelled") in account.events(stack, "Thing")
    assert statuses(account, stack, "Zafter") == []
    (delete,) = account.messages(custom_resource.queue, 1)
    assert delete["RequestType"] == "Delete"
    assert delete["PhysicalResourceId"].startswith(f"{name}-Thing-")
    assert "CREATE_COMPLETE" not in statuses(account, stack, name)
    assert "ROLLBACK_IN_PROGRESS" not in statuses(account, stack, name)
    assert account.client("logs").describe_log_groups(logGroupNamePrefix=name)["logGroups"] == []


def test_a_deletion_cancels_a_wait_condition_in_a_nested_stack(account: Account) -> None:
    url = account.template_url({"Resources": {"Before": GROUP, **WAITING}})
    stack = account.create_stack(
        {"N": {"Type": "AWS::CloudFormation::Stack", "Properties": {"TemplateURL": url}}}
    )
    name = account.stack(stack)["StackName"]
    time.sleep(0.3)

    status = account.delete_stack(stack)

    assert status == "DELETE_COMPLETE"
    stacks = account.client("cloudformation").describe_stacks()["Stacks"]
    assert [left["StackName"] for left in stacks if left["StackName"].startswith(name)] == []
    assert account.client("logs").describe_log_groups(logGroupNamePrefix=name)["logGroups"] == []


def test_a_stack_may_have_the_name_of_one_that_was_cancelled(account: Account) -> None:
    first = account.create_stack(WAITING)
    name = account.stack(first)["StackName"]
    account.delete_stack(first)

    second = account.create_stack({"Group": GROUP}, StackName=name)

    assert account.settled(second) == "CREATE_COMPLETE"
    assert account.stack(first)["StackStatus"] == "DELETE_COMPLETE"


def test_a_second_deletion_changes_nothing(
    account: Account, custom_resource: CustomResource
) -> None:
    stack = account.create_stack({"Thing": silent(custom_resource)})
    account.messages(custom_resource.queue, 1)
    cloudformation = account.client("cloudformation")

    for _ in range(3):
        cloudformation.delete_stack(StackName=stack)
    status = account.settled(stack)

    assert status == "DELETE_COMPLETE"
    assert len(account.messages(custom_resource.queue, 1)) == 1
    assert statuses(account, stack, "Thing").count("DELETE_IN_PROGRESS") == 1


def test_a_stack_that_rolls_back_is_not_deleted_meanwhile(
    account: Account, custom_resource: CustomResource
) -> None:
    first = silent(custom_resource, OutcomeOfDelete="SILENT")
    first["Properties"]["Outcome"] = "SUCCESS"
    then = silent(custom_resource) | {"DependsOn": "First"}
    then["Properties"]["Outcome"] = "FAILED"
    stack = account.create_stack({"First": first, "Then": then})
    asked = account.messages(custom_resource.queue, 4)

    error = refusal(account.client("cloudformation").delete_stack, StackName=stack)

    assert [each["RequestType"] for each in asked] == ["Create", "Create", "Delete", "Delete"]
    assert error is not None
    assert "cannot be deleted while in status ROLLBACK_IN_PROGRESS" in str(error)
