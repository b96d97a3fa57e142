"""The adapters of cluster_api around whatever AWS their clients reach: moto, or an emulator."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import boto3

from cluster_api.aws import clients
from cluster_api.aws.keys import AwsKeys
from cluster_api.aws.registry import DynamoRegistry
from cluster_api.aws.stacks import CloudFormationStacks
from cluster_api.aws.subnets import SsmSubnetPool
from cluster_api.ports import Clock
from cluster_api_world import SUBNETS, World

if TYPE_CHECKING:
    from mypy_boto3_cloudformation import CloudFormationClient
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_ec2 import EC2Client
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_secretsmanager import SecretsManagerClient
    from mypy_boto3_ssm import SSMClient

TABLE = "registry"
SUBNETS_PATH = "/hpc/subnets"
BUCKET = "templates"
SERVICE_ROLE = "arn:aws:iam::123456789012:role/service"
_TEMPLATE_PARAMETERS = [
    "ClusterName",
    "VlabId",
    "ProjectId",
    "Creation",
    "SubnetId",
    "AdminKeyName",
    "SimPublicKey",
    "Token",
]


@dataclass(frozen=True, kw_only=True)
class Aws:
    """Clients as the functions make them."""

    dynamodb: "DynamoDBClient" = field(default_factory=clients.dynamodb)
    ec2: "EC2Client" = field(default_factory=clients.ec2)
    secrets_manager: "SecretsManagerClient" = field(default_factory=clients.secrets_manager)
    cloudformation: "CloudFormationClient" = field(default_factory=clients.cloudformation)
    ssm: "SSMClient" = field(default_factory=clients.ssm)
    s3: "S3Client" = field(default_factory=lambda: boto3.client("s3"))


def build_aws(aws: Aws, pool: Mapping[str, Sequence[str]] = SUBNETS) -> None:
    """The table, the pool and the templates, in whatever AWS the clients reach."""
    aws.dynamodb.create_table(
        TableName=TABLE,
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[
            {"AttributeName": "kind", "AttributeType": "S"},
            {"AttributeName": "id", "AttributeType": "S"},
        ],
        KeySchema=[
            {"AttributeName": "kind", "KeyType": "HASH"},
            {"AttributeName": "id", "KeyType": "RANGE"},
        ],
    )
    for zone, subnets in pool.items():
        aws.ssm.put_parameter(
            Name=f"{SUBNETS_PATH}/{zone}/0", Type="StringList", Value=",".join(subnets)
        )
    aws.s3.create_bucket(Bucket=BUCKET)
    template = {
        "Parameters": {name: {"Type": "String"} for name in _TEMPLATE_PARAMETERS},
        "Resources": {
            "Note": {
                "Type": "AWS::SSM::Parameter",
                "Properties": {
                    "Name": {"Fn::Sub": "/${ClusterName}/${Creation}"},
                    "Type": "String",
                    "Value": "made",
                },
            }
        },
        "Outputs": {"Version": {"Value": "3.16.1"}},
    }
    for key in ("l.json", "p.json", "pl.json", "pp.json"):
        aws.s3.put_object(Bucket=BUCKET, Key=key, Body=json.dumps(template).encode())


def real_world(aws: Aws, clock: Clock, *, service_role_arn: str = SERVICE_ROLE) -> World:
    """A world around the adapters, with nothing cached."""
    return World(
        registry=DynamoRegistry(client=aws.dynamodb, table=TABLE),
        keys=AwsKeys(
            ec2=aws.ec2,
            secrets_manager=aws.secrets_manager,
            encryption_key_arn="alias/aws/secretsmanager",
        ),
        stacks=CloudFormationStacks(client=aws.cloudformation, service_role_arn=service_role_arn),
        subnets=SsmSubnetPool(client=aws.ssm, path=SUBNETS_PATH),
        clock=clock,
    )
