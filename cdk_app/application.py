"""The application: its stacks, in the order in which they stand on each other."""

from dataclasses import dataclass
from pathlib import Path

from aws_cdk import App, Aspects, DefaultStackSynthesizer, Tags

from cdk_app.api_access import ApiAccess
from cdk_app.cluster_subnets import ClusterSubnets
from cdk_app.configuration_files import Configuration
from cdk_app.data_buckets import DataBuckets
from cdk_app.encrypted_logs import EncryptedLogs
from cdk_app.endpoint_policies import Buckets
from cdk_app.endpoints import Endpoints
from cdk_app.image_repository import ImageRepository
from cdk_app.keys import Keys
from cdk_app.network import Network
from cdk_app.observability import Observability
from cdk_app.peering import MainVpc
from cdk_app.provisioner import Provisioner
from cdk_app.rule_packs import check_rules
from cdk_app.settings import Settings
from cdk_app.shared_data import SharedData
from cdk_app.surroundings import Surroundings

VERSION_TAG = "hpc:version"


@dataclass(frozen=True, kw_only=True)
class Foundation:
    """What stands before there is an API: keys, network, endpoints, data, and who will call."""

    surroundings: Surroundings | None
    access: ApiAccess
    keys: Keys
    network: Network
    shared_data: SharedData
    data_buckets: DataBuckets
    endpoints: Endpoints


def build(app: App, configuration: Configuration, *, version: str) -> None:
    """Add every stack of one environment to `app`."""
    repository = ImageRepository(app, "ImageRepository", settings=configuration.settings)
    foundation = build_foundation(app, configuration.settings)
    provisioner = Provisioner(
        app,
        "Provisioner",
        configuration=configuration,
        access=foundation.access,
        version=version,
        templates_directory=Path(app.outdir) / "project-templates",
        keys=foundation.keys,
        network=foundation.network,
        shared_data=foundation.shared_data,
        data_buckets=foundation.data_buckets,
    )
    # Its functions run an image out of it.
    provisioner.add_stack_dependency(repository)
    # No head node comes up without them.
    provisioner.add_stack_dependency(foundation.endpoints)
    Observability(
        app,
        "Observability",
        settings=configuration.settings,
        key=foundation.keys.records,
        provisioner=provisioner,
        file_system_id=foundation.shared_data.file_system.file_system_id,
    )
    # Of the stacks only: CloudFormation hands them on to what they hold, and no template changes.
    Tags.of(app).add(VERSION_TAG, version, include_resource_types=["aws:cdk:stack"])
    check_rules(app, configuration.settings)


def build_foundation(app: App, settings: Settings) -> Foundation:
    """Add the stacks that the provisioner stands on to `app`."""
    surroundings = (
        Surroundings(app, "Surroundings", settings=settings) if settings.surroundings else None
    )
    access = _access(settings, surroundings)
    keys = Keys(app, "Keys", settings=settings, callers=access.callers)
    Aspects.of(app).add(EncryptedLogs(keys.records))
    network = _network(app, settings, surroundings)
    shared_data = SharedData(
        app,
        "SharedData",
        settings=settings,
        network=network,
        keys=keys,
    )
    data_buckets = DataBuckets.of(settings.storage, surroundings, shared_data)
    endpoints = Endpoints(
        app,
        "Endpoints",
        settings=settings,
        network=network,
        buckets=_buckets(settings, shared_data, data_buckets),
    )
    return Foundation(
        surroundings=surroundings,
        access=access,
        keys=keys,
        network=network,
        shared_data=shared_data,
        data_buckets=data_buckets,
        endpoints=endpoints,
    )


def _access(settings: Settings, surroundings: Surroundings | None) -> ApiAccess:
    """Whom the settings name, and the roles that stand in for them where there are none."""
    callers, operators = settings.callers, settings.operators
    if surroundings:
        callers = (*callers, surroundings.workflow_service.role_arn)
        operators = (*operators, surroundings.operator.role_arn)
    return ApiAccess(
        callers=callers, operators=operators, vpc_endpoint_id=settings.api.vpc_endpoint_id
    )


def _network(app: App, settings: Settings, surroundings: Surroundings | None) -> Network:
    main = settings.network.main_vpc
    main_vpc = MainVpc.existing(main) if main else None
    network = Network(
        app,
        "Network",
        settings=settings,
        main_vpc=surroundings.main_vpc if surroundings else main_vpc,
    )
    for number, subnets in enumerate(settings.network.plan().shards(), start=1):
        id_ = f"ClusterSubnets{number}"
        ClusterSubnets(
            app,
            id_,
            settings=settings,
            network=network,
            number=number,
            subnets=subnets,
        )
    return network


def _buckets(settings: Settings, shared_data: SharedData, data: DataBuckets) -> Buckets:
    qualifier = DefaultStackSynthesizer.DEFAULT_QUALIFIER
    published = f"cdk-{qualifier}-assets-{settings.account}-{settings.region}"
    return Buckets(
        own=(shared_data.artifacts.bucket_name, published),
        data=data.names(),
    )
