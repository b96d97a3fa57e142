"""Who may do what: the keys and variables of policies, and the roles that are passed on."""

import time

import pytest

from aws_account import Account, allow, is_denied, policy, refusal, trust, unique

TRUST = trust("ec2.amazonaws.com")
BOUNDARY = policy(allow("s3:ListAllMyBuckets"))


@pytest.fixture(scope="module")
def boundary(account: Account) -> str:
    made = account.client("iam").create_policy(
        PolicyName=unique("boundary"), PolicyDocument=BOUNDARY
    )
    return str(made["Policy"]["Arn"])


def test_a_role_may_be_made_with_the_boundary_that_a_policy_asks_for_only(
    account: Account, boundary: str
) -> None:
    iam = account.user(
        allow("iam:CreateRole", StringEquals={"iam:PermissionsBoundary": boundary})
    ).client("iam")
    role = {"AssumeRolePolicyDocument": TRUST}

    without = is_denied(iam.create_role, RoleName=unique("r"), **role)
    with_it = is_denied(iam.create_role, RoleName=unique("r"), PermissionsBoundary=boundary, **role)

    assert (without, with_it) == (True, False)


def test_policies_may_be_put_on_roles_that_bear_the_boundary_only(
    account: Account, boundary: str
) -> None:
    bounded = account.role("ec2.amazonaws.com", PermissionsBoundary=boundary).rpartition("/")[2]
    unbounded = account.role("ec2.amazonaws.com").rpartition("/")[2]
    iam = account.user(
        allow("iam:PutRolePolicy", StringEquals={"iam:PermissionsBoundary": boundary})
    ).client("iam")
    document = {"PolicyName": "p", "PolicyDocument": policy(allow("s3:*"))}

    on_bounded = is_denied(iam.put_role_policy, RoleName=bounded, **document)
    on_unbounded = is_denied(iam.put_role_policy, RoleName=unbounded, **document)

    assert (on_bounded, on_unbounded) == (False, True)


def test_a_role_can_be_deleted_by_nobody_whose_permission_asks_for_a_boundary(
    account: Account, boundary: str
) -> None:
    """AWS has no iam:PermissionsBoundary in DeleteRole: such an Allow never allows."""
    role = account.role("ec2.amazonaws.com", PermissionsBoundary=boundary).rpartition("/")[2]
    iam = account.user(
        allow("iam:DeleteRole", StringEquals={"iam:PermissionsBoundary": boundary})
    ).client("iam")

    denied = is_denied(iam.delete_role, RoleName=role)

    assert denied


def test_only_listed_policies_may_be_attached(account: Account, boundary: str) -> None:
    role = account.role("ec2.amazonaws.com").rpartition("/")[2]
    iam = account.user(allow("iam:AttachRolePolicy", ArnEquals={"iam:PolicyARN": boundary})).client(
        "iam"
    )

    listed = is_denied(iam.attach_role_policy, RoleName=role, PolicyArn=boundary)
    other = is_denied(
        iam.attach_role_policy,
        RoleName=role,
        PolicyArn="arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore",
    )

    assert (listed, other) == (False, True)


def test_a_deny_with_a_condition_key_wins_over_an_allow(account: Account, boundary: str) -> None:
    deny = {
        "Effect": "Deny",
        "Action": "iam:CreateRole",
        "Resource": "*",
        "Condition": {"StringNotEquals": {"iam:PermissionsBoundary": boundary}},
    }
    iam = account.user(allow("iam:*"), deny).client("iam")
    role = {"AssumeRolePolicyDocument": TRUST}

    without = is_denied(iam.create_role, RoleName=unique("r"), **role)
    with_it = is_denied(iam.create_role, RoleName=unique("r"), PermissionsBoundary=boundary, **role)

    assert (without, with_it) == (True, False)


def test_a_function_needs_pass_role_for_its_role_and_to_lambda(account: Account) -> None:
    role = account.role("lambda.amazonaws.com")
    to_lambda = {"iam:PassedToService": "lambda.amazonaws.com"}
    to_states = {"iam:PassedToService": "states.amazonaws.com"}
    create = allow("lambda:CreateFunction")
    function = {
        "Runtime": "python3.13",
        "Role": role,
        "Handler": "i.h",
        "Code": {"ZipFile": b"x"},
    }

    outcomes = [
        refusal(
            account.user(create, *passing).client("lambda").create_function,
            FunctionName=unique("f"),
            **function,
        )
        for passing in (
            [],
            [allow("iam:PassRole", on=role, StringEquals=to_states)],
            [allow("iam:PassRole", on=role, StringEquals=to_lambda)],
        )
    ]

    assert f"iam:PassRole on resource: {role}" in str(outcomes[0])
    assert f"iam:PassRole on resource: {role}" in str(outcomes[1])
    assert "AccessDenied" not in str(outcomes[2])


def as_role(account: Account, *statements: dict[str, object], **role: object) -> Account:
    """The account as a new role with these permissions."""
    arn = account.role("ec2.amazonaws.com", *statements, **role)
    account.client("iam").update_assume_role_policy(
        RoleName=arn.rpartition("/")[2],
        PolicyDocument=TRUST.replace('"Service": "ec2.amazonaws.com"', '"AWS": "*"'),
    )
    session = (
        account.user(allow("sts:AssumeRole"))
        .client("sts")
        .assume_role(RoleArn=arn, RoleSessionName="session")["Credentials"]
    )
    return Account(
        emulator=account.emulator,
        access_key=session["AccessKeyId"],
        secret_key=session["SecretAccessKey"],
        session_token=session["SessionToken"],
    )


def test_a_variable_in_a_resource_is_the_callers_tag(account: Account) -> None:
    ssm = as_role(
        account,
        allow("ssm:PutParameter", on="arn:aws:ssm:*:*:parameter/${aws:PrincipalTag/project}/*"),
        Tags=[{"Key": "project", "Value": "mine"}],
    ).client("ssm")
    parameter = {"Type": "String", "Value": "x"}

    own = is_denied(ssm.put_parameter, Name=f"/mine/{unique('p')}", **parameter)
    foreign = is_denied(ssm.put_parameter, Name=f"/theirs/{unique('p')}", **parameter)

    assert (own, foreign) == (False, True)


def test_a_variable_without_a_value_matches_nothing(account: Account) -> None:
    ssm = as_role(
        account,
        allow("ssm:PutParameter", on="arn:aws:ssm:*:*:parameter/${aws:PrincipalTag/project}*"),
    ).client("ssm")

    denied = is_denied(ssm.put_parameter, Name="/any", Type="String", Value="x")

    assert denied


def test_a_boundary_can_deny_by_a_resources_tag_and_the_callers(account: Account) -> None:
    deny = {
        "Effect": "Deny",
        "Action": "dynamodb:DescribeTable",
        "Resource": "*",
        "Condition": {
            "StringNotEquals": {"aws:ResourceTag/project": "${aws:PrincipalTag/project}"}
        },
    }
    made = account.client("iam").create_policy(
        PolicyName=unique("boundary"), PolicyDocument=policy(allow("*"), deny)
    )
    caller = as_role(
        account,
        allow("dynamodb:*"),
        PermissionsBoundary=made["Policy"]["Arn"],
        Tags=[{"Key": "project", "Value": "mine"}],
    )
    tables = {}
    for project in ("mine", "theirs"):
        tables[project] = unique("table")
        account.client("dynamodb").create_table(
            TableName=tables[project],
            KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
            BillingMode="PAY_PER_REQUEST",
            Tags=[{"Key": "project", "Value": project}],
        )
    dynamodb = caller.client("dynamodb")

    own = is_denied(dynamodb.describe_table, TableName=tables["mine"])
    foreign = is_denied(dynamodb.describe_table, TableName=tables["theirs"])

    assert (own, foreign) == (False, True)


def test_who_may_put_events_of_one_source_and_type_may_put_no_other(account: Account) -> None:
    conditions = {"events:source": "ours", "events:detail-type": "Change"}
    events = account.user(allow("events:PutEvents", StringEquals=conditions)).client("events")

    def is_refused(*entries: tuple[str, str]) -> bool:
        written = [
            {"Source": source, "DetailType": kind, "Detail": "{}"} for source, kind in entries
        ]
        return is_denied(events.put_events, Entries=written)

    assert not is_refused(("ours", "Change"), ("ours", "Change"))
    assert is_refused(("theirs", "Change"))
    assert is_refused(("ours", "Another"))
    assert is_refused(("ours", "Change"), ("theirs", "Change"))


def test_instances_may_be_launched_with_a_tag_only(account: Account) -> None:
    instances = "arn:aws:ec2:*:*:instance/*"
    tag = {"aws:RequestTag/whose": "mine*"}
    ec2 = account.user(allow("ec2:RunInstances", on=instances, StringLike=tag)).client("ec2")
    launch = {"ImageId": "ami-1", "MinCount": 1, "MaxCount": 1, "DryRun": True}

    def tried(value: str) -> str:
        tags = [{"ResourceType": "instance", "Tags": [{"Key": "whose", "Value": value}]}]
        error = refusal(ec2.run_instances, TagSpecifications=tags, KeyName="any", **launch)
        assert error is not None
        return str(error.response["Error"]["Code"])

    assert tried("mine too") == "DryRunOperation"
    assert tried("theirs") == "UnauthorizedOperation"


def test_mount_targets_are_looked_at_by_their_file_system(account: Account) -> None:
    efs = account.client("efs")
    ours, theirs = (
        efs.create_file_system(CreationToken=unique("fs"))["FileSystemId"] for _ in range(2)
    )
    looking = account.user(
        allow(
            "elasticfilesystem:DescribeMountTargets",
            on=f"arn:aws:elasticfilesystem:*:*:file-system/{ours}",
        )
    ).client("efs")

    assert refusal(looking.describe_mount_targets, FileSystemId=ours) is None
    assert refusal(looking.describe_mount_targets, FileSystemId=theirs) is not None


def test_a_log_groups_streams_are_written_by_who_may_write_what_is_in_the_group(
    account: Account,
) -> None:
    group = f"/{unique('group')}"
    arn = f"arn:aws:logs:*:*:log-group:{group}"
    account.client("logs").create_log_group(logGroupName=group)
    actions = ("logs:CreateLogStream", "logs:PutLogEvents")
    inside, beside = (
        account.user(allow(*actions, on=on)).client("logs") for on in (f"{arn}:*", arn)
    )
    stream = {"logGroupName": group, "logStreamName": "stream"}
    events = [{"timestamp": int(time.time() * 1000), "message": "said"}]

    made = refusal(inside.create_log_stream, **stream)
    written = refusal(inside.put_log_events, **stream, logEvents=events)

    assert (made, written) == (None, None)
    assert is_denied(beside.create_log_stream, logGroupName=group, logStreamName="another")
    assert is_denied(beside.put_log_events, **stream, logEvents=events)


def test_what_ec2_makes_may_be_made_with_a_tag_only(account: Account) -> None:
    tag = {"aws:RequestTag/whose": "mine"}
    ec2 = account.user(allow("ec2:CreateKeyPair", StringEquals=tag)).client("ec2")

    def makes(*tags: dict[str, str]) -> bool:
        given = [{"ResourceType": "key-pair", "Tags": list(tags)}] if tags else []
        error = refusal(ec2.create_key_pair, KeyName=unique("key"), TagSpecifications=given)
        return error is None

    assert makes({"Key": "other", "Value": "a"}, {"Key": "whose", "Value": "mine"})
    assert not makes({"Key": "whose", "Value": "theirs"})
    assert not makes()
