"""The adapters of cluster_api around whatever AWS their clients reach: moto, or an emulator."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from cluster_api.aws import clients
from cluster_api.aws.keys import AwsKeys
from cluster_api.aws.launch_parameters import LaunchParameters
from cluster_api.aws.leases import DynamoLeases
from cluster_api.aws.owned_clusters import ProvidedClusters
from cluster_api.aws.registry import DynamoRegistry
from cluster_api.aws.stacks import CloudFormationStacks
from cluster_api.aws.subnets import SsmSubnetPool
from cluster_api.aws.template_parameters import SsmTemplateParameters
from cluster_api.aws.tier_details import S3TierDetails
from cluster_api.ports import Clock
from cluster_api.reconciling import Reconciler
from cluster_api_world import SUBNETS, TEMPLATE_PARAMETERS, TIER_DETAILS, World, reconciler_of

if TYPE_CHECKING:
    from mypy_boto3_cloudformation import CloudFormationClient
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_ec2 import EC2Client
    from mypy_boto3_lambda import LambdaClient
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_secretsmanager import SecretsManagerClient
    from mypy_boto3_ssm import SSMClient
    from mypy_boto3_stepfunctions import SFNClient

TABLE = "registry"
LAUNCH_PATH = "/hpc/launch"
PARAMETERS_NAME = f"{LAUNCH_PATH}/template-parameters"
BUCKET = "templates"
TIERS_KEY = "tiers.json"
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
    functions: "LambdaClient" = field(default_factory=clients.functions)
    s3: "S3Client" = field(default_factory=clients.s3)
    step_functions: "SFNClient" = field(default_factory=clients.step_functions)


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
            Name=f"{LAUNCH_PATH}/subnets/{zone}/0", Type="StringList", Value=",".join(subnets)
        )
    aws.ssm.put_parameter(
        Name=PARAMETERS_NAME, Type="String", Value=json.dumps(TEMPLATE_PARAMETERS)
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
    aws.s3.put_object(Bucket=BUCKET, Key=TIERS_KEY, Body=json.dumps(TIER_DETAILS).encode())


def real_world(
    aws: Aws,
    clock: Clock,
    *,
    service_role_arn: str = SERVICE_ROLE,
    patience_seconds: float = 4.0,
) -> World:
    """A world around the adapters, with nothing cached."""
    parameters = LaunchParameters(client=aws.ssm, path=LAUNCH_PATH)
    return World(
        registry=DynamoRegistry(client=aws.dynamodb, table=TABLE),
        keys=AwsKeys(
            ec2=aws.ec2,
            secrets_manager=aws.secrets_manager,
            encryption_key_arn="alias/aws/secretsmanager",
        ),
        stacks=CloudFormationStacks(client=aws.cloudformation, service_role_arn=service_role_arn),
        subnets=SsmSubnetPool(parameters=parameters),
        clock=clock,
        patience_seconds=patience_seconds,
        template_parameters=SsmTemplateParameters(parameters=parameters, name=PARAMETERS_NAME),
        tier_details=S3TierDetails(client=lambda: aws.s3, bucket=BUCKET, key=TIERS_KEY),
    )


def real_reconciler(aws: Aws, world: World, *, provider_arn: str = "provider") -> Reconciler:
    """The reconciler of such a world, with its own adapters."""
    return reconciler_of(
        world,
        DynamoLeases(client=aws.dynamodb, table=TABLE),
        ProvidedClusters(
            cloudformation=aws.cloudformation,
            functions=aws.functions,
            provider_arn=provider_arn,
        ),
    )
