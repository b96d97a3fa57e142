"""The record of one run of a job: all that is known of it, in one document.

A pure function of what was spooled, what Slurm's programs say and what was read. docs/job-record.md
describes the fields for readers, docs/job-record.schema.json for programs; a change that a reader
could stumble over is a new `SCHEMA`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from .excerpts import Excerpt, decoded
from .modules_loaded import Trace, modules
from .redaction import (
    assigned_secrets,
    redacted_names,
    redacted_script,
    redacted_variables,
    secret_values,
)
from .runs import REQUEUED, Run, ended_state, state_of_row
from .slurm_json import moment, number, part, text, words
from .streams import Stream, script_part, stream_part
from .usage import resources, steps, usage

SCHEMA = 1
NO_TASK = 0xFFFFFFFE
Record = dict[str, object]


@dataclass(frozen=True)
class Gathered:
    """What is known of a run beside Slurm's own data.

    Attributes:
        cluster: the cluster's name.
        environment: at submission, as slurmctld had it; None if it had none.
        script: the batch script, if there is one.
        stdout: of a batch job.
        stderr: the same.
        traces: of modules that were loaded.
    """

    cluster: str
    environment: Mapping[str, str] | None = None
    script: Excerpt | None = None
    stdout: Stream | None = None
    stderr: Stream | None = None
    traces: Sequence[Trace] = ()


def record(run: Run, gathered: Gathered) -> Record:
    """The record; its texts may still be too long together (`fitting`)."""
    secrets = _secrets(run, gathered)
    job_id = job_id_of(run)
    environment = gathered.environment
    return {
        "schema": SCHEMA,
        "key": f"{gathered.cluster}/{job_id}/{run.restart}",
        "cluster": gathered.cluster,
        "job_id": job_id,
        "restart": run.restart,
        "array": _array(run),
        "het": _het(run),
        **_who(run),
        **_redacted_texts(run, secrets),
        **_how_it_ended(run),
        **times(run),
        **_where(run),
        "usage": usage(run.row),
        "sources": {
            "epilog": run.hook is not None,
            "scontrol": run.job is not None,
            "sacct": run.row is not None,
        },
        "cut": [],
        "script": script_part(gathered.script, secrets),
        "stdout": stream_part(gathered.stdout, secrets),
        "stderr": stream_part(gathered.stderr, secrets),
        # What has any number of parts comes last: Logs Insights finds 200 fields of an event.
        "modules": redacted_names(modules(environment, gathered.traces), secrets),
        "steps": redacted_names(steps(run.row), secrets),
        "environment": {
            "source": None if environment is None else "slurmctld",
            "variables": None if environment is None else redacted_variables(environment, secrets),
        },
    }


def job_id_of(run: Run) -> int:
    """The job's id; a run is known by somebody, who knows it."""
    if run.hook is not None:
        return run.hook.job_id
    told = number(part(run.job, "job_id")) or number(part(run.row, "job_id"))
    if told is None:
        raise ValueError("a run that nobody has an id of")
    return told


def state_of(run: Run) -> str | None:
    """How the run ended, in Slurm's words."""
    of_job = ended_state(words(part(run.job, "job_state")))
    return state_of_row(run.row) or (REQUEUED if run.requeued else of_job)


def times(run: Run) -> dict[str, object]:
    """The run's times, in seconds since 1970, and what is between them."""
    row, job = part(run.row, "time"), run.job
    submitted = moment(part(row, "submission")) or moment(part(job, "submit_time"))
    eligible = moment(part(row, "eligible")) or moment(part(job, "eligible_time"))
    ended = moment(part(row, "end")) or moment(part(job, "end_time")) or _hooks_end(run)
    started = (
        (run.hook.start if run.hook else None)
        or moment(part(row, "start"))
        or moment(part(job, "start_time"))
    )
    if run.hook is None and not _had_nodes(run):
        # Slurm gives what never started the time of its end as that of its start.
        started = None
    return {
        "submit_time": submitted,
        "eligible_time": eligible,
        "start_time": started,
        "end_time": ended,
        "wait_seconds": _between(eligible or submitted, started),
        "elapsed_seconds": _between(started, ended),
        "time_limit_minutes": number(part(row, "limit")) or number(part(job, "time_limit")),
    }


def _secrets(run: Run, gathered: Gathered) -> Sequence[str]:
    """What must be in no text: the job may print what its script or its command line sets."""
    script = gathered.script
    written = [text(part(run.row, "submit_line")) or ""]
    written += [decoded(script.head), decoded(script.tail)] if script else []
    assigned = {value for each in written for value in assigned_secrets(each)}
    return (*secret_values(gathered.environment or {}), *sorted(assigned))


def _who(run: Run) -> dict[str, object]:
    group = _told(run, "SLURM_JOB_GROUP", "group_name", ("group",))
    return {
        "user": _told(run, "SLURM_JOB_USER", "user_name", ("user",)),
        "uid": (run.hook.integer("SLURM_JOB_UID") if run.hook else None)
        or number(part(run.job, "user_id")),
        "group": group,
        "account": _told(run, "SLURM_JOB_ACCOUNT", "account", ("account",)),
        "partition": _told(run, "SLURM_JOB_PARTITION", "partition", ("partition",)),
        "qos": text(part(run.row, "qos")) or text(part(run.job, "qos")),
    }


def _redacted_texts(run: Run, secrets: Sequence[str]) -> dict[str, object]:
    """What users write themselves."""
    told = {
        "name": _told(run, "SLURM_JOB_NAME", "name", ("name",)),
        "comment": _told(run, "SLURM_JOB_COMMENT", "comment", ("comment", "job")),
        "submit_line": text(part(run.row, "submit_line")),
        "working_directory": _told(
            run, "SLURM_JOB_WORK_DIR", "current_working_directory", ("working_directory",)
        ),
    }
    return {name: value and redacted_script(value, secrets) for name, value in told.items()}


def _how_it_ended(run: Run) -> dict[str, object]:
    code, signal = _exit(run)
    reason = text(part(run.row, "state", "reason")) or text(part(run.job, "state_reason"))
    return {
        "state": state_of(run),
        "reason": None if reason == "None" else reason,
        "requeued": run.requeued,
        "exit_code": code,
        "exit_signal": signal,
        "cancelled_by": text(part(run.row, "kill_request_user")),
    }


def _exit(run: Run) -> tuple[int | None, int | None]:
    """The exit code and the signal, 0 for none of it; as `sacct` has them."""
    for told in (part(run.row, "exit_code"), part(run.job, "exit_code")):
        code, signal = number(part(told, "return_code")), number(part(told, "signal", "id"))
        if code is not None or signal is not None:
            return code or 0, signal or 0
    hooks = run.hook.variables.get("SLURM_JOB_EXIT_CODE2", "") if run.hook else ""
    code_text, _, signal_text = hooks.partition(":")
    if code_text.isdigit() and signal_text.isdigit():
        return int(code_text), int(signal_text)
    return None, None


def _where(run: Run) -> dict[str, object]:
    nodes = _told(run, "SLURM_JOB_NODELIST", "nodes", ("nodes",))
    return {
        "nodes": None if nodes == "None assigned" else nodes,
        "node_count": number(part(run.job, "node_count"))
        if nodes and run.job
        else number(part(run.row, "allocation_nodes")),
        "resources_requested": text(part(run.job, "tres_req_str"))
        or resources(part(run.row, "tres", "requested")),
        "resources_allocated": text(part(run.job, "tres_alloc_str"))
        or resources(part(run.row, "tres", "allocated")),
    }


def _array(run: Run) -> dict[str, object] | None:
    row, job = part(run.row, "array"), run.job
    array_id = number(part(row, "job_id")) or number(part(job, "array_job_id"))
    if run.hook is not None:
        array_id = array_id or run.hook.integer("SLURM_ARRAY_JOB_ID")
    if not array_id:
        return None
    task = number(part(row, "task_id"))
    task = number(part(job, "array_task_id")) if task is None else task
    if task is None and run.hook is not None:
        task = run.hook.integer("SLURM_ARRAY_TASK_ID")
    return {
        "job_id": array_id,
        "task_id": None if task == NO_TASK else task,
        "tasks": text(part(job, "array_task_string")) or _tasks(text(part(row, "task"))),
    }


def _tasks(mask: str | None) -> str | None:
    """The numbers of tasks that `sacct` writes as a mask of bits: 1-3 for 0xE."""
    if mask is None or not mask.lower().startswith("0x"):
        return mask
    bits = int(mask, 16)
    numbers = [number for number in range(bits.bit_length()) if bits >> number & 1]
    begins = [n for n in numbers if n - 1 not in numbers]
    ends = [n for n in numbers if n + 1 not in numbers]
    pairs = zip(begins, ends)
    return ",".join(f"{begin}-{end}" if end > begin else str(begin) for begin, end in pairs)


def _het(run: Run) -> dict[str, object] | None:
    job_id = number(part(run.row, "het", "job_id")) or number(part(run.job, "het_job_id"))
    offset = number(part(run.row, "het", "job_offset"))
    if not job_id:
        return None
    return {
        "job_id": job_id,
        "offset": number(part(run.job, "het_job_offset")) if offset is None else offset,
    }


def _told(run: Run, variable: str, of_job: str, of_row: tuple[str, ...]) -> str | None:
    hooks = text(run.hook.variables.get(variable)) if run.hook else None
    return hooks or text(part(run.job, of_job)) or text(part(run.row, *of_row))


def _hooks_end(run: Run) -> int | None:
    return (run.hook.integer("SLURM_JOB_END_TIME") if run.hook else None) or None


def _had_nodes(run: Run) -> bool:
    nodes = text(part(run.job, "nodes")) or text(part(run.row, "nodes"))
    return bool(nodes) and nodes != "None assigned"


def _between(earlier: int | None, later: int | None) -> int | None:
    return None if earlier is None or later is None else max(0, later - earlier)
