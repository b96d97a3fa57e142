"""What can't be deleted keeps what it needs, until it can."""

import pytest

from aws_account import CLOUDFORMATION, Account, CustomResource, allow, is_denied, refusal, unique
from deployed import deploy, described, reason_of_failure, vpc_with_subnet


def test_what_a_failed_deletion_needs_stays_and_the_rest_goes(
    account: Account, custom_resource: CustomResource
) -> None:
    needed, free = unique("needed"), unique("free")
    stack = account.create_stack(
        {
            "Needed": {"Type": "AWS::Logs::LogGroup", "Properties": {"LogGroupName": needed}},
            "Free": {"Type": "AWS::Logs::LogGroup", "Properties": {"LogGroupName": free}},
            "Thing": {
                "Type": "Custom::Thing",
                "Properties": {"ServiceToken": custom_resource.token, "OutcomeOfDelete": "FAILED"},
                "DependsOn": "Needed",
            },
        }
    )
    account.settled(stack)

    account.delete_stack(stack)

    assert account.settled(stack) == "DELETE_FAILED"
    groups = described(account, "logs", "describe_log_groups")["logGroups"]
    names = {group["logGroupName"] for group in groups}
    assert needed in names
    assert free not in names


@pytest.mark.parametrize(
    ("value", "status"), [("mine", "DELETE_COMPLETE"), ("other", "DELETE_FAILED")]
)
def test_a_stack_s_role_may_be_held_to_tagged_resources(
    account: Account, value: str, status: str
) -> None:
    role = account.role(
        CLOUDFORMATION,
        allow("ec2:Create*", "ec2:Describe*", "ec2:Authorize*", "ec2:Revoke*"),
        allow("ec2:DeleteSecurityGroup", StringEquals={"aws:ResourceTag/owner": "mine"}),
    )
    group = {
        "Type": "AWS::EC2::SecurityGroup",
        "Properties": {
            "GroupDescription": "tagged",
            "Tags": [{"Key": "owner", "Value": value}],
        },
    }
    stack = account.create_stack({"Group": group}, RoleARN=role)
    assert account.settled(stack) == "CREATE_COMPLETE"

    account.delete_stack(stack)

    assert account.settled(stack) == status


def test_a_second_range_of_a_vpc_takes_subnets_and_goes_last(account: Account) -> None:
    resources = {
        **vpc_with_subnet("10.97.0.0/16"),
        "Range": {
            "Type": "AWS::EC2::VPCCidrBlock",
            "Properties": {"VpcId": {"Ref": "Vpc"}, "CidrBlock": "10.98.0.0/16"},
        },
        "Second": {
            "Type": "AWS::EC2::Subnet",
            "DependsOn": "Range",
            "Properties": {"VpcId": {"Ref": "Vpc"}, "CidrBlock": "10.98.1.0/24"},
        },
    }
    stack = deploy(account, resources)

    [vpc] = described(account, "ec2", "describe_vpcs", VpcIds=[stack.ids["Vpc"]])["Vpcs"]

    assert "10.98.0.0/16" in {a["CidrBlock"] for a in vpc["CidrBlockAssociationSet"]}
    stack.delete()


def test_a_second_range_over_the_first_is_refused(account: Account) -> None:
    resources = {
        **vpc_with_subnet("10.96.0.0/16"),
        "Range": {
            "Type": "AWS::EC2::VPCCidrBlock",
            "Properties": {"VpcId": {"Ref": "Vpc"}, "CidrBlock": "10.96.128.0/17"},
        },
    }

    assert "CidrConflict" in reason_of_failure(account, resources, "Range")


def test_parameters_are_read_below_the_allowed_path_only(account: Account) -> None:
    reader = account.user(
        allow("ssm:GetParametersByPath", on="arn:aws:ssm:*:*:parameter/allowed")
    ).client("ssm")

    assert refusal(reader.get_parameters_by_path, Path="/allowed") is None
    assert is_denied(reader.get_parameters_by_path, Path="/other")
