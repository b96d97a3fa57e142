"""A stack may do what its service role, or its caller, may do; no more."""

import json

from aws_account import ACCOUNT, Account, allow, is_denied, policy, refusal, trust, unique

CLOUDFORMATION = "cloudformation.amazonaws.com"
LOG_GROUP = {"Group": {"Type": "AWS::Logs::LogGroup"}}
PASS_ROLE = allow("iam:PassRole", StringEquals={"iam:PassedToService": CLOUDFORMATION})
CREATE = allow("cloudformation:*")


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
    caller = account.user(CREATE)

    stack = caller.create_stack(LOG_GROUP)

    assert account.settled(stack) == "ROLLBACK_COMPLETE"


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


def test_a_service_role_must_be_able_to_pass_the_roles_of_functions(account: Account) -> None:
    function_role = account.role("lambda.amazonaws.com")
    function = {
        "F": {
            "Type": "AWS::Lambda::Function",
            "Properties": {
                "Role": function_role,
                "Runtime": "python3.13",
                "Handler": "index.handler",
                "Code": {"ZipFile": "def handler(event, context): pass"},
            },
        }
    }
    may_pass = allow("iam:PassRole", on=function_role)

    able = account.role(CLOUDFORMATION, allow("lambda:*"), may_pass)
    unable = account.role(CLOUDFORMATION, allow("lambda:*"))
    statuses = [
        account.settled(account.create_stack(function, RoleARN=role)) for role in (able, unable)
    ]

    assert statuses == ["CREATE_COMPLETE", "ROLLBACK_COMPLETE"]
