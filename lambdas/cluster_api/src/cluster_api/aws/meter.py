"""Measures as lines in CloudWatch's embedded metric format, which cost no call of AWS."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from aws_lambda_powertools.metrics import EphemeralMetrics

from cluster_api.measures import NAMESPACE, Measure

# By service, dimension and its value: what a line has once.
_Key = tuple[str, str | None, str | None]


@dataclass(frozen=True, kw_only=True)
class EmbeddedMetrics:
    """Prints a line for each set of dimensions. Lambda puts it into the function's log."""

    def tell(self, measures: Iterable[Measure]) -> None:
        """See Meter."""
        for (service, dimension, value), group in _grouped(measures).items():
            metrics = EphemeralMetrics(namespace=NAMESPACE, service=service)
            if dimension is not None and value is not None:
                metrics.add_dimension(name=dimension, value=value)
            for measure in group:
                metrics.add_metric(measure.metric.name, measure.metric.unit, measure.value)
            metrics.flush_metrics()


def _grouped(measures: Iterable[Measure]) -> Mapping[_Key, list[Measure]]:
    groups: dict[_Key, list[Measure]] = {}
    for measure in measures:
        key = (measure.metric.service, measure.metric.dimension, measure.of)
        groups.setdefault(key, []).append(measure)
    return groups
