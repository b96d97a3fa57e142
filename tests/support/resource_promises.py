"""The types of ordinary stacks, and the attributes that each promises."""

import json
from typing import Any

from aws_account import allow, policy, trust
from deployed import vpc_with_subnet

ROLE = {"AssumeRolePolicyDocument": json.loads(trust("ec2.amazonaws.com"))}
DOCUMENT = json.loads(policy(allow("s3:GetObject")))
KEY_POLICY = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Principal": "*", "Action": "kms:*", "Resource": "*"}],
}


def resource(type_: str, **properties: object) -> dict[str, Any]:
    """A resource of the type, which is written without AWS::."""
    return {"Type": f"AWS::{type_}", "Properties": properties}


def attribute(logical_id: str, name: str) -> dict[str, Any]:
    """A reference to another resource's attribute."""
    return {"Fn::GetAtt": [logical_id, name]}


def of_network(thing: dict[str, Any], **more: dict[str, Any]) -> dict[str, Any]:
    """The thing, in a network with Vpc, Subnet and Group."""
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
