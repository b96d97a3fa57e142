"""The function behind the REST API: the real things are chosen here, once per container."""

import os
from random import SystemRandom

from aws_lambda_powertools.utilities.typing import LambdaContext

from cluster_api.aws import clients
from cluster_api.aws.data_repositories import FsxDataRepositories
from cluster_api.aws.keys import AwsKeys
from cluster_api.aws.launch_parameters import LaunchParameters
from cluster_api.aws.registry import DynamoRegistry
from cluster_api.aws.stacks import CloudFormationStacks
from cluster_api.aws.subnets import SsmSubnetPool
from cluster_api.aws.template_parameters import SsmTemplateParameters
from cluster_api.aws.tier_details import S3TierDetails
from cluster_api.aws.workflows import StateMachine
from cluster_api.clock import SystemClock
from cluster_api.entry_point import entry_point
from cluster_api.gateway import ProxyResponse, answer
from cluster_api.launching import Launcher, Templates
from cluster_api.requests import ProxyEvent
from cluster_api.routes import Api
from cluster_api.service import Clusters
from cluster_api.settings import ApiSettings, parse_api_settings


def build_api(settings: ApiSettings) -> Api:
    """The API with the real AWS behind it."""
    registry = DynamoRegistry(client=clients.dynamodb(), table=settings.registry_table)
    keys = AwsKeys(
        ec2=clients.ec2(),
        secrets_manager=clients.secrets_manager(),
        encryption_key_arn=settings.secrets_key_arn,
    )
    stacks = CloudFormationStacks(
        client=clients.cloudformation(), service_role_arn=settings.service_role_arn
    )
    clock = SystemClock()
    parameters = LaunchParameters(client=clients.ssm(), path=settings.launch_path)
    templates = Templates(
        catalogue=settings.catalogue,
        base_url=settings.template_base_url,
        parameters=SsmTemplateParameters(parameters=parameters, name=settings.template_parameters),
    )
    clusters = Clusters(
        registry=registry,
        keys=keys,
        stacks=stacks,
        subnets=SsmSubnetPool(parameters=parameters),
        clock=clock,
        chance=SystemRandom(),
        catalogue=settings.catalogue,
        launcher=Launcher(
            registry=registry, keys=keys, stacks=stacks, clock=clock, templates=templates
        ),
        workflows=StateMachine(
            client=clients.step_functions, state_machine_arn=settings.deletion_workflow_arn
        ),
        repositories=FsxDataRepositories(client=clients.fsx),
        history_days=settings.history_days,
    )
    return Api(
        clusters=clusters,
        catalogue=settings.catalogue,
        default_tier=settings.default_tier,
        operators=settings.operators,
        version=settings.version,
        region=settings.region,
        tier_details=S3TierDetails(
            client=clients.s3, bucket=settings.tiers_bucket, key=settings.tiers_key
        ),
    )


_api = build_api(parse_api_settings(os.environ))


@entry_point
def handler(event: ProxyEvent, _: LambdaContext) -> ProxyResponse:
    """Answer a request that API Gateway has authorized."""
    return answer(event, _api)
