"""What our functions measure: every metric of theirs, and a value of one.

docs/metrics.md says it in words; a test compares the two.
"""

from dataclasses import dataclass
from enum import StrEnum

# CloudWatch's namespace of all of ours; head nodes write theirs into it too.
NAMESPACE = "HpcProvisioner"


class Unit(StrEnum):
    """CloudWatch's words for units (CloudWatch API reference, MetricDatum)."""

    COUNT = "Count"
    SECONDS = "Seconds"
    PERCENT = "Percent"


@dataclass(frozen=True, kw_only=True)
class Metric:
    """A metric as CloudWatch keeps it: by its `service`, and by its `dimension` if it has one.

    What a dimension may be is a short list. No project's and no cluster's name: each value is a
    metric of its own, which is paid for.
    """

    name: str
    unit: Unit
    service: str
    dimension: str | None = None


@dataclass(frozen=True, kw_only=True)
class Measure:
    """A value of a metric; `of` is its dimension's value, None where it has no dimension."""

    metric: Metric
    value: float
    of: str | None = None


_PASSES, _CLUSTERS = "reconciler", "clusters"

CLUSTERS_BY_STATE = Metric(
    name="ClustersByState", unit=Unit.COUNT, service=_PASSES, dimension="State"
)
CLUSTERS_BY_TIER = Metric(name="ClustersByTier", unit=Unit.COUNT, service=_PASSES, dimension="Tier")
LONGEST_IN_STATE = Metric(
    name="LongestInStateSeconds", unit=Unit.SECONDS, service=_PASSES, dimension="State"
)
OVERDUE_CLUSTERS = Metric(name="OverdueClusters", unit=Unit.COUNT, service=_PASSES)
SUBNETS = Metric(name="Subnets", unit=Unit.COUNT, service=_PASSES, dimension="Zone")
FREE_SUBNETS = Metric(name="FreeSubnets", unit=Unit.COUNT, service=_PASSES, dimension="Zone")
LEAST_FREE_SUBNETS = Metric(name="LeastFreeSubnetsPercent", unit=Unit.PERCENT, service=_PASSES)

DISCREPANCIES = Metric(name="ReconcilerDiscrepancies", unit=Unit.COUNT, service=_PASSES)
REPAIRS = Metric(name="ReconcilerRepairs", unit=Unit.COUNT, service=_PASSES)
FAILED_REPAIRS = Metric(name="ReconcilerFailedRepairs", unit=Unit.COUNT, service=_PASSES)
LEFT_TO_OPERATORS = Metric(name="ReconcilerLeftToOperators", unit=Unit.COUNT, service=_PASSES)
INCOMPLETE_PASSES = Metric(name="ReconcilerIncompletePasses", unit=Unit.COUNT, service=_PASSES)

READY = Metric(name="ReadySeconds", unit=Unit.SECONDS, service=_CLUSTERS)
READY_PHASE = Metric(
    name="ReadyPhaseSeconds", unit=Unit.SECONDS, service=_CLUSTERS, dimension="Phase"
)
FAILED_CREATIONS = Metric(name="FailedCreations", unit=Unit.COUNT, service=_CLUSTERS)
FAILED_DELETIONS = Metric(name="FailedDeletions", unit=Unit.COUNT, service=_CLUSTERS)
FAILED_EXPORTS = Metric(name="FailedExports", unit=Unit.COUNT, service=_CLUSTERS)
FAILURES = Metric(name="Failures", unit=Unit.COUNT, service=_CLUSTERS, dimension="Code")

METRICS = (
    CLUSTERS_BY_STATE,
    CLUSTERS_BY_TIER,
    LONGEST_IN_STATE,
    OVERDUE_CLUSTERS,
    SUBNETS,
    FREE_SUBNETS,
    LEAST_FREE_SUBNETS,
    DISCREPANCIES,
    REPAIRS,
    FAILED_REPAIRS,
    LEFT_TO_OPERATORS,
    INCOMPLETE_PASSES,
    READY,
    READY_PHASE,
    FAILED_CREATIONS,
    FAILED_DELETIONS,
    FAILED_EXPORTS,
    FAILURES,
)
