"""The function that reconciles: on a schedule, and when an operator asks for it."""

import os
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta

from aws_lambda_powertools.utilities.typing import LambdaContext

from cluster_api.aws import clients
from cluster_api.aws.data_repositories import FsxDataRepositories
from cluster_api.aws.keys import AwsKeys
from cluster_api.aws.launch_parameters import LaunchParameters
from cluster_api.aws.leases import DynamoLeases
from cluster_api.aws.meter import EmbeddedMetrics
from cluster_api.aws.owned_clusters import ProvidedClusters
from cluster_api.aws.registry import DynamoRegistry
from cluster_api.aws.stacks import CloudFormationStacks
from cluster_api.aws.subnets import SsmSubnetPool
from cluster_api.aws.workflows import StateMachine
from cluster_api.census import census
from cluster_api.clock import SystemClock
from cluster_api.deadline import time_limit
from cluster_api.entry_point import entry_point, logger
from cluster_api.errors import ClusterApiError
from cluster_api.following import StackFollower
from cluster_api.gateway import ProxyResponse, answered
from cluster_api.measures import (
    DISCREPANCIES,
    FAILED_REPAIRS,
    INCOMPLETE_PASSES,
    LEFT_TO_OPERATORS,
    REPAIRS,
    Measure,
)
from cluster_api.reconciler_routes import Passes, respond
from cluster_api.reconciling import Reconciler, Report, Result
from cluster_api.requests import ProxyEvent
from cluster_api.settings import ReconcilerSettings, parse_reconciler_settings

# A pass of the schedule ends before the function's five minutes, that of a request before the
# gateway's 29 s: what it doesn't get to, the next one does.
_SCHEDULED_SECONDS = 240.0
_REQUESTED_SECONDS = 20.0

_RESULTS = {
    REPAIRS: Result.MENDED,
    FAILED_REPAIRS: Result.FAILED,
    LEFT_TO_OPERATORS: Result.FOR_AN_OPERATOR,
}


def build_reconciler(settings: ReconcilerSettings) -> Reconciler:
    """The reconciler with the real AWS behind it."""
    dynamodb, cloudformation = clients.dynamodb(), clients.cloudformation()
    registry = DynamoRegistry(client=dynamodb, table=settings.registry_table)
    keys = AwsKeys(ec2=clients.ec2(), secrets_manager=clients.secrets_manager())
    stacks = CloudFormationStacks(client=cloudformation)
    clock = SystemClock()
    return Reconciler(
        registry=registry,
        leases=DynamoLeases(client=dynamodb, table=settings.registry_table),
        keys=keys,
        stacks=stacks,
        clusters=ProvidedClusters(
            cloudformation=cloudformation,
            functions=clients.functions(),
            provider_arn=settings.cluster_provider_arn,
        ),
        follower=StackFollower(
            registry=registry,
            keys=keys,
            stacks=stacks,
            clock=clock,
            workflows=StateMachine(
                client=clients.step_functions, state_machine_arn=settings.deletion_workflow_arn
            ),
            meter=EmbeddedMetrics(),
            history_days=settings.history_days,
        ),
        repositories=FsxDataRepositories(client=clients.fsx),
        clock=clock,
        grace=timedelta(minutes=settings.grace_minutes),
    )


_settings = parse_reconciler_settings(os.environ)
_reconciler = build_reconciler(_settings)
_meter = EmbeddedMetrics()
_pool = SsmSubnetPool(parameters=LaunchParameters(client=clients.ssm(), path=_settings.launch_path))


def make_pass(*, dry_run: bool) -> Report:
    """One pass, and its report in the log; in the metrics too unless it was dry."""
    report = _reconciler.reconcile(dry_run=dry_run)
    for outcome in report.outcomes:
        logger.warning(
            "discrepancy",
            extra={
                **outcome.about,
                "kind": outcome.kind,
                "subject": outcome.subject,
                "reason": outcome.reason,
                "result": outcome.result.name,
                "explanation": outcome.explanation,
            },
        )
    logger.info(
        "reconciled",
        extra={
            "dry_run": report.dry_run,
            "complete": report.complete,
            "records": report.records,
            "leases": report.leases,
            "discrepancies": len(report.outcomes),
        },
    )
    if not dry_run:
        _meter.tell(_counts(report))
        _meter.tell(_gauges(report))
    return report


def _counts(report: Report) -> Iterator[Measure]:
    results = Counter(outcome.result for outcome in report.outcomes)
    for metric, result in _RESULTS.items():
        yield Measure(metric=metric, value=results[result])
    yield Measure(metric=DISCREPANCIES, value=len(report.outcomes))
    yield Measure(metric=INCOMPLETE_PASSES, value=int(not report.complete))


def _gauges(report: Report) -> Iterator[Measure]:
    return census(
        report.survey,
        tiers=_settings.tiers,
        subnets=_subnets(),
        now=SystemClock().now(),
        grace=timedelta(minutes=_settings.grace_minutes),
    )


def _subnets() -> Mapping[str, Sequence[str]]:
    try:
        return _pool.by_zone()
    except ClusterApiError as problem:
        # A pass that has done its work doesn't fail for what it can't count.
        logger.warning("subnets are not counted: %s", problem)
        return {}


@entry_point
def handler(event: ProxyEvent, _: LambdaContext) -> ProxyResponse | None:
    """Answer an operator's request; make the pass that is due if it is none, but a schedule's."""
    if "httpMethod" in event:
        passes = Passes(make=make_pass, operators=_settings.operators)
        return answered(event, lambda request: respond(request, passes), seconds=_REQUESTED_SECONDS)
    with time_limit(_SCHEDULED_SECONDS):
        make_pass(dry_run=False)
    return None
