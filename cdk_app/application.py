"""The application: its stacks, in the order in which they stand on each other."""

from dataclasses import dataclass
from pathlib import Path

from aws_cdk import App, DefaultStackSynthesizer, Validations
from cdk_nag import AwsSolutionsChecks

from cdk_app.api_access import ApiAccess
from cdk_app.cluster_subnets import ClusterSubnets
from cdk_app.configuration_files import Configuration
from cdk_app.endpoint_policies import Buckets
from cdk_app.endpoints import Endpoints
from cdk_app.findings import acknowledge_findings
from cdk_app.network import Network
from cdk_app.peering import MainVpc
from cdk_app.provisioner import Provisioner
from cdk_app.settings import Settings
from cdk_app.shared_data import SharedData
from cdk_app.surroundings import Surroundings


@dataclass(frozen=True, kw_only=True)
class Foundation:
    """What stands before there is an API: network, endpoints, data, and who will call."""

    surroundings: Surroundings | None
    access: ApiAccess
    network: Network
    shared_data: SharedData
    endpoints: Endpoints


def build(app: App, configuration: Configuration, *, version: str) -> None:
    """Add every stack of one environment to `app`."""
    Validations.of(app).add_plugins(AwsSolutionsChecks(app))
    foundation = build_foundation(app, configuration.settings)
    provisioner = Provisioner(
        app,
        "Provisioner",
        configuration=configuration,
        access=foundation.access,
        version=version,
        templates_directory=Path(app.outdir) / "project-templates",
        network=foundation.network,
        shared_data=foundation.shared_data,
    )
    # No head node comes up without them.
    provisioner.add_stack_dependency(foundation.endpoints)
    acknowledge_findings(app, configuration.settings)


def build_foundation(app: App, settings: Settings) -> Foundation:
    """Add the stacks that the provisioner stands on to `app`."""
    surroundings = (
        Surroundings(app, "Surroundings", settings=settings) if settings.surroundings else None
    )
    access = _access(settings, surroundings)
    network = _network(app, settings, surroundings)
    shared_data = SharedData(
        app,
        "SharedData",
        settings=settings,
        network=network,
        callers=access.callers,
    )
    endpoints = Endpoints(
        app,
        "Endpoints",
        settings=settings,
        network=network,
        buckets=_buckets(settings, surroundings, shared_data),
    )
    return Foundation(
        surroundings=surroundings,
        access=access,
        network=network,
        shared_data=shared_data,
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


def _buckets(
    settings: Settings, surroundings: Surroundings | None, shared_data: SharedData
) -> Buckets:
    qualifier = DefaultStackSynthesizer.DEFAULT_QUALIFIER
    published = f"cdk-{qualifier}-assets-{settings.account}-{settings.region}"
    public, project = (
        (surroundings.public_bucket.bucket_name, surroundings.project_bucket.bucket_name)
        if surroundings
        else (settings.storage.public_bucket, settings.storage.project_bucket)
    )
    return Buckets(
        own=(shared_data.artifacts.bucket_name, published),
        data=(shared_data.scratch.bucket_name, str(public), str(project)),
    )
