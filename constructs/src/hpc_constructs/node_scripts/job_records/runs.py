"""Which run of a job an ending is of, and what Slurm's programs say of that very run.

A requeued job has one id and several runs. `scontrol` knows the latest; `sacct -D` has them all.
The hook of a requeued run already counts the next one, so the run is known by when it started.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from .own_rows import submission_of_row
from .slurm_json import Json, moment, number, part, words

ACTIVE = frozenset(
    (
        *("PENDING", "CONFIGURING", "RUNNING", "RESIZING", "SUSPENDED", "STOPPED", "SIGNALING"),
        *("STAGE_OUT", "REQUEUED", "REQUEUE_FED", "REQUEUE_HOLD", "SPECIAL_EXIT", "RESV_DEL_HOLD"),
    )
)
"""States, and flags of states, of a job that goes on; COMPLETING is beside a state of an end."""
REQUEUED = "REQUEUED"
_FLAGS = frozenset(("COMPLETING", "LAUNCH_FAILED", "RECONFIG_FAIL", "POWER_UP_NODE", "UPDATE_DB"))


@dataclass(frozen=True)
class Hook:
    """What Slurm told EpilogSlurmctld of a run that ended; all of it as text."""

    variables: Mapping[str, str]

    @property
    def job_id(self) -> int:
        """The job's id."""
        return int(self.variables["SLURM_JOB_ID"])

    @property
    def start(self) -> int | None:
        """When the run started."""
        return self.integer("SLURM_JOB_START_TIME") or None

    def integer(self, name: str) -> int | None:
        """A variable that is a number; None if it isn't."""
        value = self.variables.get(name, "")
        return int(value) if value.isascii() and value.isdigit() else None


@dataclass(frozen=True)
class Run:
    """One run of a job, by whoever knows of it.

    Attributes:
        hook: what the hook was told; None if no hook ran, for want of an allocation.
        job: `scontrol`'s, if it is of this run.
        row: `sacct`'s, of this run.
        requeued: whether the job went on in another run.
        restart: how often the job had run before.
    """

    hook: Hook | None
    job: Json | None
    row: Json | None
    requeued: bool
    restart: int

    @property
    def is_guess(self) -> bool:
        """Whether `restart` is but what the hook counted, which may be one too many."""
        counted = self.hook.integer("SLURM_JOB_RESTART_COUNT") if self.hook else None
        return bool(counted) and self.job is None and self.row is None and not self.requeued


def run_of_hook(hook: Hook, job: Json | None, rows: Sequence[Json]) -> Run:
    """The run that ended when this hook ran."""
    own_job = job if job is not None and _is_this(start_of_job(job), hook.start) else None
    own_rows = [row for row in rows if _is_this(start_of_row(row), hook.start)]
    row = own_rows[-1] if own_rows else None
    goes_on = own_job is None and job is not None
    requeued = goes_on or state_of_row(row) == REQUEUED
    told = number(part(row, "restart_cnt"))
    if told is None:
        told = number(part(own_job, "restart_cnt"))
    if told is None:
        counted = hook.integer("SLURM_JOB_RESTART_COUNT") or 0
        told = max(0, counted - 1) if requeued else counted
    return Run(hook, own_job, row, requeued, told)


def run_of_row(row: Json) -> Run:
    """The run that `sacct` has a row of, without a hook."""
    return Run(None, None, row, state_of_row(row) == REQUEUED, restart_of(row))


def run_of_job(job: Json, rows: Sequence[Json] = ()) -> Run:
    """The run that `scontrol` shows, without a hook."""
    restart, submitted = restart_of(job), moment(part(job, "submit_time")) or 0
    own = [
        row
        for row in rows
        if restart_of(row) == restart
        and state_of_row(row) != REQUEUED
        # Before that another job had this number. A resized job has a later row.
        and (submission_of_row(row) or submitted) >= submitted
    ]
    return Run(None, job, own[-1] if own else None, False, restart)


def restart_of(told: Json) -> int:
    """How often a job had run before the run that `scontrol` or `sacct` tells of."""
    return number(part(told, "restart_cnt")) or 0


def state_of_row(row: Json | None) -> str | None:
    """How the run of `sacct`'s row ended; None if it didn't.

    A run that was requeued is PENDING there, and REQUEUED beside.
    """
    state = words(part(row, "state", "current"))
    return REQUEUED if REQUEUED in state else ended_state(state)


def ended_state(state: Sequence[str]) -> str | None:
    """The state of an end, without flags; None if it is none."""
    if not state or ACTIVE & set(state):
        return None
    ends = [word for word in state if word not in _FLAGS]
    return ends[0] if ends else None


def start_of_job(job: Json) -> int | None:
    """When the run that `scontrol` shows started."""
    return moment(part(job, "start_time"))


def start_of_row(row: Json) -> int | None:
    """When the run of `sacct`'s row started."""
    return moment(part(row, "time", "start"))


def _is_this(start: int | None, wanted: int | None) -> bool:
    # Slurm before 23.02 told the hook no time: then the latest is the best guess.
    return wanted is None or start == wanted
