"""A hundred jobs, while what their records go through goes away and comes back."""

import time
from collections.abc import Iterator

import pytest

from accounting_server import AccountingServer
from embedded_aws.laboratory_job_records import COLLECTOR, KEPT, SHIPPER, SPOOL
from recorded_laboratory import CLUSTER, RecordedLaboratory

JOBS = 100
# How soon a record arrives is no test.
PATIENCE_SECONDS = 400


@pytest.fixture(scope="module")
def laboratory(server: AccountingServer) -> Iterator[RecordedLaboratory]:
    with RecordedLaboratory(server, "outages") as booted:
        yield booted


def submit(laboratory: RecordedLaboratory, count: int) -> list[int]:
    """Short jobs, all at once."""
    command = f'for n in $(seq {count}); do sbatch --parsable --wrap="echo $n; sleep 0.2"; done'
    return [int(job) for job in laboratory.slurm.must("alice", "sh", "-c", command).split()]


def keys(jobs: list[int]) -> list[str]:
    return [f"{job}/0" for job in jobs]


def arrived(laboratory: RecordedLaboratory, jobs: list[int]) -> list[str]:
    """The keys of these jobs' records, as often as they arrived."""
    ids = set(jobs)
    return sorted(record["key"] for record in laboratory.records() if record["job_id"] in ids)


def once(jobs: list[int]) -> list[str]:
    return sorted(f"{CLUSTER}/{job}/0" for job in jobs)


def test_a_hundred_jobs_have_their_records_whatever_goes_away(
    laboratory: RecordedLaboratory,
) -> None:
    head, node = laboratory.slurm.head, laboratory.node
    laboratory.logs.go()
    jobs = submit(laboratory, JOBS)
    node.must("systemctl", "kill", "--signal=KILL", COLLECTOR)
    head.wait_until("half ended", lambda: len(_unfinished(laboratory, jobs)) < JOBS // 2)
    head.kill("slurmctld")
    node.must("systemctl", "kill", "--signal=KILL", SHIPPER)
    head.start("slurmctld")
    _let_all_end(laboratory, jobs)
    laboratory.logs.come()

    runs = _runs(laboratory, jobs)
    laboratory.wait_for(runs, seconds=PATIENCE_SECONDS)

    # No answer of CloudWatch's was lost, so not even in the log is anything twice.
    assert {f"{job}" for job in jobs} == {run.partition("/")[0] for run in runs}
    assert arrived(laboratory, jobs) == sorted(f"{CLUSTER}/{run}" for run in runs)


def test_the_hook_never_fails_and_never_loses_while_nobody_collects(
    laboratory: RecordedLaboratory,
) -> None:
    node = laboratory.node
    node.must("systemctl", "stop", COLLECTOR)
    jobs = submit(laboratory, 10)
    laboratory.wait_until("all ended", lambda: not _unfinished(laboratory, jobs))
    laboratory.wait_until(
        "all are spooled",
        lambda: len(node.must("ls", f"{SPOOL}/new").split()) == len(jobs),
    )

    node.must("systemctl", "start", COLLECTOR)

    laboratory.wait_for(keys(jobs), seconds=PATIENCE_SECONDS)
    assert arrived(laboratory, jobs) == once(jobs)


def test_a_full_disk_stops_no_job(laboratory: RecordedLaboratory) -> None:
    node = laboratory.node
    node.must("mount", "-t", "tmpfs", "-o", "nr_inodes=1", "tmpfs", f"{SPOOL}/begun")
    try:
        done = laboratory.slurm.run_job("alice", "true")
        # slurmdbd may have the job's end before the hook tries: with the disk back, it would spool.
        laboratory.wait_until("its hook ended", lambda: not _unfinished(laboratory, [done.number]))
    finally:
        node.must("umount", f"{SPOOL}/begun")

    assert done.state == "COMPLETED"
    assert "error" not in node.run("grep", "epilog_slurmctld", "/var/log/slurmctld.log").stdout
    # Two minutes later slurmctld is asked for what the hook didn't spool.
    key = f"{done.number}/0"
    found = laboratory.wait_for([key], seconds=PATIENCE_SECONDS)[key]
    assert found["sources"] == {"epilog": False, "scontrol": True, "sacct": True}


def test_a_head_node_that_loses_its_power_loses_no_record(laboratory: RecordedLaboratory) -> None:
    laboratory.logs.go()
    jobs = submit(laboratory, 10)
    laboratory.wait_until("all ended", lambda: not _unfinished(laboratory, jobs))
    laboratory.node.lose_power()

    laboratory.node.boot()
    laboratory.slurm.head.wait_until_ready()
    laboratory.logs.come()

    laboratory.wait_for(keys(jobs), seconds=PATIENCE_SECONDS)
    assert arrived(laboratory, jobs) == once(jobs)


def test_what_was_spooled_is_sent_before_the_node_is_down(laboratory: RecordedLaboratory) -> None:
    laboratory.logs.go()
    jobs = submit(laboratory, 10)
    laboratory.wait_until("all ended", lambda: not _unfinished(laboratory, jobs))
    laboratory.logs.come()

    node = laboratory.node
    node.run("systemctl", "poweroff")
    end = time.monotonic() + 120
    while node.process_1() and time.monotonic() < end:
        time.sleep(0.2)
    sent = arrived(laboratory, jobs)
    node.lose_power()
    node.boot()
    laboratory.slurm.head.wait_until_ready()

    assert sent == once(jobs)


def test_who_drains_waits_until_all_is_sent_or_is_told_what_is_not(
    laboratory: RecordedLaboratory,
) -> None:
    drain = ("python3", "-I", "/usr/local/libexec/hpc/job_records.pyz", "drain", "--seconds")
    laboratory.logs.go()
    jobs = submit(laboratory, 3)
    laboratory.wait_until("all ended", lambda: not _unfinished(laboratory, jobs))

    while_away = laboratory.node.run(*drain, "3")
    laboratory.logs.come()
    afterwards = laboratory.node.run(*drain, "90")

    assert while_away.returncode == 1
    assert while_away.stderr.startswith("job_records: drain: not sent after 3 s: ")
    assert (afterwards.returncode, afterwards.stderr) == (0, "")
    assert arrived(laboratory, jobs) == once(jobs)


def test_installing_it_again_changes_nothing(laboratory: RecordedLaboratory) -> None:
    node = laboratory.node
    processes = ("systemctl", "show", "--property=MainPID", COLLECTOR, SHIPPER)
    before = [node.must(*processes), node.read(f"{KEPT}/began")]

    for step in ("install_hooks", "install_services"):
        laboratory.install(step)

    assert [node.must(*processes), node.read(f"{KEPT}/began")] == before


def _let_all_end(laboratory: RecordedLaboratory, jobs: list[int]) -> None:
    """Until every job has.

    What happened in the last seconds before slurmctld was killed is not in its saved state. It
    starts jobs again, is told that they run, and drains the node; others it takes to be running
    for as long as a node doesn't say otherwise. An operator gives nodes back, and cancels those.
    """
    end = time.monotonic() + 240
    while left := _unfinished(laboratory, jobs):
        assert time.monotonic() < end, f"{left} don't end: {laboratory.last_words()}"
        states = laboratory.slurm.must("root", "sinfo", "--noheader", "--Node", "--format=%N %T")
        for line in states.splitlines():
            name, state = line.split()
            if state.startswith("drain"):
                laboratory.slurm.scontrol("update", f"NodeName={name}", "State=RESUME")
        if time.monotonic() > end - 210:
            lost = [job for job, state in left.items() if state == "RUNNING"]
            laboratory.run("root", "scancel", *map(str, lost))
        time.sleep(1)


def _unfinished(laboratory: RecordedLaboratory, jobs: list[int]) -> dict[int, str]:
    """Those that slurmctld says go on; all of them while it doesn't answer."""
    states = "--states=PENDING,RUNNING,COMPLETING"
    told = laboratory.run("root", "squeue", "--noheader", states, "--format=%A %T")
    if told.returncode:
        return dict.fromkeys(jobs, "UNKNOWN")
    every = (line.split() for line in told.stdout.splitlines())
    return {int(job): state for job, state in every if int(job) in jobs}


def _runs(laboratory: RecordedLaboratory, jobs: list[int]) -> set[str]:
    """The runs of these jobs that accounting knows of, as records name them."""
    told = laboratory.slurm.sacct("root", "--duplicates", f"--jobs={_list(jobs)}")
    return {f"{job.number}/{job.record['restart_cnt']}" for job in told}


def _list(jobs: list[int]) -> str:
    return ",".join(map(str, jobs))
