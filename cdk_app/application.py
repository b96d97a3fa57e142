"""The application: its stacks, in the order in which they stand on each other."""

from pathlib import Path

from aws_cdk import App, Validations
from cdk_nag import AwsSolutionsChecks

from cdk_app.api_access import ApiAccess
from cdk_app.cluster_subnets import ClusterSubnets
from cdk_app.configuration_files import Configuration
from cdk_app.findings import acknowledge_findings
from cdk_app.network import Network
from cdk_app.provisioner import Provisioner
from cdk_app.settings import Settings
from cdk_app.shared_data import SharedData
from cdk_app.surroundings import Surroundings


def build(app: App, configuration: Configuration, *, version: str) -> None:
    """Add every stack of one environment to `app`."""
    settings = configuration.settings
    Validations.of(app).add_plugins(AwsSolutionsChecks(app))
    access = _access(app, settings)
    network = Network(app, "Network", settings=settings)
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
    shared_data = SharedData(
        app,
        "SharedData",
        settings=settings,
        network=network,
        callers=access.callers,
    )
    Provisioner(
        app,
        "Provisioner",
        configuration=configuration,
        access=access,
        version=version,
        templates_directory=Path(app.outdir) / "project-templates",
        network=network,
        shared_data=shared_data,
    )
    acknowledge_findings(app, settings)


def _access(app: App, settings: Settings) -> ApiAccess:
    """Whom the settings name, and the roles that stand in for them where there are none."""
    callers, operators = settings.callers, settings.operators
    if settings.surroundings:
        surroundings = Surroundings(app, "Surroundings", settings=settings)
        callers = (*callers, surroundings.workflow_service.role_arn)
        operators = (*operators, surroundings.operator.role_arn)
    return ApiAccess(
        callers=callers, operators=operators, vpc_endpoint_id=settings.api.vpc_endpoint_id
    )
