"""The function that reconciles: on a schedule, and when an operator asks for it."""

import os
from collections import Counter
from datetime import timedelta

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext

from cluster_api.aws import clients
from cluster_api.aws.keys import AwsKeys
from cluster_api.aws.leases import DynamoLeases
from cluster_api.aws.owned_clusters import ProvidedClusters
from cluster_api.aws.registry import DynamoRegistry
from cluster_api.aws.stacks import CloudFormationStacks
from cluster_api.clock import SystemClock
from cluster_api.deadline import time_limit
from cluster_api.following import StackFollower
from cluster_api.gateway import ProxyResponse, answered
from cluster_api.reconciler_routes import Passes, respond
from cluster_api.reconciling import Reconciler, Report, Result
from cluster_api.requests import ProxyEvent
from cluster_api.settings import ReconcilerSettings, parse_reconciler_settings

# A pass of the schedule ends before the function's five minutes, that of a request before the
# gateway's 29 s: what it doesn't get to, the next one does.
_SCHEDULED_SECONDS = 240.0
_REQUESTED_SECONDS = 20.0

_METRICS = {
    "ReconcilerRepairs": {Result.MENDED},
    "ReconcilerFailedRepairs": {Result.FAILED},
    "ReconcilerLeftToOperators": {Result.FOR_AN_OPERATOR},
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
            history_days=settings.history_days,
        ),
        clock=clock,
        grace=timedelta(minutes=settings.grace_minutes),
    )


logger = Logger(service="cluster_api")
metrics = Metrics(namespace="HpcProvisioner", service="reconciler")
_settings = parse_reconciler_settings(os.environ)
_reconciler = build_reconciler(_settings)


def make_pass(*, dry_run: bool) -> Report:
    """One pass, and its report in the log; in the metrics too if it did something."""
    report = _reconciler.reconcile(dry_run=dry_run)
    for outcome in report.outcomes:
        logger.warning(
            "discrepancy",
            extra={
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
        _count(report)
    return report


def _count(report: Report) -> None:
    results = Counter(outcome.result for outcome in report.outcomes)
    for name, counted in _METRICS.items():
        metrics.add_metric(name, MetricUnit.Count, sum(results[result] for result in counted))
    metrics.add_metric("ReconcilerDiscrepancies", MetricUnit.Count, len(report.outcomes))
    metrics.add_metric("ReconcilerIncompletePasses", MetricUnit.Count, int(not report.complete))


@logger.inject_lambda_context(correlation_id_path="requestContext.requestId", clear_state=True)
@metrics.log_metrics
def handler(event: ProxyEvent, _: LambdaContext) -> ProxyResponse | None:
    """Answer an operator's request; make the pass that is due if it is none, but a schedule's."""
    if "httpMethod" in event:
        passes = Passes(make=make_pass, operators=_settings.operators)
        return answered(event, lambda request: respond(request, passes), seconds=_REQUESTED_SECONDS)
    with time_limit(_SCHEDULED_SECONDS):
        make_pass(dry_run=False)
    return None
