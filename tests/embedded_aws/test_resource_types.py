"""Types of ordinary stacks are made with the attributes that they promise, and removed."""

import json
from typing import Any

import pytest

from aws_account import Account, allow, policy, trust, unique
from deployed import deploy, described, reason_of_failure, vpc_with_subnet

ROLE = {"AssumeRolePolicyDocument": json.loads(trust("ec2.amazonaws.com"))}
DOCUMENT = json.loads(policy(allow("s3:GetObject")))
KEY_POLICY = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Principal": "*", "Action": "kms:*", "Resource": "*"}],
}


def resource(type_: str, **properties: object) -> dict[str, Any]:
    return {"Type": f"AWS::{type_}", "Properties": properties}


def attribute(logical_id: str, name: str) -> dict[str, Any]:
    return {"Fn::GetAtt": [logical_id, name]}


def of_network(thing: dict[str, Any], **more: dict[str, Any]) -> dict[str, Any]:
    return {**vpc_with_subnet("10.97.0.0/16"), **more, "Thing": thing}


API = {
    "Api": resource("ApiGateway::RestApi", Name="api"),
    "Path": resource(
        "ApiGateway::Resource",
        RestApiId={"Ref": "Api"},
        ParentId=attribute("Api", "RootResourceId"),
        PathPart="x",
    ),
    "Method": resource(
        "ApiGateway::Method",
        RestApiId={"Ref": "Api"},
        ResourceId={"Ref": "Path"},
        HttpMethod="GET",
        AuthorizationType="AWS_IAM",
        Integration={"Type": "MOCK"},
    ),
    "Deployment": {
        **resource("ApiGateway::Deployment", RestApiId={"Ref": "Api"}),
        "DependsOn": "Method",
    },
    "Stage": resource(
        "ApiGateway::Stage",
        RestApiId={"Ref": "Api"},
        DeploymentId={"Ref": "Deployment"},
        StageName="production",
    ),
}
EFS = resource("EFS::FileSystem", Encrypted=True)
ALARM = resource(
    "CloudWatch::Alarm",
    ComparisonOperator="GreaterThanThreshold",
    EvaluationPeriods=1,
    MetricName="m",
    Namespace="n",
    Period=60,
    Statistic="Sum",
    Threshold=1,
)

# The resources, of which `Thing` is the one that is asked for, and its attributes.
PROMISES: dict[str, tuple[dict[str, Any], tuple[str, ...]]] = {
    "RouteTable": (
        of_network(resource("EC2::RouteTable", VpcId={"Ref": "Vpc"})),
        ("RouteTableId",),
    ),
    "SubnetRouteTableAssociation": (
        of_network(
            resource(
                "EC2::SubnetRouteTableAssociation",
                RouteTableId={"Ref": "Table"},
                SubnetId={"Ref": "Subnet"},
            ),
            Table=resource("EC2::RouteTable", VpcId={"Ref": "Vpc"}),
        ),
        ("Id",),
    ),
    "VPCGatewayAttachment": (
        of_network(
            resource(
                "EC2::VPCGatewayAttachment",
                VpcId={"Ref": "Vpc"},
                InternetGatewayId={"Ref": "Gateway"},
            ),
            Gateway=resource("EC2::InternetGateway"),
        ),
        ("AttachmentType",),
    ),
    "Volume": (
        {"Thing": resource("EC2::Volume", AvailabilityZone="us-east-1a", Size=10)},
        ("VolumeId",),
    ),
    "EFS file system": ({"Thing": EFS}, ("Arn", "FileSystemId")),
    "EFS mount target": (
        of_network(
            resource(
                "EFS::MountTarget",
                FileSystemId={"Ref": "Files"},
                SubnetId={"Ref": "Subnet"},
                SecurityGroups=[{"Ref": "Group"}],
            ),
            Files=EFS,
        ),
        ("Id", "IpAddress"),
    ),
    "EFS access point": (
        {
            "Files": EFS,
            "Thing": resource(
                "EFS::AccessPoint",
                FileSystemId={"Ref": "Files"},
                RootDirectory={"Path": "/projects/one"},
            ),
        },
        ("AccessPointId", "Arn"),
    ),
    "Log group": ({"Thing": resource("Logs::LogGroup")}, ("Arn",)),
    "Saved query": (
        {"Thing": resource("Logs::QueryDefinition", Name="q", QueryString="fields @message")},
        ("QueryDefinitionId",),
    ),
    "SSM parameter": (
        {"Thing": resource("SSM::Parameter", Type="String", Value="v")},
        ("Type", "Value"),
    ),
    "KMS key": ({"Thing": resource("KMS::Key", KeyPolicy=KEY_POLICY)}, ("Arn", "KeyId")),
    "API": ({"Thing": API["Api"]}, ("RestApiId", "RootResourceId")),
    "API account": (
        {
            "Role": resource("IAM::Role", **ROLE),
            "Thing": resource("ApiGateway::Account", CloudWatchRoleArn=attribute("Role", "Arn")),
        },
        ("Id",),
    ),
    "Usage plan": (
        {
            **API,
            "Thing": resource(
                "ApiGateway::UsagePlan",
                ApiStages=[{"ApiId": {"Ref": "Api"}, "Stage": {"Ref": "Stage"}}],
            ),
        },
        ("Id",),
    ),
    "Usage plan's key": (
        {
            **API,
            "Plan": resource("ApiGateway::UsagePlan"),
            "Key": resource("ApiGateway::ApiKey", Enabled=True),
            "Thing": resource(
                "ApiGateway::UsagePlanKey",
                KeyId={"Ref": "Key"},
                KeyType="API_KEY",
                UsagePlanId={"Ref": "Plan"},
            ),
        },
        ("Id",),
    ),
    "Rule of events": (
        {"Thing": resource("Events::Rule", EventPattern={"source": ["aws.cloudformation"]})},
        ("Arn",),
    ),
    "Alarm": ({"Thing": ALARM}, ("Arn",)),
    "Composite alarm": (
        {
            "Alarm": ALARM,
            "Thing": resource(
                "CloudWatch::CompositeAlarm", AlarmRule={"Fn::Sub": 'ALARM("${Alarm}")'}
            ),
        },
        ("Arn",),
    ),
    "Role": ({"Thing": resource("IAM::Role", **ROLE)}, ("Arn", "RoleId")),
    "Managed policy": (
        {"Thing": resource("IAM::ManagedPolicy", PolicyDocument=DOCUMENT)},
        ("PolicyArn", "PolicyId"),
    ),
    "Bucket": (
        {"Thing": resource("S3::Bucket")},
        ("Arn", "DomainName", "DualStackDomainName", "RegionalDomainName"),
    ),
    "Global table": (
        {
            "Thing": resource(
                "DynamoDB::GlobalTable",
                AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
                KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
                BillingMode="PAY_PER_REQUEST",
                Replicas=[{"Region": "us-east-1"}],
            )
        },
        ("Arn", "TableId"),
    ),
    "Secret's policy": (
        {
            "Secret": resource("SecretsManager::Secret"),
            "Thing": resource(
                "SecretsManager::ResourcePolicy",
                SecretId={"Ref": "Secret"},
                ResourcePolicy=KEY_POLICY,
            ),
        },
        ("Id",),
    ),
    "Secret's rotation": (
        {
            "Secret": resource("SecretsManager::Secret"),
            "Thing": resource(
                "SecretsManager::RotationSchedule",
                SecretId={"Ref": "Secret"},
                RotationRules={"AutomaticallyAfterDays": 30},
            ),
        },
        ("Id",),
    ),
}


@pytest.mark.parametrize("name", PROMISES)
def test_a_type_keeps_its_promises(account: Account, name: str) -> None:
    resources, promised = PROMISES[name]
    outputs = {f"of{number}": ("Thing", one) for number, one in enumerate(promised)}

    stack = deploy(account, resources, **outputs, ref="Thing")

    assert all(stack.outputs.values())
    assert stack.outputs["ref"] == stack.ids["Thing"]
    stack.delete()


def test_a_reference_to_an_instance_profile_is_its_name(account: Account) -> None:
    profile = {
        "Role": resource("IAM::Role", **ROLE),
        "Profile": resource(
            "IAM::InstanceProfile", Path="/parallelcluster/one/", Roles=[{"Ref": "Role"}]
        ),
    }

    stack = deploy(account, profile, ref="Profile", arn=("Profile", "Arn"))

    iam = account.client("iam")
    told = iam.get_instance_profile(InstanceProfileName=stack.outputs["ref"])["InstanceProfile"]
    assert told["Arn"] == stack.outputs["arn"]
    assert [role["RoleName"] for role in told["Roles"]] == [stack.ids["Role"]]
    stack.delete()
    names = [one["InstanceProfileName"] for one in iam.list_instance_profiles()["InstanceProfiles"]]
    assert stack.outputs["ref"] not in names


def test_a_reference_to_a_secret_is_its_arn_also_after_a_change(account: Account) -> None:
    name = unique("secret")

    def secret(text: str) -> dict[str, Any]:
        return {"Secret": resource("SecretsManager::Secret", Name=name, SecretString=text)}

    stack = deploy(account, secret("one"), ref="Secret")
    changed = stack.update(secret("two"), ref="Secret")

    told = account.client("secretsmanager").get_secret_value(SecretId=stack.outputs["ref"])
    assert stack.outputs["ref"].startswith("arn:aws:secretsmanager:")
    assert changed.outputs == stack.outputs
    assert told["SecretString"] == "two"
    stack.delete()
    after = described(account, "secretsmanager", "describe_secret", SecretId=name)
    assert after == {"Error": "ResourceNotFoundException"}


def test_a_composite_alarm_is_described_and_needs_its_alarms(account: Account) -> None:
    name = unique("composite")
    composite = resource(
        "CloudWatch::CompositeAlarm", AlarmName=name, AlarmRule={"Fn::Sub": "OK(${Alarm})"}
    )
    lonely = resource("CloudWatch::CompositeAlarm", AlarmRule="ALARM(nobodys)")

    stack = deploy(account, {"Alarm": ALARM, "Composite": composite})

    asked = {"AlarmNames": [name], "AlarmTypes": ["CompositeAlarm"]}
    (told,) = described(account, "cloudwatch", "describe_alarms", **asked)["CompositeAlarms"]
    assert told["AlarmRule"] == f"OK({stack.ids['Alarm']})"
    stack.delete()
    assert described(account, "cloudwatch", "describe_alarms", **asked)["CompositeAlarms"] == []
    assert "do not exist" in reason_of_failure(account, {"Lonely": lonely}, "Lonely")


def test_a_saved_query_is_described_changed_and_gone(account: Account) -> None:
    name = unique("query")

    def query(text: str) -> dict[str, Any]:
        return {"Query": resource("Logs::QueryDefinition", Name=name, QueryString=text)}

    stack = deploy(account, query("fields @message"))
    stack.update(query("fields @timestamp"))

    asked = {"queryDefinitionNamePrefix": name}
    (told,) = described(account, "logs", "describe_query_definitions", **asked)["queryDefinitions"]
    assert told["queryDefinitionId"] == stack.ids["Query"]
    assert told["queryString"] == "fields @timestamp"
    stack.delete()
    after = described(account, "logs", "describe_query_definitions", **asked)
    assert after["queryDefinitions"] == []


def test_an_access_point_is_described_with_its_directory(account: Account) -> None:
    resources, _ = PROMISES["EFS access point"]
    stack = deploy(account, resources, id=("Thing", "AccessPointId"))
    asked = {"AccessPointId": stack.outputs["id"]}

    (told,) = described(account, "efs", "describe_access_points", **asked)["AccessPoints"]

    assert told["RootDirectory"]["Path"] == "/projects/one"
    assert told["FileSystemId"] == stack.ids["Files"]
    stack.delete()
    assert described(account, "efs", "describe_access_points", **asked)["AccessPoints"] == []
