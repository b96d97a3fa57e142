"""What `scontrol` and `sacct` of Slurm 24.11 say of a job, in their shape and their odd ways."""

from collections.abc import Mapping
from typing import Any

from hpc_constructs.node_scripts.job_records.runs import Hook

SUBMITTED, STARTED, ENDED = 1_790_000_000, 1_790_000_010, 1_790_000_070


def number(value: int | None) -> dict[str, Any]:
    return {"set": value is not None, "infinite": False, "number": value or 0}


def exit_code(code: int = 0, signal: int = 0) -> dict[str, Any]:
    return {
        "status": ["SIGNALED" if signal else "FAILED" if code else "SUCCESS"],
        "return_code": number(None if signal else code),
        "signal": {"id": number(signal or None), "name": ""},
    }


def job(job_id: int = 7, *state: str, **other: Any) -> dict[str, Any]:
    """Of `scontrol show job --json`."""
    return {
        "job_id": job_id,
        "job_state": list(state or ("COMPLETED",)),
        "state_reason": "None",
        "name": "train",
        "user_name": "sim",
        "user_id": 2001,
        "group_id": 2001,
        "group_name": "sim",
        "account": "",
        "partition": "main",
        "qos": "normal",
        "comment": "",
        "current_working_directory": "/home/sim",
        "restart_cnt": 0,
        "array_job_id": number(0),
        "array_task_id": number(None),
        "array_task_string": "",
        "het_job_id": number(0),
        "het_job_offset": number(0),
        "batch_host": "node1",
        "nodes": "node1",
        "node_count": number(1),
        "submit_time": number(SUBMITTED),
        "eligible_time": number(SUBMITTED),
        "start_time": number(STARTED),
        "end_time": number(ENDED),
        "time_limit": number(60),
        "exit_code": exit_code(),
        "tres_req_str": "cpu=1,mem=2000M,node=1",
        "tres_alloc_str": "cpu=1,node=1",
        "standard_output": f"/home/sim/slurm-{job_id}.out",
        "standard_error": f"/home/sim/slurm-{job_id}.out",
        **other,
    }


def row(
    job_id: int = 7,
    *state: str,
    submitted: int = SUBMITTED,
    start: int = STARTED,
    **other: Any,
) -> dict[str, Any]:
    """Of `sacct --json`."""
    return {
        "job_id": job_id,
        "state": {"current": list(state or ("COMPLETED",)), "reason": "None"},
        "name": "train",
        "user": "sim",
        "group": "sim",
        "account": "",
        "partition": "main",
        "qos": "normal",
        "comment": {"administrator": "", "job": "", "system": ""},
        "submit_line": "sbatch train.sh",
        "working_directory": "/home/sim",
        "kill_request_user": "",
        "restart_cnt": 0,
        "array": {"job_id": 0, "task_id": number(None), "task": ""},
        "het": {"job_id": 0, "job_offset": number(None)},
        "nodes": "node1",
        "allocation_nodes": 1,
        "exit_code": exit_code(),
        "time": {
            "submission": submitted,
            "eligible": submitted,
            "start": start,
            "end": ENDED,
            "elapsed": ENDED - start,
            "limit": number(60),
            "total": {"seconds": 50, "microseconds": 500_000},
            "user": {"seconds": 40, "microseconds": 500_000},
            "system": {"seconds": 10, "microseconds": 0},
        },
        "stdout_expanded": f"/home/sim/slurm-{job_id}.out",
        "stderr_expanded": "",
        "tres": {
            "requested": [{"type": "cpu", "name": "", "id": 1, "count": 1}],
            "allocated": [
                {"type": "cpu", "name": "", "id": 1, "count": 1},
                {"type": "energy", "name": "", "id": 3, "count": -2},
                {"type": "gres", "name": "gpu", "id": 1001, "count": 2},
            ],
        },
        "steps": [
            {
                "step": {"id": f"{job_id}.batch", "name": "batch"},
                "state": ["COMPLETED"],
                "exit_code": exit_code(),
                "nodes": {"count": 1, "range": "node1", "list": ["node1"]},
                "tasks": {"count": 1},
                "time": {
                    "start": number(STARTED),
                    "end": number(ENDED),
                    "total": {"seconds": 50, "microseconds": 500_000},
                },
                "tres": {
                    "requested": {
                        "max": [{"type": "mem", "name": "", "id": 2, "count": 3_608_576}],
                        "total": [{"type": "fs", "name": "disk", "id": 6, "count": 35_881}],
                    },
                    "consumed": {
                        "total": [{"type": "fs", "name": "disk", "id": 6, "count": 3_075}]
                    },
                },
            }
        ],
        **other,
    }


def hook_variables(job_id: int = 7, **other: str) -> dict[str, str]:
    """What slurmctld tells EpilogSlurmctld."""
    return {
        "SLURM_JOB_ID": str(job_id),
        "SLURM_JOB_NAME": "train",
        "SLURM_JOB_USER": "sim",
        "SLURM_JOB_UID": "2001",
        "SLURM_JOB_GID": "2001",
        "SLURM_JOB_GROUP": "sim",
        "SLURM_JOB_ACCOUNT": "(null)",
        "SLURM_JOB_PARTITION": "main",
        "SLURM_JOB_NODELIST": "node1",
        "SLURM_JOB_WORK_DIR": "/home/sim",
        "SLURM_JOB_START_TIME": str(STARTED),
        "SLURM_JOB_END_TIME": str(ENDED),
        "SLURM_JOB_RESTART_COUNT": "0",
        "SLURM_JOB_EXIT_CODE2": "0:0",
        "SLURM_SCRIPT_CONTEXT": "epilog_slurmctld",
        **other,
    }


def hook(job_id: int = 7, **other: str) -> Hook:
    return Hook(hook_variables(job_id, **other))


def spooled(variables: Mapping[str, str]) -> bytes:
    """As `env -0` writes them."""
    return b"".join(f"{name}={value}\0".encode() for name, value in variables.items())
