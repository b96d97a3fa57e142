"""The metrics that the dashboard and the alarms look at, each said once.

Ours are those of docs/metrics.md; a test finds each of them there and in what the flow produces.
AWS's own are compared with `tests/cdk_app/aws_metrics.yaml`, a table of what AWS documents.
"""

from collections.abc import Mapping

from aws_cdk import Duration
from aws_cdk import aws_cloudwatch as cloudwatch

from cdk_app.api_access import ROOT_PATH, STAGE
from cdk_app.api_gateway import api_name

NAMESPACE = "HpcProvisioner"
CLUSTERS, PASSES, REALM_KEYS = "clusters", "reconciler", "realm-keys"
_FIVE_MINUTES = Duration.minutes(5)


def ours(
    name: str,
    service: str,
    statistic: str,
    *,
    period: Duration = _FIVE_MINUTES,
    label: str | None = None,
    **dimension: str,
) -> cloudwatch.Metric:
    """A metric of our functions, under its service and its further dimension, if it has one."""
    return cloudwatch.Metric(
        namespace=NAMESPACE,
        metric_name=name,
        dimensions_map={"service": service, **dimension},
        statistic=statistic,
        period=period,
        label=label or next(iter(dimension.values()), None),
    )


def of_api(
    name: str,
    statistic: str,
    environment: str,
    *,
    method: str | None = None,
    label: str | None = None,
) -> cloudwatch.Metric:
    """A metric of the gateway: of all requests, or of those of one method, which has its own.

    A label is for graphs. An alarm on a metric that has one becomes one on an expression.
    """
    by_method = {"Method": method, "Resource": f"/{ROOT_PATH}/{{proxy+}}"} if method else {}
    return cloudwatch.Metric(
        namespace="AWS/ApiGateway",
        metric_name=name,
        dimensions_map={"ApiName": api_name(environment), "Stage": STAGE, **by_method},
        statistic=statistic,
        period=_FIVE_MINUTES,
        label=label,
    )


def of_service(
    namespace: str,
    name: str,
    statistic: str,
    dimensions: Mapping[str, str],
    *,
    label: str | None = None,
) -> cloudwatch.Metric:
    """A metric of a resource of AWS's."""
    return cloudwatch.Metric(
        namespace=namespace,
        metric_name=name,
        dimensions_map=dict(dimensions),
        statistic=statistic,
        period=_FIVE_MINUTES,
        label=label,
    )


def each(
    schema: str, name: str, statistic: str, *, words: str = "", label: str = ""
) -> cloudwatch.MathExpression:
    """A line for everything that there is: what comes and goes has no name in a template.

    Args:
        schema: namespace and dimensions, `AWS/FSx,FileSystemId`.
        name: of the metric.
        statistic: CloudWatch's word for it.
        words: what names must hold, if not every one counts.
        label: for the lines; CloudWatch's own if empty.
    """
    return cloudwatch.MathExpression(
        expression=search(schema, name, statistic, words=words),
        using_metrics={},
        period=_FIVE_MINUTES,
        label=label,
    )


def search(schema: str, name: str, statistic: str, *, words: str = "") -> str:
    """The expression that finds what `each` draws, for use in another expression."""
    wanted = " ".join(part for part in (f'MetricName="{name}"', words) if part)
    return f"SEARCH('{{{schema}}} {wanted}', '{statistic}', {_FIVE_MINUTES.to_seconds():.0f})"
