"""All that a record needs beside Slurm's own data: environment, script, output, traces."""

from __future__ import annotations

from .as_user import Bounds, Reader, Unreadable, User, together
from .modules_loaded import Trace
from .output_paths import Names, default_pattern, output_path
from .record import NO_TASK, Gathered, job_id_of
from .runs import Run
from .slurm_json import number, part, text
from .spool import Entry
from .streams import Stream
from .traces import Traces


def gathered(cluster: str, run: Run, entry: Entry | None, traces: Traces, read: Reader) -> Gathered:
    """What there is of this run; `entry` is what its hook left."""
    script = entry.script() if entry else None
    user, job_id = user_of(run), job_id_of(run)
    stdout = stderr = None
    found: list[Trace] = []
    if user is not None and entry is not None:
        # A file system that is away must not hold up other jobs' records for each of the files.
        in_time = together(read)
        if script is not None and not _is_follower(run):
            stdout, stderr = _streams(run, user, in_time)
        found = traces.of_run(job_id, run.restart, user, in_time)
    return Gathered(
        cluster=cluster,
        environment=entry.environment() if entry else None,
        script=script,
        stdout=stdout,
        stderr=stderr,
        traces=found,
    )


def user_of(run: Run) -> User | None:
    """Who the job ran as; None if nobody says so."""
    hook = run.hook
    uid = hook.integer("SLURM_JOB_UID") if hook else number(part(run.job, "user_id"))
    gid = hook.integer("SLURM_JOB_GID") if hook else number(part(run.job, "group_id"))
    return None if uid is None or gid is None else User(uid, gid)


def _is_follower(run: Run) -> bool:
    """Whether it is a het job's component beside the first, whose script alone runs."""
    offset = number(part(run.row, "het", "job_offset")) or number(part(run.job, "het_job_offset"))
    het = number(part(run.row, "het", "job_id")) or number(part(run.job, "het_job_id"))
    return bool(het) and bool(offset)


def _streams(run: Run, user: User, read: Reader) -> tuple[Stream, Stream]:
    out, err = (_path(run, name) for name in ("stdout", "stderr"))
    stdout = _read(user, out, read)
    if err is None or err == out:
        return stdout, Stream(out, same_as="stdout")
    return stdout, _read(user, err, read)


def _read(user: User, path: str | None, read: Reader) -> Stream:
    if path is None:
        return Stream(None)
    try:
        return Stream(path, read=read(user, path, Bounds()))
    except Unreadable as trouble:
        return Stream(path, trouble=str(trouble))


def _path(run: Run, stream: str) -> str | None:
    """By the first who says it: Slurm 24.11's `scontrol` leaves only `%N` unexpanded.

    Its `sacct` knows no user's name for `%u` and says `(null)`; the hook has the pattern only.
    """
    of_job = {"stdout": "standard_output", "stderr": "standard_error"}[stream]
    hooks = run.hook.variables.get(f"SLURM_JOB_{stream.upper()}") if run.hook else None
    default = default_pattern(array=_array_job(run) is not None) if stream == "stdout" else None
    return output_path(
        (
            text(part(run.job, f"{stream}_expanded")),
            text(part(run.job, of_job)),
            text(part(run.row, f"{stream}_expanded")),
            hooks,
            default,
        ),
        _names(run),
    )


def _names(run: Run) -> Names:
    hook = run.hook.variables if run.hook else {}
    job_id = job_id_of(run)
    task = run.hook.integer("SLURM_ARRAY_TASK_ID") if run.hook else None
    return Names(
        job_id=job_id,
        array_job_id=_array_job(run) or job_id,
        array_task_id=None if task == NO_TASK else task,
        job_name=hook.get("SLURM_JOB_NAME", ""),
        user=hook.get("SLURM_JOB_USER", ""),
        node=_first_node(run),
        directory=hook.get("SLURM_JOB_WORK_DIR", "/"),
    )


def _array_job(run: Run) -> int | None:
    return run.hook.integer("SLURM_ARRAY_JOB_ID") if run.hook else None


def _first_node(run: Run) -> str | None:
    """The node of the batch script; of a list with brackets nobody but `scontrol` says which."""
    node = text(part(run.job, "batch_host"))
    if node is None:
        nodes = text(part(run.row, "nodes")) or ""
        node = nodes.split(",")[0] if nodes and "[" not in nodes.split(",")[0] else None
    return node.split(".")[0] if node else None
