"""Which AWS actions CloudFormation calls for a resource type, and on which resources.

One action is written `service:Action`, then `?Property` if it is called only where the template
gives that property, then `@resource` if it acts on another resource than the type's own. In a
resource, `{id}` is the physical id (at creation: the name that the template gives or, for a type
that CloudFormation names, the name to be; else `*`), `{Property}` the template's value or `*`.
"""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class TypeActions:
    """What CloudFormation calls for one type; `name` is the property that names the resource."""

    create: tuple[str, ...]
    delete: tuple[str, ...]
    update: tuple[str, ...] = ()
    resource: str = "*"
    name: str | None = None


def _ec2(create: str, delete: str, kind: str, *more: str, describe: str) -> TypeActions:
    return TypeActions(
        create=(f"ec2:{create}", f"ec2:{describe}@*", "ec2:CreateTags?Tags", *more),
        delete=(f"ec2:{delete}",),
        resource=f"ec2:{{region}}:{{account}}:{kind}/{{id}}",
    )


_EC2 = "ec2:{region}:{account}:"
_ELASTIC_FILE_SYSTEM = "elasticfilesystem:{region}:{account}:"
_LOG_GROUP = "logs:{region}:{account}:log-group:{id}:log-stream:"
# What encrypting with a key of one's own takes, through the service that encrypts.
_KEY_VERBS = ("CreateGrant", "Decrypt", "DescribeKey", "GenerateDataKeyWithoutPlaintext")
# The service-linked role by which each Lustre file system reaches the buckets that it is linked to,
# and what whoever links them needs on it.
LUSTRE_S3_SERVICE = "s3.data-source.lustre.fsx.amazonaws.com"
LUSTRE_S3_ROLE_ACTIONS = (
    "iam:CreateServiceLinkedRole",
    "iam:AttachRolePolicy",
    "iam:PutRolePolicy",
)
_LUSTRE_S3_ROLE = (
    f"iam::{{account}}:role/aws-service-role/{LUSTRE_S3_SERVICE}/"
    "AWSServiceRoleForFSxS3Access_{FileSystemId}"
)
_RDS = "rds:{region}:{account}:"
# Where RDS keeps a master user's password that it manages.
_RDS_SECRET = "secretsmanager:{region}:{account}:secret:rds!db-*"  # noqa: S105 - no password
_RULE_OF_GROUP = f"{_EC2}security-group/{{GroupId}}"

TYPE_ACTIONS = {
    "AWS::CloudFormation::Stack": TypeActions(
        create=("cloudformation:CreateStack", "cloudformation:DescribeStacks"),
        update=("cloudformation:UpdateStack",),
        delete=("cloudformation:DeleteStack", "cloudformation:DescribeStacks"),
        resource="cloudformation:{region}:{account}:stack/{id}/*",
        name="",
    ),
    "AWS::CloudFormation::WaitCondition": TypeActions(create=(), delete=()),
    "AWS::CloudFormation::WaitConditionHandle": TypeActions(create=(), delete=()),
    "AWS::CDK::Metadata": TypeActions(create=(), delete=()),
    "AWS::CloudWatch::Alarm": TypeActions(
        create=("cloudwatch:PutMetricAlarm", "cloudwatch:TagResource?Tags"),
        update=("cloudwatch:PutMetricAlarm",),
        delete=("cloudwatch:DeleteAlarms",),
        resource="cloudwatch:{region}:{account}:alarm:{id}",
        name="AlarmName",
    ),
    "AWS::CloudWatch::CompositeAlarm": TypeActions(
        create=("cloudwatch:PutCompositeAlarm", "cloudwatch:TagResource?Tags"),
        update=("cloudwatch:PutCompositeAlarm",),
        delete=("cloudwatch:DeleteAlarms",),
        resource="cloudwatch:{region}:{account}:alarm:{id}",
        name="AlarmName",
    ),
    "AWS::CloudWatch::Dashboard": TypeActions(
        create=("cloudwatch:PutDashboard",),
        update=("cloudwatch:PutDashboard",),
        delete=("cloudwatch:DeleteDashboards",),
        resource="cloudwatch::{account}:dashboard/{id}",
        name="DashboardName",
    ),
    "AWS::DynamoDB::Table": TypeActions(
        create=(
            "dynamodb:CreateTable",
            "dynamodb:DescribeTable",
            "dynamodb:TagResource?Tags",
            "dynamodb:UpdateTimeToLive?TimeToLiveSpecification",
            "dynamodb:UpdateContinuousBackups?PointInTimeRecoverySpecification",
        ),
        update=("dynamodb:UpdateTable",),
        delete=("dynamodb:DeleteTable", "dynamodb:DescribeTable"),
        resource="dynamodb:{region}:{account}:table/{id}",
        name="TableName",
    ),
    "AWS::EC2::Instance": TypeActions(
        create=(
            "ec2:RunInstances",
            f"ec2:RunInstances@{_EC2}volume/*",
            f"ec2:RunInstances?SubnetId@{_EC2}subnet/{{SubnetId}}",
            f"ec2:RunInstances?KeyName@{_EC2}key-pair/{{KeyName}}",
            "ec2:RunInstances?ImageId@ec2:{region}::image/{ImageId}",
            "ec2:CreateTags?Tags",
            "ec2:DescribeInstances@*",
        ),
        delete=("ec2:TerminateInstances", "ec2:DescribeInstances@*"),
        resource=f"{_EC2}instance/{{id}}",
    ),
    "AWS::EC2::LaunchTemplate": _ec2(
        "CreateLaunchTemplate",
        "DeleteLaunchTemplate",
        "launch-template",
        describe="DescribeLaunchTemplates",
    ),
    "AWS::EC2::NetworkInterface": _ec2(
        "CreateNetworkInterface",
        "DeleteNetworkInterface",
        "network-interface",
        f"ec2:CreateNetworkInterface@{_EC2}subnet/{{SubnetId}}",
        describe="DescribeNetworkInterfaces",
    ),
    "AWS::EC2::PlacementGroup": TypeActions(
        create=("ec2:CreatePlacementGroup", "ec2:DescribePlacementGroups@*"),
        delete=("ec2:DeletePlacementGroup",),
        resource=f"{_EC2}placement-group/{{id}}",
        name="GroupName",
    ),
    "AWS::EC2::SecurityGroup": _ec2(
        "CreateSecurityGroup",
        "DeleteSecurityGroup",
        "security-group",
        f"ec2:CreateSecurityGroup@{_EC2}vpc/{{VpcId}}",
        "ec2:AuthorizeSecurityGroupIngress?SecurityGroupIngress",
        "ec2:AuthorizeSecurityGroupEgress?SecurityGroupEgress",
        describe="DescribeSecurityGroups",
    ),
    "AWS::EC2::SecurityGroupEgress": TypeActions(
        create=("ec2:AuthorizeSecurityGroupEgress",),
        delete=("ec2:RevokeSecurityGroupEgress",),
        resource=_RULE_OF_GROUP,
    ),
    "AWS::EC2::SecurityGroupIngress": TypeActions(
        create=("ec2:AuthorizeSecurityGroupIngress",),
        delete=("ec2:RevokeSecurityGroupIngress",),
        resource=_RULE_OF_GROUP,
    ),
    "AWS::EFS::AccessPoint": TypeActions(
        create=(
            f"elasticfilesystem:CreateAccessPoint@{_ELASTIC_FILE_SYSTEM}file-system/{{FileSystemId}}",
            "elasticfilesystem:DescribeAccessPoints",
            "elasticfilesystem:TagResource?AccessPointTags",
        ),
        delete=("elasticfilesystem:DeleteAccessPoint", "elasticfilesystem:DescribeAccessPoints"),
        resource=f"{_ELASTIC_FILE_SYSTEM}access-point/{{id}}",
    ),
    "AWS::FSx::DataRepositoryAssociation": TypeActions(
        create=(
            "fsx:CreateDataRepositoryAssociation@fsx:{region}:{account}:file-system/{FileSystemId}",
            "fsx:CreateDataRepositoryAssociation",
            "fsx:DescribeDataRepositoryAssociations@*",
            "fsx:TagResource?Tags",
            *(f"{action}@{_LUSTRE_S3_ROLE}" for action in LUSTRE_S3_ROLE_ACTIONS),
        ),
        update=("fsx:UpdateDataRepositoryAssociation", "fsx:DescribeDataRepositoryAssociations@*"),
        delete=("fsx:DeleteDataRepositoryAssociation", "fsx:DescribeDataRepositoryAssociations@*"),
        resource="fsx:{region}:{account}:association/{FileSystemId}/{id}",
    ),
    "AWS::FSx::FileSystem": TypeActions(
        create=(
            "fsx:CreateFileSystem",
            "fsx:DescribeFileSystems@*",
            "fsx:TagResource?Tags",
            *(f"kms:{verb}?KmsKeyId@{{KmsKeyId}}" for verb in _KEY_VERBS),
        ),
        update=("fsx:UpdateFileSystem", "fsx:DescribeFileSystems@*"),
        delete=("fsx:DeleteFileSystem", "fsx:DescribeFileSystems@*"),
        resource="fsx:{region}:{account}:file-system/{id}",
    ),
    "AWS::Lambda::Function": TypeActions(
        create=("lambda:CreateFunction", "lambda:GetFunction", "lambda:TagResource?Tags"),
        update=("lambda:UpdateFunctionCode", "lambda:UpdateFunctionConfiguration"),
        delete=("lambda:DeleteFunction",),
        resource="lambda:{region}:{account}:function:{id}",
        name="FunctionName",
    ),
    "AWS::Logs::LogGroup": TypeActions(
        create=(
            "logs:CreateLogGroup",
            "logs:DescribeLogGroups@*",
            "logs:PutRetentionPolicy?RetentionInDays",
            "logs:AssociateKmsKey?KmsKeyId",
            "logs:TagResource?Tags@logs:{region}:{account}:log-group:{id}",
        ),
        update=("logs:PutRetentionPolicy",),
        delete=("logs:DeleteLogGroup", "logs:DescribeLogGroups@*"),
        resource=_LOG_GROUP,
        name="LogGroupName",
    ),
    "AWS::Logs::MetricFilter": TypeActions(
        create=("logs:PutMetricFilter", "logs:DescribeMetricFilters"),
        update=("logs:PutMetricFilter",),
        delete=("logs:DeleteMetricFilter",),
        resource="logs:{region}:{account}:log-group:{LogGroupName}:log-stream:",
    ),
    "AWS::RDS::DBInstance": TypeActions(
        create=(
            "rds:CreateDBInstance",
            f"rds:CreateDBInstance@{_RDS}pg:{{DBParameterGroupName}}",
            f"rds:CreateDBInstance@{_RDS}subgrp:{{DBSubnetGroupName}}",
            f"rds:CreateDBInstance@{_RDS}og:{{OptionGroupName}}",
            "rds:DescribeDBInstances@*",
            "rds:AddTagsToResource?Tags",
            *(f"kms:{verb}?KmsKeyId@{{KmsKeyId}}" for verb in ("CreateGrant", "DescribeKey")),
            f"secretsmanager:CreateSecret?ManageMasterUserPassword@{_RDS_SECRET}",
            f"secretsmanager:TagResource?ManageMasterUserPassword@{_RDS_SECRET}",
        ),
        update=("rds:ModifyDBInstance", "rds:DescribeDBInstances@*"),
        delete=("rds:DeleteDBInstance", "rds:DescribeDBInstances@*"),
        resource=f"{_RDS}db:{{id}}",
        name="DBInstanceIdentifier",
    ),
    "AWS::RDS::DBParameterGroup": TypeActions(
        create=(
            "rds:CreateDBParameterGroup",
            "rds:DescribeDBParameterGroups@*",
            "rds:ModifyDBParameterGroup?Parameters",
            "rds:AddTagsToResource?Tags",
        ),
        update=("rds:ModifyDBParameterGroup", "rds:DescribeDBParameterGroups@*"),
        delete=("rds:DeleteDBParameterGroup",),
        resource=f"{_RDS}pg:{{id}}",
        name="DBParameterGroupName",
    ),
    "AWS::RDS::DBSubnetGroup": TypeActions(
        create=(
            "rds:CreateDBSubnetGroup",
            "rds:DescribeDBSubnetGroups@*",
            "rds:AddTagsToResource?Tags",
        ),
        update=("rds:ModifyDBSubnetGroup", "rds:DescribeDBSubnetGroups@*"),
        delete=("rds:DeleteDBSubnetGroup", "rds:DescribeDBSubnetGroups@*"),
        resource=f"{_RDS}subgrp:{{id}}",
        name="DBSubnetGroupName",
    ),
    "AWS::SecretsManager::Secret": TypeActions(
        create=(
            "secretsmanager:CreateSecret",
            "secretsmanager:GetRandomPassword?GenerateSecretString@*",
            "secretsmanager:TagResource?Tags",
        ),
        update=("secretsmanager:UpdateSecret",),
        delete=("secretsmanager:DeleteSecret", "secretsmanager:DescribeSecret"),
        resource="secretsmanager:{region}:{account}:secret:{id}-AAAAAA",
        name="Name",
    ),
    "AWS::SSM::Parameter": TypeActions(
        create=("ssm:PutParameter", "ssm:GetParameters", "ssm:AddTagsToResource?Tags"),
        update=("ssm:PutParameter",),
        delete=("ssm:DeleteParameter",),
        resource="ssm:{region}:{account}:parameter/{id}",
        name="Name",
    ),
    "AWS::Scheduler::Schedule": TypeActions(
        create=("scheduler:CreateSchedule", "scheduler:GetSchedule"),
        update=("scheduler:UpdateSchedule",),
        delete=("scheduler:DeleteSchedule", "scheduler:GetSchedule"),
        resource="scheduler:{region}:{account}:schedule/{GroupName}/{id}",
        name="Name",
    ),
}

# Services whose prefix in IAM isn't their lower-case name in the type.
_PREFIXES = {
    "ApiGatewayV2": "apigateway",
    "CertificateManager": "acm",
    "EFS": "elasticfilesystem",
    "ElasticLoadBalancingV2": "elasticloadbalancing",
    "KinesisFirehose": "firehose",
    "StepFunctions": "states",
}


def actions_of(resource_type: str) -> TypeActions:
    """The type's actions; for a type not listed, those that AWS's naming suggests, on `*`."""
    if resource_type.startswith("Custom::") or resource_type.endswith("::CustomResource"):
        invoke = ("lambda:InvokeFunction",)
        return TypeActions(create=invoke, update=invoke, delete=invoke, resource="{ServiceToken}")
    if resource_type in TYPE_ACTIONS:
        return TYPE_ACTIONS[resource_type]
    _, service, kind = resource_type.split("::")
    prefix = _PREFIXES.get(service, service.lower())
    if prefix == "apigateway":
        return TypeActions(create=("apigateway:POST",), delete=("apigateway:DELETE",))
    return TypeActions(create=(f"{prefix}:Create{kind}",), delete=(f"{prefix}:Delete{kind}",))
