"""The application: its stacks, in the order in which they stand on each other."""

from pathlib import Path

from aws_cdk import App, Validations
from aws_cdk import aws_iam as iam
from cdk_nag import AwsSolutionsChecks

from cdk_app.cluster_subnets import ClusterSubnets
from cdk_app.configuration_files import Configuration
from cdk_app.findings import acknowledge_findings
from cdk_app.network import Network
from cdk_app.provisioner import Provisioner
from cdk_app.shared_data import SharedData
from cdk_app.surroundings import Surroundings


def build(app: App, configuration: Configuration, *, version: str) -> None:
    """Add every stack of one environment to `app`."""
    settings = configuration.settings
    Validations.of(app).add_plugins(AwsSolutionsChecks(app))
    callers = [iam.ArnPrincipal(arn) for arn in settings.callers]
    if settings.surroundings:
        surroundings = Surroundings(app, "Surroundings", settings=settings)
        callers.append(iam.ArnPrincipal(surroundings.workflow_service.role_arn))
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
        callers=callers,
    )
    Provisioner(
        app,
        "Provisioner",
        configuration=configuration,
        version=version,
        templates_directory=Path(app.outdir) / "project-templates",
        network=network,
        shared_data=shared_data,
    )
    acknowledge_findings(app, settings)
