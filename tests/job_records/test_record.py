"""The record of one run, of each way to end, by what Slurm says."""

from typing import Any

import pytest

from hpc_constructs.node_scripts.job_records.excerpts import Excerpt
from hpc_constructs.node_scripts.job_records.modules_loaded import HOOK, Trace
from hpc_constructs.node_scripts.job_records.record import Gathered, record
from hpc_constructs.node_scripts.job_records.runs import (
    Run,
    run_of_hook,
    run_of_job,
    run_of_row,
)
from hpc_constructs.node_scripts.job_records.streams import Stream
from job_record_schema import violations
from slurm_answers import ENDED, STARTED, SUBMITTED, exit_code, hook, job, number, row

NOTHING = Gathered(cluster="pcluster-a")


def recorded(run: Run, gathered: Gathered = NOTHING) -> dict[str, Any]:
    """The record, which keeps its schema."""
    made = record(run, gathered)

    assert violations(made) == []
    return made


def test_a_job_that_completed_has_all_that_slurm_says() -> None:
    made = recorded(run_of_hook(hook(), job(), [row()]))

    assert {name: made[name] for name in ("key", "state", "exit_code", "exit_signal")} == {
        "key": "pcluster-a/7/0",
        "state": "COMPLETED",
        "exit_code": 0,
        "exit_signal": 0,
    }
    assert (made["user"], made["uid"], made["account"]) == ("sim", 2001, None)
    assert (made["submit_time"], made["start_time"], made["end_time"]) == (
        SUBMITTED,
        STARTED,
        ENDED,
    )
    assert (made["wait_seconds"], made["elapsed_seconds"]) == (10, 60)
    assert made["usage"] == {
        "cpu_seconds": 50.5,
        "cpu_user_seconds": 40.5,
        "cpu_system_seconds": 10.0,
        "max_rss_bytes": 3_608_576,
        "read_bytes": 35_881,
        "written_bytes": 3_075,
    }
    assert made["sources"] == {"epilog": True, "scontrol": True, "sacct": True}


def test_without_scontrol_resources_are_accounting_s() -> None:
    made = recorded(run_of_hook(hook(), None, [row()]))

    assert made["resources_allocated"] == "cpu=1,gres/gpu=2"


def test_the_hook_alone_makes_a_record_too() -> None:
    made = recorded(run_of_hook(hook(SLURM_JOB_EXIT_CODE2="3:0"), None, []))

    assert (made["exit_code"], made["exit_signal"], made["nodes"]) == (3, 0, "node1")
    assert (made["start_time"], made["end_time"]) == (STARTED, ENDED)
    assert (made["state"], made["usage"]) == (None, None)


@pytest.mark.parametrize(
    ("state", "code", "signal"),
    [
        ("FAILED", 7, 0),
        ("FAILED", 0, 11),
        ("TIMEOUT", 0, 15),
        ("OUT_OF_MEMORY", 0, 125),
        ("NODE_FAIL", 0, 0),
        ("CANCELLED", 0, 15),
        ("DEADLINE", 0, 0),
        ("PREEMPTED", 0, 15),
        ("BOOT_FAIL", 1, 0),
    ],
)
def test_every_end_has_its_state_and_its_exit(state: str, code: int, signal: int) -> None:
    told = exit_code(code, signal)
    run = run_of_hook(
        hook(), job(7, state, "COMPLETING", exit_code=told), [row(7, state, exit_code=told)]
    )

    made = recorded(run)

    assert (made["state"], made["exit_code"], made["exit_signal"]) == (state, code, signal)


def test_a_requeued_job_has_a_record_of_each_run() -> None:
    rows = [
        row(7, "PENDING", "REQUEUED"),
        row(7, "COMPLETED", start=STARTED + 100, restart_cnt=1),
    ]
    latest = job(7, restart_cnt=1, start_time=number(STARTED + 100))
    # The hook of the first run counts the next one already.
    first = hook(SLURM_JOB_RESTART_COUNT="1")
    second = hook(SLURM_JOB_RESTART_COUNT="1", SLURM_JOB_START_TIME=str(STARTED + 100))

    made = [recorded(run_of_hook(each, latest, rows)) for each in (first, second)]

    assert [(each["key"], each["state"], each["requeued"]) for each in made] == [
        ("pcluster-a/7/0", "REQUEUED", True),
        ("pcluster-a/7/1", "COMPLETED", False),
    ]


def test_a_requeued_job_is_told_apart_without_accounting_too() -> None:
    waiting = job(7, "PENDING", restart_cnt=1, start_time=number(0), end_time=number(0))

    made = recorded(run_of_hook(hook(SLURM_JOB_RESTART_COUNT="1"), waiting, []))

    assert (made["restart"], made["state"], made["requeued"]) == (0, "REQUEUED", True)


def test_a_job_that_never_ran_has_no_start_and_no_nodes() -> None:
    cancelled = job(7, "CANCELLED", nodes="", start_time=number(ENDED), state_reason="JobHeldUser")

    made = recorded(run_of_job(cancelled))

    assert (made["state"], made["reason"]) == ("CANCELLED", "JobHeldUser")
    assert (made["start_time"], made["wait_seconds"], made["nodes"]) == (None, None, None)
    assert made["end_time"] == ENDED


def test_accounting_alone_knows_of_one_that_never_ran() -> None:
    never = row(7, "CANCELLED", start=4294967294, nodes="None assigned", kill_request_user="sim")

    made = recorded(run_of_row(never))

    assert (made["state"], made["start_time"], made["nodes"]) == ("CANCELLED", None, None)
    assert made["cancelled_by"] == "sim"


def test_the_task_of_an_array_says_of_which() -> None:
    array = {"job_id": 5, "task_id": number(2), "task": ""}

    made = recorded(run_of_hook(hook(), job(), [row(array=array)]))

    assert made["array"] == {"job_id": 5, "task_id": 2, "tasks": None}


def test_tasks_that_never_began_are_one_record_of_the_array() -> None:
    array = job(5, "CANCELLED", nodes="", array_job_id=number(5), array_task_string="1-3")

    made = recorded(run_of_job(array))

    assert made["array"] == {"job_id": 5, "task_id": None, "tasks": "1-3"}


@pytest.mark.parametrize(
    ("mask", "tasks"),
    [("0xE", "1-3"), ("0x1", "0"), ("0x2D", "0,2-3,5"), ("1-3,7", "1-3,7"), ("", None)],
)
def test_accounting_s_mask_of_tasks_is_read_as_numbers(mask: str, tasks: str | None) -> None:
    array = {"job_id": 5, "task_id": number(None), "task": mask}

    made = recorded(run_of_row(row(5, "CANCELLED", array=array)))

    assert made["array"]["tasks"] == tasks


def test_a_component_of_a_het_job_says_of_which() -> None:
    het = {"job_id": 6, "job_offset": number(1)}

    made = recorded(run_of_hook(hook(), job(), [row(het=het)]))

    assert made["het"] == {"job_id": 6, "offset": 1}


def test_no_secret_is_anywhere() -> None:
    secret = "hunter2hunter2"
    [first, *_] = row()["steps"]
    step = {**first, "step": {**first["step"], "name": secret}}
    text = Excerpt(100, f"curl -H {secret} before {secret}".encode())
    run = run_of_hook(
        hook(SLURM_JOB_NAME=secret, SLURM_JOB_COMMENT=secret),
        job(comment=secret),
        [row(submit_line=f"sbatch --export=ALL,API_TOKEN={secret} x.sh", steps=[step])],
    )

    made = recorded(
        run,
        Gathered(
            cluster="pcluster-a",
            environment={"API_TOKEN": secret, "HOME": "/home/sim"},
            script=text,
            stdout=Stream("/home/sim/out", read=text),
            stderr=Stream(f"/home/sim/{secret}", trouble="No such file or directory"),
            traces=[Trace(HOOK, f"gcc/12\nown/{secret}")],
        ),
    )

    assert secret not in str(made)
    assert made["environment"]["variables"]["HOME"] == "/home/sim"


def test_a_secret_that_only_the_script_sets_is_nowhere() -> None:
    secret, other = "correct-horse-battery", "staple-of-the-step"
    script = f"#!/bin/bash\nexport API_TOKEN='{secret}'\nset -x; env\n".encode()
    printed = f"+ echo {secret}\nAPI_TOKEN={secret}\n{other}\n".encode()

    made = recorded(
        run_of_hook(hook(), job(), [row(submit_line=f"sbatch --export=DB_PASS={other},N=3 x.sh")]),
        Gathered(
            cluster="pcluster-a",
            environment={"HOME": "/home/sim", "COMMAND": f"run {secret}"},
            script=Excerpt(len(script), script),
            stdout=Stream("/home/sim/out", read=Excerpt(len(printed), printed)),
            stderr=Stream("/home/sim/err", read=Excerpt(10**6, b"x", printed)),
        ),
    )

    assert secret not in str(made)
    assert other not in str(made)
    assert made["stdout"]["head"].startswith("+ echo [redacted]\n")


def test_no_half_of_a_secret_is_where_output_was_cut() -> None:
    cut = Excerpt(10**6, b"before hunter2hun", b"ter2hunter2 after")
    whole = Excerpt(11, b"see hunter2")

    made = recorded(
        run_of_hook(hook(), job(), [row()]),
        Gathered(
            cluster="pcluster-a",
            environment={"API_TOKEN": "hunter2hunter2"},
            script=cut,
            stdout=Stream("/home/sim/out", read=cut),
            stderr=Stream("/home/sim/err", read=whole),
        ),
    )

    for part in (made["script"], made["stdout"]):
        assert (part["head"], part["tail"]) == ("before [redacted]", "[redacted] after")
    assert made["stderr"]["head"] == "see hunter2"


def test_output_that_is_not_utf_8_says_so() -> None:
    streams = Gathered(
        cluster="pcluster-a",
        stdout=Stream("/home/sim/out", read=Excerpt(3, b"a\xffb")),
        stderr=Stream("/home/sim/out", same_as="stdout"),
    )

    made = recorded(run_of_hook(hook(), job(), [row()]), streams)

    assert made["stdout"]["head"] == "a\ufffdb"
    assert made["stdout"]["is_utf8"] is False
    assert made["stderr"] == {"path": "/home/sim/out", "same_as": "stdout"}
