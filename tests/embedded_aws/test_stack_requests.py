"""CreateStack again, and stacks of the same name."""

import json
import time

from aws_account import Account, refusal, unique

TEMPLATE = json.dumps({"Resources": {"Group": {"Type": "AWS::Logs::LogGroup"}}})


def test_the_same_token_again_gives_the_same_stack(account: Account) -> None:
    cloudformation = account.client("cloudformation")
    request = {"StackName": unique("stack"), "TemplateBody": TEMPLATE}

    first, second = (
        cloudformation.create_stack(**request, ClientRequestToken="creation-1") for _ in range(2)
    )
    time.sleep(0.2)
    later = cloudformation.create_stack(**request, ClientRequestToken="creation-1")

    assert first["StackId"] == second["StackId"] == later["StackId"]


def test_another_token_is_refused(account: Account) -> None:
    cloudformation = account.client("cloudformation")
    request = {"StackName": unique("stack"), "TemplateBody": TEMPLATE}
    cloudformation.create_stack(**request, ClientRequestToken="creation-1")

    with_other = refusal(cloudformation.create_stack, **request, ClientRequestToken="creation-2")
    without = refusal(cloudformation.create_stack, **request)

    codes = [error.response["Error"]["Code"] for error in (with_other, without) if error]
    assert codes == ["AlreadyExistsException"] * 2


def test_a_stack_that_rolled_back_holds_its_name(account: Account) -> None:
    role = account.role("cloudformation.amazonaws.com")
    group = {"Group": {"Type": "AWS::Logs::LogGroup"}}
    failed = account.create_stack(group, RoleARN=role)
    assert account.settled(failed) == "ROLLBACK_COMPLETE"

    error = refusal(
        account.client("cloudformation").create_stack,
        StackName=account.stack(failed)["StackName"],
        TemplateBody=TEMPLATE,
    )

    assert error is not None
    assert error.response["Error"]["Code"] == "AlreadyExistsException"


def test_a_deleted_stack_is_found_by_its_id_when_its_name_is_taken_again(
    account: Account,
) -> None:
    name = unique("stack")
    cloudformation = account.client("cloudformation")
    ids = []
    for _ in range(3):
        ids.append(cloudformation.create_stack(StackName=name, TemplateBody=TEMPLATE)["StackId"])
        account.settled(ids[-1])
        account.delete_stack(ids[-1])

    statuses = [account.stack(stack_id)["StackStatus"] for stack_id in ids]

    assert statuses == ["DELETE_COMPLETE"] * 3
    assert refusal(cloudformation.describe_stacks, StackName=name) is not None
    assert {event["StackId"] for event in _events(account, ids[0])} == {ids[0]}


def _events(account: Account, stack_id: str) -> list[dict[str, str]]:
    described = account.client("cloudformation").describe_stack_events(StackName=stack_id)
    events: list[dict[str, str]] = described["StackEvents"]
    return events
