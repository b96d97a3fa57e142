"""Which of `sacct`'s rows answer a question: it tells of more than it is asked for.

For an array's number all its tasks come, for a het job's all its components. And Slurm counts jobs
from 1 again when a cluster is made again under its name, whose accounting is still there: for a
number the former cluster's job comes too, before this one's, and its whole array.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

from .slurm_json import Json, moment, number, part


def own_rows(
    rows: Iterable[Json], asked: Collection[int], *, since: int = 0
) -> dict[int, list[Json]]:
    """Those of these jobs, by their ids, in their order.

    Args:
        rows: what `sacct` said.
        asked: the ids it was asked for.
        since: when this cluster began; what was submitted before is a former one's.
    """
    found: dict[int, list[Json]] = {}
    for row in rows:
        job_id, submitted = number(row.get("job_id")), submission_of_row(row)
        if job_id is None or job_id not in asked:
            continue
        if submitted is None or submitted >= since:
            found.setdefault(job_id, []).append(row)
    return found


def submission_of_row(row: Json) -> int | None:
    """When the run of `sacct`'s row was submitted, or requeued to be."""
    return moment(part(row, "time", "submission"))
