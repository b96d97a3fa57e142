"""How many clusters there are, how they are, and what is free, at the time of a pass: pure."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta

from cluster_api.discrepancies import Survey
from cluster_api.measures import (
    CLUSTERS_BY_STATE,
    CLUSTERS_BY_TIER,
    FREE_SUBNETS,
    LEAST_FREE_SUBNETS,
    LONGEST_IN_STATE,
    OVERDUE_CLUSTERS,
    SUBNETS,
    Measure,
)
from cluster_api.model import Record, State
from cluster_api.survey import Lease

# It goes no further by itself, and its nodes, its file system and its subnet are paid for.
_DELETE_FAILED_MAY_LAST = timedelta(days=1)
# Its steps go on whether FSx does or not, so they don't tell that it hangs.
_EXPORT_MAY_LAST = timedelta(days=1)


def census(
    survey: Survey,
    *,
    tiers: Sequence[str],
    subnets: Mapping[str, Sequence[str]],
    now: datetime,
    grace: timedelta,
) -> Iterator[Measure]:
    """The gauges of a pass; none of them is left out for being zero.

    Args:
        survey: what the pass saw.
        tiers: those on offer.
        subnets: the clusters' subnets by zone.
        now: the time.
        grace: how long anything may be in progress.
    """
    yield from _clusters(survey.records, tiers)
    yield from _ages(survey.records, now, grace)
    yield from _subnets(survey.leases, subnets)


def _clusters(records: Sequence[Record], tiers: Sequence[str]) -> Iterator[Measure]:
    by_state = Counter(record.state for record in records)
    for state in State:
        yield Measure(metric=CLUSTERS_BY_STATE, value=by_state[state], of=state.value)
    by_tier = Counter(record.tier for record in records)
    for tier in sorted({*tiers, *by_tier}):
        yield Measure(metric=CLUSTERS_BY_TIER, value=by_tier[tier], of=tier)


def _ages(records: Sequence[Record], now: datetime, grace: timedelta) -> Iterator[Measure]:
    for state in State:
        ages = [now - record.updated_at for record in records if record.state is state]
        longest = max(ages, default=timedelta(0))
        yield Measure(metric=LONGEST_IN_STATE, value=longest.total_seconds(), of=state.value)
    overdue = sum(_is_overdue(record, now, grace) for record in records)
    yield Measure(metric=OVERDUE_CLUSTERS, value=overdue)


def _is_overdue(record: Record, now: datetime, grace: timedelta) -> bool:
    age = now - record.changed_at
    if record.state is State.DELETE_FAILED:
        return age > _DELETE_FAILED_MAY_LAST
    if record.export and record.is_exporting and now - record.export.begun_at > _EXPORT_MAY_LAST:
        return True
    return record.state.in_progress and age > grace


def _subnets(leases: Sequence[Lease], zones: Mapping[str, Sequence[str]]) -> Iterator[Measure]:
    held = {lease.subnet_id for lease in leases}
    percents = []
    for zone, subnets in zones.items():
        free = [subnet for subnet in subnets if subnet not in held]
        yield Measure(metric=SUBNETS, value=len(subnets), of=zone)
        yield Measure(metric=FREE_SUBNETS, value=len(free), of=zone)
        percents.append(100 * len(free) / len(subnets))
    if percents:
        yield Measure(metric=LEAST_FREE_SUBNETS, value=min(percents))
