"""A stack acts as its service role, or as its caller without one."""

import json

from aws_account import CLOUDFORMATION, Account, allow, policy, refusal, unique
from deployed import LOG_GROUP


def test_a_stack_acts_as_its_service_role(account: Account) -> None:
    able = account.role(CLOUDFORMATION, allow("logs:*"))
    unable = account.role(CLOUDFORMATION, allow("s3:*"))

    made = account.create_stack(LOG_GROUP, RoleARN=able)
    failed = account.create_stack(LOG_GROUP, RoleARN=unable)

    assert account.settled(made) == "CREATE_COMPLETE"
    assert account.settled(failed) == "ROLLBACK_COMPLETE"
    reason = account.events(failed, "Group")[1][1]
    assert f"{unable.rpartition('/')[2]}/AWSCloudFormation is not authorized" in reason
    assert "logs:CreateLogGroup on resource: arn:aws:logs:us-east-1" in reason


def test_a_stack_without_role_acts_as_its_caller(account: Account) -> None:
    caller = account.user(allow("cloudformation:*"))

    stack = caller.create_stack(LOG_GROUP)

    assert account.settled(stack) == "ROLLBACK_COMPLETE"


def test_a_nested_stack_acts_as_its_parent(account: Account) -> None:
    url = account.template_url({"Resources": LOG_GROUP})
    nested = {"Nested": {"Type": "AWS::CloudFormation::Stack", "Properties": {"TemplateURL": url}}}
    read = allow("s3:GetObject")

    able = account.role(CLOUDFORMATION, allow("cloudformation:*", "logs:*"), read)
    unable = account.role(CLOUDFORMATION, allow("cloudformation:*"), read)
    blind = account.role(CLOUDFORMATION, allow("cloudformation:*", "logs:*"))

    statuses = [
        account.settled(account.create_stack(nested, RoleARN=role))
        for role in (able, unable, blind)
    ]

    assert statuses == ["CREATE_COMPLETE", "ROLLBACK_COMPLETE", "ROLLBACK_COMPLETE"]


def test_a_stack_is_deleted_as_the_role_that_made_it(account: Account) -> None:
    role = account.role(CLOUDFORMATION, allow("logs:*"))
    stack = account.create_stack(LOG_GROUP, RoleARN=role)
    account.settled(stack)
    iam = account.client("iam")
    name = role.rpartition("/")[2]

    iam.put_role_policy(RoleName=name, PolicyName="p", PolicyDocument=policy(allow("s3:*")))
    refused = account.delete_stack(stack)
    iam.put_role_policy(RoleName=name, PolicyName="p", PolicyDocument=policy(allow("logs:*")))
    allowed = account.delete_stack(stack)

    assert (refused, allowed) == ("DELETE_FAILED", "DELETE_COMPLETE")


def test_a_change_set_acts_as_the_role_that_it_was_made_with(account: Account) -> None:
    """As `cdk deploy` does: only CreateChangeSet names the role."""
    role = account.role(CLOUDFORMATION, allow("s3:*"))
    cloudformation = account.client("cloudformation")
    name = unique("stack")
    stack = cloudformation.create_change_set(
        StackName=name,
        ChangeSetName=f"set-of-{name}",
        ChangeSetType="CREATE",
        TemplateBody=json.dumps({"Resources": LOG_GROUP}),
        RoleARN=role,
    )["StackId"]

    cloudformation.execute_change_set(ChangeSetName=f"set-of-{name}", StackName=name)

    assert account.settled(stack) == "ROLLBACK_COMPLETE"
    assert account.stack(stack)["RoleARN"] == role


def test_describe_stacks_tells_the_role(account: Account) -> None:
    role = account.role(CLOUDFORMATION, allow("logs:*"))

    stack = account.create_stack(LOG_GROUP, RoleARN=role)

    assert account.stack(stack)["RoleARN"] == role


def test_a_role_that_cloudformation_may_not_assume_is_refused(account: Account) -> None:
    role = account.role("lambda.amazonaws.com", allow("logs:*"))

    error = refusal(
        account.client("cloudformation").create_stack,
        StackName=unique("stack"),
        TemplateBody=json.dumps({"Resources": LOG_GROUP}),
        RoleARN=role,
    )

    assert "cannot be assumed" in str(error)
