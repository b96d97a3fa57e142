"""The evaluator of IAM policies says what the IAM user guide says."""

from typing import Any

import pytest

from cloudformation_values import resolved
from iam_evaluation import Effect, Principal, ResourcePolicy, evaluate

ROLE = "arn:aws:iam::123456789012:role/a"
ROOT = "arn:aws:iam::123456789012:root"
OBJECT = "arn:aws:s3:::bucket/a/b"


def allow(action: Any, resource: Any = "*", **more: Any) -> dict[str, Any]:
    return {"Sid": "Allowing", "Effect": "Allow", "Action": action, "Resource": resource, **more}


def deny(action: Any, resource: Any = "*", **more: Any) -> dict[str, Any]:
    return {**allow(action, resource, **more), "Sid": "Denying", "Effect": "Deny"}


def policy(*statements: dict[str, Any]) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": list(statements)}


def role(*statements: dict[str, Any], **more: Any) -> Principal:
    return Principal(arn=ROLE, policies=[policy(*statements)], **more)


def test_nothing_is_allowed_that_no_statement_allows() -> None:
    decision = evaluate(role(allow("s3:PutObject")), "s3:GetObject", OBJECT)

    assert (decision.effect, decision.sid) == (Effect.IMPLICITLY_DENIED, "identity policies")


def test_a_deny_wins_and_is_named() -> None:
    decision = evaluate(role(allow("*"), deny("s3:*")), "s3:GetObject", OBJECT)

    assert (decision.effect, decision.sid) == (Effect.EXPLICITLY_DENIED, "Denying")


def test_a_boundary_allows_nothing_and_limits_what_is_allowed() -> None:
    boundary = policy(allow("s3:*"))

    inside = evaluate(role(allow("*"), boundary=boundary), "s3:GetObject", OBJECT)
    outside = evaluate(role(allow("*"), boundary=boundary), "ec2:RunInstances", "*")
    alone = evaluate(role(boundary=boundary), "s3:GetObject", OBJECT)

    assert inside.allowed
    assert (outside.effect, outside.sid) == (Effect.IMPLICITLY_DENIED, "boundary")
    assert (alone.effect, alone.sid) == (Effect.IMPLICITLY_DENIED, "identity policies")


@pytest.mark.parametrize(
    ("patterns", "action", "expected"),
    [
        ({"Action": "s3:Get*"}, "s3:GetObject", True),
        ({"Action": "S3:getobject"}, "s3:GetObject", True),
        ({"Action": ["s3:PutObject", "s3:?etObject"]}, "s3:GetObject", True),
        ({"Action": "s3:Get?"}, "s3:GetObject", False),
        ({"NotAction": "s3:Get*"}, "s3:GetObject", False),
        ({"NotAction": "s3:Get*"}, "ec2:RunInstances", True),
    ],
)
def test_actions(patterns: dict[str, Any], action: str, expected: bool) -> None:
    statement = {"Effect": "Allow", "Resource": "*", **patterns}

    assert evaluate(role(statement), action, OBJECT).allowed is expected


@pytest.mark.parametrize(
    ("patterns", "resource", "expected"),
    [
        ({"Resource": "arn:aws:s3:::bucket/*"}, OBJECT, True),
        ({"Resource": "arn:aws:s3:::bucket/?/b"}, OBJECT, True),
        ({"Resource": "arn:aws:s3:::bucket/?"}, OBJECT, False),
        ({"Resource": "arn:aws:s3:::BUCKET/*"}, OBJECT, False),
        ({"Resource": "arn:aws:s3:::bucket"}, OBJECT, False),
        ({"Resource": "arn:aws:s3:*:bucket/*"}, OBJECT, False),
        ({"Resource": "arn:aws:logs:*:*:log-group:/a:*"}, "arn:aws:logs:r:1:log-group:/a:*", True),
        ({"NotResource": "arn:aws:s3:::bucket/*"}, OBJECT, False),
        ({"NotResource": "arn:aws:s3:::other/*"}, OBJECT, True),
        ({"Resource": "arn:aws:s3:::bucket/${aws:PrincipalTag/team}/*"}, OBJECT, True),
        ({"Resource": "arn:aws:s3:::bucket/${aws:PrincipalTag/TEAM}/*"}, OBJECT, True),
        ({"Resource": "arn:aws:s3:::bucket/${aws:PrincipalTag/none}*"}, OBJECT, False),
        ({"Resource": "arn:aws:s3:::bucket/${aws:PrincipalTag/none, 'a'}/b"}, OBJECT, True),
        ({"Resource": "arn:aws:s3:::bucket/${aws:PrincipalTag/star}"}, OBJECT, False),
        ({"Resource": "arn:aws:s3:::bucket/${*}"}, "arn:aws:s3:::bucket/*", True),
        ({"Resource": "arn:aws:s3:::bucket/${*}"}, OBJECT, False),
    ],
)
def test_resources(patterns: dict[str, Any], resource: str, expected: bool) -> None:
    statement = {"Effect": "Allow", "Action": "*", **patterns}
    asking = role(statement, tags={"team": "a", "star": "*"})

    assert evaluate(asking, "s3:GetObject", resource).allowed is expected


@pytest.mark.parametrize(
    ("condition", "context", "expected"),
    [
        ({"StringEquals": {"k": "v"}}, {"k": "v"}, True),
        ({"StringEquals": {"K": ["u", "v"]}}, {"k": "v"}, True),
        ({"StringEquals": {"k": "v*"}}, {"k": "vw"}, False),
        ({"StringEquals": {"k": "v"}}, {}, False),
        ({"StringEquals": {"k": "v", "l": "v"}}, {"k": "v", "l": "w"}, False),
        ({"StringEquals": {"k": "v"}, "Bool": {"l": "true"}}, {"k": "v", "l": "false"}, False),
        ({"StringEquals": {"k": "${aws:PrincipalTag/team}"}}, {"k": "a"}, True),
        ({"StringEquals": {"k": "${aws:PrincipalTag/none}"}}, {"k": ""}, False),
        ({"StringNotEquals": {"k": "${aws:PrincipalTag/none}"}}, {"k": "a"}, True),
        ({"StringEqualsIgnoreCase": {"k": "V"}}, {"k": "v"}, True),
        ({"StringNotEquals": {"k": ["u", "v"]}}, {"k": "v"}, False),
        ({"StringNotEquals": {"k": "v"}}, {}, True),
        ({"StringLike": {"k": "v*"}}, {"k": "vw"}, True),
        ({"StringNotLike": {"k": "v*"}}, {"k": "vw"}, False),
        ({"StringEqualsIfExists": {"k": "v"}}, {}, True),
        ({"StringEqualsIfExists": {"k": "v"}}, {"k": "w"}, False),
        ({"ArnEquals": {"k": "arn:aws:iam::1:role/*"}}, {"k": "arn:aws:iam::1:role/a"}, True),
        ({"ArnLike": {"k": "arn:aws:*:role/a"}}, {"k": "arn:aws:iam::1:role/a"}, False),
        ({"ArnNotLike": {"k": "arn:aws:iam::1:*"}}, {"k": "arn:aws:iam::1:role/a"}, False),
        ({"Bool": {"k": "false"}}, {"k": "false"}, True),
        ({"Bool": {"k": False}}, {"k": "false"}, True),
        ({"Bool": {"k": "false"}}, {}, False),
        ({"Null": {"k": "true"}}, {}, True),
        ({"Null": {"k": "true"}}, {"k": "v"}, False),
        ({"Null": {"k": "false"}}, {"k": "v"}, True),
        ({"NumericLessThan": {"k": "10"}}, {"k": "9"}, True),
        ({"NumericLessThanEquals": {"k": "10"}}, {"k": "11"}, False),
        ({"NumericGreaterThan": {"k": "10"}}, {"k": "9"}, False),
        ({"ForAllValues:StringEquals": {"k": ["u", "v"]}}, {"k": ["u"]}, True),
        ({"ForAllValues:StringEquals": {"k": ["u", "v"]}}, {"k": ["u", "w"]}, False),
        ({"ForAllValues:StringEquals": {"k": "v"}}, {}, True),
        ({"ForAnyValue:StringEquals": {"k": ["u", "v"]}}, {"k": ["w", "v"]}, True),
        ({"ForAnyValue:StringEquals": {"k": "v"}}, {}, False),
        ({"ForAnyValue:StringNotEquals": {"k": "v"}}, {"k": ["v", "w"]}, True),
        ({"ForAllValues:StringNotLike": {"k": "v*"}}, {"k": ["v", "w"]}, False),
    ],
)
def test_conditions(condition: dict[str, Any], context: dict[str, Any], expected: bool) -> None:
    asking = role(allow("*", Condition=condition), tags={"team": "a"})

    assert evaluate(asking, "s3:GetObject", OBJECT, context).allowed is expected


@pytest.mark.parametrize(
    ("statement", "context", "words"),
    [
        (allow("*", Condition={"DateLessThan": {"k": "v"}}), {"k": "v"}, "DateLessThan"),
        (allow("*", Condition={"ForSome:StringLike": {"k": "v"}}), {"k": "v"}, "ForSome"),
        (allow("*", Condition={"StringEquals": {"k": "v"}}), {"k": ["v"]}, "several values"),
        (allow("*", NotPrincipal="*"), {}, "NotPrincipal"),
    ],
)
def test_what_is_not_evaluated_is_said(
    statement: dict[str, Any], context: dict[str, Any], words: str
) -> None:
    with pytest.raises(ValueError, match=words):
        evaluate(role(statement), "s3:GetObject", OBJECT, context)


def test_a_document_of_the_old_version_is_not_evaluated() -> None:
    old = Principal(arn=ROLE, policies=[{"Version": "2008-10-17", "Statement": []}])

    with pytest.raises(ValueError, match="2008-10-17"):
        evaluate(old, "s3:GetObject", OBJECT)


BY_NAME = {"Principal": {"AWS": ROLE}}
BY_ACCOUNT = {"Principal": {"AWS": ROOT}}
FOR_ALL = {"Principal": {"AWS": "*"}}
OTHER = {"Principal": {"AWS": f"{ROLE}b"}}


@pytest.mark.parametrize(
    ("identity", "of_resource", "must_allow", "expected"),
    [
        # In one account either suffices, but for keys.
        (allow("*"), allow("*", **OTHER), False, "allowed"),
        (allow("*"), allow("*", **OTHER), True, "implicitly denied"),
        (allow("ec2:*"), allow("*", **BY_NAME), False, "allowed"),
        (allow("ec2:*"), allow("*", **BY_NAME), True, "allowed"),
        (allow("ec2:*"), allow("*", **FOR_ALL), False, "allowed"),
        # The account's name leaves it to the identity's policies.
        (allow("ec2:*"), allow("*", **BY_ACCOUNT), False, "implicitly denied"),
        (allow("ec2:*"), allow("*", **BY_ACCOUNT), True, "implicitly denied"),
        (allow("*"), allow("*", **BY_ACCOUNT), True, "allowed"),
        (allow("*"), allow("kms:Sign", **BY_ACCOUNT), True, "implicitly denied"),
        # A deny wins wherever it is.
        (allow("*"), deny("*", **FOR_ALL), False, "explicitly denied"),
        (allow("*"), deny("*", **BY_ACCOUNT), False, "explicitly denied"),
        (allow("*"), deny("*", **OTHER), False, "allowed"),
        (deny("*"), allow("*", **BY_NAME), False, "explicitly denied"),
    ],
)
def test_policies_of_resources(
    identity: dict[str, Any], of_resource: dict[str, Any], must_allow: bool, expected: str
) -> None:
    key = ResourcePolicy(document=policy(of_resource), must_allow=must_allow)

    decision = evaluate(role(identity), "kms:Decrypt", "*", resource_policy=key)

    assert decision.effect == expected


def test_a_boundary_limits_what_a_resource_s_policy_allows_a_role_by_name() -> None:
    asking = role(boundary=policy(allow("ec2:*")))
    by_name = ResourcePolicy(document=policy(allow("*", **BY_NAME)))

    decision = evaluate(asking, "s3:GetObject", OBJECT, resource_policy=by_name)

    assert (decision.effect, decision.sid) == (Effect.IMPLICITLY_DENIED, "boundary")


def test_between_accounts_both_must_allow() -> None:
    theirs = ResourcePolicy(document=policy(allow("*", **BY_NAME)), account="999999999999")
    nobody_s = ResourcePolicy(document=policy(allow("*", **OTHER)), account="999999999999")

    def says(statement: dict[str, Any], of_resource: ResourcePolicy) -> bool:
        asking = role(statement)
        return evaluate(asking, "s3:GetObject", OBJECT, resource_policy=of_resource).allowed

    assert says(allow("*"), theirs)
    assert not says(allow("ec2:*"), theirs)
    assert not says(allow("*"), nobody_s)


def test_a_service_needs_the_resource_s_policy() -> None:
    service = Principal(arn="logs.us-east-1.amazonaws.com")
    named = policy(allow("kms:Encrypt*", Principal={"Service": service.arn}))
    key = ResourcePolicy(document=named, must_allow=True)

    assert evaluate(service, "kms:Encrypt", "*", resource_policy=key).allowed
    assert not evaluate(service, "kms:Decrypt", "*", resource_policy=key).allowed
    assert not evaluate(service, "kms:Encrypt", "*").allowed


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({"Ref": "Bucket"}, "bucket"),
        ({"Ref": "Unknown"}, "<Unknown>"),
        ({"Fn::GetAtt": ["Bucket", "Arn"]}, "arn:aws:s3:::bucket"),
        ({"Fn::GetAtt": "Bucket.Arn"}, "arn:aws:s3:::bucket"),
        ({"Fn::GetAtt": ["Unknown", "Arn"]}, "<Unknown.Arn>"),
        ({"Fn::ImportValue": "Export"}, "imported"),
        ({"Fn::Join": [":", ["a", {"Ref": "AWS::Region"}, 1]]}, "a:us-east-1:1"),
        ({"Fn::Select": [1, {"Fn::Split": [":", {"Fn::GetAtt": ["Bucket", "Arn"]}]}]}, "aws"),
        ({"Fn::Sub": "${Bucket.Arn}/${!aws:username}/${AWS::Partition}"}, None),
        ({"Fn::Sub": ["${a}-${Bucket}", {"a": {"Ref": "Bucket"}}]}, "bucket-bucket"),
        ([{"Resource": {"Ref": "Bucket"}}], [{"Resource": "bucket"}]),
    ],
)
def test_intrinsic_functions_become_texts(value: Any, expected: Any) -> None:
    given = {"Bucket": "bucket", "Bucket.Arn": "arn:aws:s3:::bucket", "Export": "imported"}

    text = resolved(value, given)

    assert text == (expected or "arn:aws:s3:::bucket/${aws:username}/aws")


def test_a_function_that_is_not_resolved_is_said() -> None:
    with pytest.raises(ValueError, match="Fn::If"):
        resolved({"Fn::If": ["Condition", "a", "b"]}, {})
