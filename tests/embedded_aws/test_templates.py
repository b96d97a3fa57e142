"""What of a template works as on AWS."""

import json
import time

from aws_account import Account, unique
from deployed import LOG_GROUP


def test_a_template_url_may_have_the_bucket_in_its_host_name(account: Account) -> None:
    bucket, key = account.put_object({"Resources": LOG_GROUP})
    cloudformation = account.client("cloudformation")

    statuses = [
        account.settled(
            cloudformation.create_stack(StackName=unique("stack"), TemplateURL=url)["StackId"]
        )
        for url in (
            f"https://{bucket}.s3.us-east-1.amazonaws.com/{key}",
            f"https://{bucket}.s3.amazonaws.com/{key}",
            f"https://s3.us-east-1.amazonaws.com/{bucket}/{key}",
        )
    ]

    assert statuses == ["CREATE_COMPLETE"] * 3


def test_a_condition_may_join_a_list_parameter(account: Account) -> None:
    """As CDK's bootstrap template does, to know whether it was given policies."""
    is_given = {"Fn::Not": [{"Fn::Equals": ["", {"Fn::Join": ["", {"Ref": "Policies"}]}]}]}
    template = {
        "Parameters": {"Policies": {"Type": "CommaDelimitedList", "Default": ""}},
        "Conditions": {"Given": is_given},
        "Resources": {
            "Always": {"Type": "AWS::Logs::LogGroup"},
            "IfGiven": {"Type": "AWS::Logs::LogGroup", "Condition": "Given"},
        },
    }
    cloudformation = account.client("cloudformation")

    made = {}
    for policies in ("", "a,b"):
        stack = cloudformation.create_stack(
            StackName=unique("stack"),
            TemplateBody=json.dumps(template),
            Parameters=[{"ParameterKey": "Policies", "ParameterValue": policies}],
        )["StackId"]
        account.settled(stack)
        resources = cloudformation.describe_stack_resources(StackName=stack)["StackResources"]
        made[policies] = {resource["LogicalResourceId"] for resource in resources}

    assert made == {"": {"Always"}, "a,b": {"Always", "IfGiven"}}


def test_a_wait_condition_does_not_hold_up_what_must_signal_it(account: Account) -> None:
    """In the order of names it would be made first."""
    template = {
        "AWait": {
            "Type": "AWS::CloudFormation::WaitCondition",
            "Properties": {"Handle": {"Ref": "Handle"}, "Timeout": "60"},
        },
        "BAfter": {"Type": "AWS::Logs::LogGroup", "DependsOn": "AWait"},
        "Handle": {"Type": "AWS::CloudFormation::WaitConditionHandle"},
        "Instance": {"Type": "AWS::Logs::LogGroup"},
    }

    stack = account.create_stack(template)
    time.sleep(0.5)

    assert [status for status, _ in account.events(stack, "Instance")] == [
        "CREATE_IN_PROGRESS",
        "CREATE_COMPLETE",
    ]
    assert account.events(stack, "BAfter") == []
    assert account.delete_stack(stack) == "DELETE_COMPLETE"


def test_a_reference_to_an_instance_profile_is_its_name(account: Account) -> None:
    template = {
        "Profile": {
            "Type": "AWS::IAM::InstanceProfile",
            "Properties": {"Path": "/a/", "Roles": []},
        },
        "Named": {
            "Type": "AWS::SSM::Parameter",
            "Properties": {"Type": "String", "Value": {"Ref": "Profile"}},
        },
    }
    stack = account.create_stack(template, Capabilities=["CAPABILITY_IAM"])
    assert account.settled(stack) == "CREATE_COMPLETE"
    described = account.client("cloudformation").describe_stack_resource(
        StackName=stack, LogicalResourceId="Profile"
    )
    name = described["StackResourceDetail"]["PhysicalResourceId"]

    profile = account.client("iam").get_instance_profile(InstanceProfileName=name)

    assert profile["InstanceProfile"]["Path"] == "/a/"
    assert account.delete_stack(stack) == "DELETE_COMPLETE"
    profiles = account.client("iam").list_instance_profiles()["InstanceProfiles"]
    assert name not in [left["InstanceProfileName"] for left in profiles]
