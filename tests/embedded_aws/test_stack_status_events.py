"""EventBridge is told what becomes of stacks."""

import json

import pytest

from aws_account import Account, CustomResource, allow, unique

GROUP = {"Type": "AWS::Logs::LogGroup"}
OURS = f"arn:aws:cloudformation:us-east-1:000000000000:stack/{unique('hpc')}"
PATTERN = {
    "source": ["aws.cloudformation"],
    "detail-type": ["CloudFormation Stack Status Change"],
    "detail": {"stack-id": [{"prefix": OURS}]},
}
# Tells the queue what EventBridge invoked it with.
LISTENER = """
import json, os, boto3

def handler(event, context):
    boto3.client("sqs").send_message(QueueUrl=os.environ["QUEUE"], MessageBody=json.dumps(event))
"""


@pytest.fixture(scope="module")
def told(account: Account) -> str:
    """The queue that gets the events of our stacks, by a rule with a function as its target."""
    queue = account.queue()
    function = account.function(LISTENER, QUEUE=queue)
    rule = account.create_stack(
        {
            "Rule": {
                "Type": "AWS::Events::Rule",
                "Properties": {
                    "EventPattern": PATTERN,
                    "Targets": [{"Arn": function, "Id": "Function"}],
                },
            }
        }
    )
    assert account.settled(rule) == "CREATE_COMPLETE"
    return queue


def our_stack_name() -> str:
    return unique(OURS.rpartition("/")[2])


def statuses(account: Account, queue: str, stack: str, count: int) -> set[str]:
    """What the queue was told of the stack; EventBridge promises no order."""
    return {
        event["detail"]["status-details"]["status"]
        for event in account.messages(queue, count)
        if event["resources"] == [stack]
    }


def test_a_function_is_told_of_each_change_of_our_stacks(account: Account, told: str) -> None:
    stack = account.create_stack(
        {"Group": GROUP}, StackName=our_stack_name(), ClientRequestToken="creation-1"
    )
    account.create_stack({"Group": GROUP}, StackName=unique("another"))

    events = account.messages(told, 2)

    assert {event["detail"]["status-details"]["status"] for event in events} == {
        "CREATE_IN_PROGRESS",
        "CREATE_COMPLETE",
    }
    for event in events:
        assert event["source"] == "aws.cloudformation"
        assert event["detail-type"] == "CloudFormation Stack Status Change"
        assert event["resources"] == [stack]
        assert event["detail"]["stack-id"] == stack
        assert event["detail"]["client-request-token"] == "creation-1"
        assert set(event["detail"]["status-details"]) == {"status", "status-reason"}


def test_rollback_and_deletion_are_told(account: Account, told: str) -> None:
    unable = account.role("cloudformation.amazonaws.com", allow("s3:*"))
    stack = account.create_stack({"Group": GROUP}, StackName=our_stack_name(), RoleARN=unable)
    account.settled(stack)
    account.delete_stack(stack)

    found = statuses(account, told, stack, 5)

    assert found == {
        "CREATE_IN_PROGRESS",
        "ROLLBACK_IN_PROGRESS",
        "ROLLBACK_COMPLETE",
        "DELETE_IN_PROGRESS",
        "DELETE_COMPLETE",
    }


def test_a_cancelled_creation_is_told(
    account: Account, told: str, custom_resource: CustomResource
) -> None:
    properties = {"ServiceToken": custom_resource.token, "Outcome": "SILENT"}
    stack = account.create_stack(
        {"Thing": {"Type": "Custom::Thing", "Properties": properties}},
        StackName=our_stack_name(),
    )
    account.messages(custom_resource.queue, 1)
    account.delete_stack(stack)
    account.messages(custom_resource.queue, 1)

    found = statuses(account, told, stack, 3)

    assert found == {"CREATE_IN_PROGRESS", "DELETE_IN_PROGRESS", "DELETE_COMPLETE"}


def test_a_target_that_is_gone_does_not_fail_a_stack(account: Account) -> None:
    events = account.client("events")
    rule = unique("rule")
    events.put_rule(Name=rule, EventPattern=json.dumps({"source": ["aws.cloudformation"]}))
    gone = "arn:aws:lambda:us-east-1:000000000000:function:gone"
    events.put_targets(Rule=rule, Targets=[{"Id": "1", "Arn": gone}])

    stack = account.create_stack({"Group": GROUP})
    status = account.settled(stack)

    events.remove_targets(Rule=rule, Ids=["1"])
    events.delete_rule(Name=rule)
    assert status == "CREATE_COMPLETE"
