"""Tells whoever listens what becomes of clusters: from the registry's stream onto a bus of ours."""

from aws_cdk import Duration
from aws_cdk import aws_events as events
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_lambda_event_sources as sources
from constructs import Construct

from cdk_app.dead_letters import DeadLetters
from cdk_app.functions import ApiPackageFunction
from cdk_app.key_permissions import read_registry
from cdk_app.registry import Registry
from cdk_app.settings import Settings

BUS_NAME = "hpc-provisioner"
SOURCE = "hpc-provisioner"
DETAIL_TYPE = "HPC Cluster State Change"


class ClusterEvents(Construct):
    """The bus, and the function that puts every change of a cluster's state on it.

    What can't be told within an hour, or a hundred attempts, is a dead letter, and the next
    change is told: one that nobody can tell must not hold up those of all clusters.

    Attributes:
        function: tells.
        bus: admits rules and events of this account only, as far as IAM allows them.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        settings: Settings,
        dead_letters: DeadLetters,
        registry: Registry,
    ) -> None:
        super().__init__(scope, id_)
        self.bus = events.EventBus(
            self,
            "Bus",
            event_bus_name=BUS_NAME,
            description=f"Clusters of projects: {DETAIL_TYPE}",
        )
        self.function = function = ApiPackageFunction(
            self,
            "Function",
            settings=settings,
            module="cluster_events",
            description="Puts changes of clusters' states on the event bus",
            timeout=Duration.seconds(30),
            environment={"EVENT_BUS": self.bus.event_bus_name},
        )
        function.add_to_role_policy(_put_our_events(self.bus))
        function.add_to_role_policy(read_registry(registry.key))
        function.add_event_source(
            sources.DynamoEventSource(
                registry,
                # Not LATEST, which may miss what happens while the mapping is being made.
                starting_position=lambda_.StartingPosition.TRIM_HORIZON,
                filters=[_about_clusters()],
                report_batch_item_failures=True,
                bisect_batch_on_error=True,
                retry_attempts=100,
                max_record_age=Duration.hours(1),
                on_failure=sources.SqsDlq(dead_letters.queue),
            )
        )


def _put_our_events(bus: events.EventBus) -> iam.PolicyStatement:
    return iam.PolicyStatement(
        actions=["events:PutEvents"],
        resources=[bus.event_bus_arn],
        conditions={
            "StringEquals": {"events:source": SOURCE, "events:detail-type": DETAIL_TYPE},
        },
    )


def _about_clusters() -> dict[str, str]:
    """Leases and history wake nobody."""
    is_cluster = {"dynamodb": {"Keys": {"kind": {"S": lambda_.FilterRule.is_equal("cluster")}}}}
    return dict(lambda_.FilterCriteria.filter(is_cluster))
