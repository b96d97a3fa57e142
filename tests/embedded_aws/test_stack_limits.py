"""What callers and service roles may be held to: names, templates, passed roles, boundaries."""

import json

from aws_account import (
    ACCOUNT,
    CLOUDFORMATION,
    Account,
    allow,
    is_denied,
    policy,
    refusal,
    trust,
    unique,
)
from deployed import LOG_GROUP

PASS_ROLE = allow("iam:PassRole", StringEquals={"iam:PassedToService": CLOUDFORMATION})
CREATE = allow("cloudformation:*")


def test_a_service_role_may_be_held_to_names(account: Account) -> None:
    role = account.role(
        CLOUDFORMATION,
        allow("logs:CreateLogGroup", "logs:DescribeLogGroups", on="arn:aws:logs:*:*:*:/mine/*"),
        allow("logs:DescribeLogGroups"),
    )

    statuses = [
        account.settled(
            account.create_stack(
                {"G": {"Type": "AWS::Logs::LogGroup", "Properties": {"LogGroupName": name}}},
                RoleARN=role,
            )
        )
        for name in (f"/mine/{unique('g')}", f"/theirs/{unique('g')}")
    ]

    assert statuses == ["CREATE_COMPLETE", "ROLLBACK_COMPLETE"]


def test_the_role_must_be_passed_to_cloudformation(account: Account) -> None:
    role = account.role(CLOUDFORMATION, allow("logs:*"))
    to_lambda = allow("iam:PassRole", StringEquals={"iam:PassedToService": "lambda.amazonaws.com"})
    template = json.dumps({"Resources": LOG_GROUP})

    denials = [
        is_denied(
            account.user(CREATE, *passing).client("cloudformation").create_stack,
            StackName=unique("stack"),
            TemplateBody=template,
            RoleARN=role,
        )
        for passing in ([], [to_lambda], [PASS_ROLE])
    ]

    assert denials == [True, True, False]


def test_a_caller_may_be_held_to_one_template_and_one_role(account: Account) -> None:
    role = account.role(CLOUDFORMATION, allow("logs:*"))
    other_role = account.role(CLOUDFORMATION, allow("logs:*"))
    url = account.template_url({"Resources": LOG_GROUP})
    other_url = account.template_url({"Resources": LOG_GROUP})
    caller = account.user(
        allow(
            "cloudformation:CreateStack",
            on=f"arn:aws:cloudformation:us-east-1:{ACCOUNT}:stack/hpc-*",
            StringEquals={"cloudformation:TemplateUrl": url},
            ArnEquals={"cloudformation:RoleArn": role},
        ),
        allow("s3:GetObject"),
        PASS_ROLE,
    ).client("cloudformation")

    requests = {
        "as allowed": {"TemplateURL": url, "RoleARN": role},
        "another template": {"TemplateURL": other_url, "RoleARN": role},
        "a template of the caller's own": {"TemplateBody": "{}", "RoleARN": role},
        "another role": {"TemplateURL": url, "RoleARN": other_role},
        "no role": {"TemplateURL": url},
    }
    denied = {
        what: is_denied(caller.create_stack, StackName=unique("hpc"), **request)
        for what, request in requests.items()
    }

    assert denied == {what: what != "as allowed" for what in requests}


def test_a_caller_must_be_able_to_read_the_template(account: Account) -> None:
    url = account.template_url({"Resources": LOG_GROUP})

    error = refusal(
        account.user(CREATE).client("cloudformation").create_stack,
        StackName=unique("stack"),
        TemplateURL=url,
    )

    assert "s3:GetObject" in str(error)


def test_a_role_that_a_stack_makes_keeps_its_boundary(account: Account) -> None:
    boundary = account.client("iam").create_policy(
        PolicyName=unique("boundary"), PolicyDocument=policy(allow("s3:*"))
    )["Policy"]["Arn"]
    name = unique("bounded")
    properties = {
        "RoleName": name,
        "PermissionsBoundary": boundary,
        "AssumeRolePolicyDocument": json.loads(trust("ec2.amazonaws.com")),
    }

    stack = account.create_stack(
        {"R": {"Type": "AWS::IAM::Role", "Properties": properties}},
        Capabilities=["CAPABILITY_NAMED_IAM"],
    )

    assert account.settled(stack) == "CREATE_COMPLETE"
    role = account.client("iam").get_role(RoleName=name)["Role"]
    assert role["PermissionsBoundary"]["PermissionsBoundaryArn"] == boundary


def test_a_service_role_may_be_held_to_bounded_roles(account: Account) -> None:
    boundary = account.client("iam").create_policy(
        PolicyName=unique("boundary"), PolicyDocument=policy(allow("s3:*"))
    )["Policy"]["Arn"]
    service_role = account.role(
        CLOUDFORMATION,
        allow("iam:CreateRole", StringEquals={"iam:PermissionsBoundary": boundary}),
        allow("iam:GetRole", "iam:DeleteRole"),
    )
    trusting = {"AssumeRolePolicyDocument": json.loads(trust("ec2.amazonaws.com"))}

    statuses = [
        account.settled(
            account.create_stack(
                {"R": {"Type": "AWS::IAM::Role", "Properties": {**trusting, **more}}},
                Capabilities=["CAPABILITY_NAMED_IAM"],
                RoleARN=service_role,
            )
        )
        for more in ({"PermissionsBoundary": boundary}, {})
    ]

    assert statuses == ["CREATE_COMPLETE", "ROLLBACK_COMPLETE"]
