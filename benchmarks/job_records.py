"""`python -m benchmarks.job_records`: what records of jobs cost a head node; it needs root.

Real Slurm on a node that boots: the same jobs without any of it, and with all of it but what sends.
Without accounting, which would cost the same in both.
"""

import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table

from embedded_aws import laboratory_job_records as job_records
from embedded_aws.laboratory.node import NodeTrouble
from embedded_aws.laboratory.slurm_configuration import ComputeResource, Queue, SlurmConfiguration
from embedded_aws.laboratory.slurm_laboratory import SlurmLaboratory

_ROOT = Path(__file__).resolve().parent.parent / "build" / "node-root"
_JOBS, _ROUNDS = 100, 3
_SECONDS = 120
_SETTINGS = {
    "cluster": "bench",
    "region": "us-east-1",
    "log_group": "/hpc/jobs/bench",
    "logs_endpoint": "http://127.0.0.1:1",
}


@dataclass(frozen=True, kw_only=True)
class JobRecordCosts:
    """Of `_JOBS` jobs.

    Attributes:
        plain_seconds: from the first submission to the last end, with no records.
        recorded_seconds: the same, with records.
        records_a_second: of jobs that wait in the spool.
        collector_mib: the most memory that the collector had.
        record_bytes: the middle one of the records' sizes.
    """

    plain_seconds: float
    recorded_seconds: float
    records_a_second: float
    collector_mib: float
    record_bytes: float


def measure() -> JobRecordCosts:
    """Boot a cluster, and run the jobs without records and with them, in rounds of each.

    Raises:
        NodeTrouble: it can't be had, or jobs don't end.
    """
    queue = Queue(compute_resources=(ComputeResource(cpus=16),))
    configuration = SlurmConfiguration(cluster_name="bench", queues=(queue,))
    with SlurmLaboratory(configuration, root=_ROOT, users={"alice": 20001}) as slurm:
        node = slurm.node
        _run_jobs(slurm)
        plain = [_run_jobs(slurm) for _ in range(_ROUNDS)]
        job_records.prepare(node)
        job_records.install(node, "install_hooks", _SETTINGS)
        job_records.use_hooks(slurm)
        job_records.install(node, "install_services", _SETTINGS)
        node.must("systemctl", "stop", job_records.SHIPPER)
        recorded = [_run_jobs(slurm) for _ in range(_ROUNDS)]
        node.must("systemctl", "stop", job_records.COLLECTOR)
        before = len(_records(slurm))
        _run_jobs(slurm)
        began = time.monotonic()
        node.must("systemctl", "start", job_records.COLLECTOR)
        _wait(lambda: len(_records(slurm)) >= before + _JOBS, "records")
        seconds = time.monotonic() - began
        process = node.must(
            "systemctl", "show", "--property=MainPID", "--value", job_records.COLLECTOR
        )
        status = node.read(f"/proc/{process.strip()}/status")
        peak = next(line for line in status.splitlines() if line.startswith("VmHWM"))
        return JobRecordCosts(
            plain_seconds=statistics.median(plain),
            recorded_seconds=statistics.median(recorded),
            records_a_second=_JOBS / seconds,
            collector_mib=int(peak.split()[1]) / 1024,
            record_bytes=statistics.median(len(line) for line in _records(slurm)),
        )


def _run_jobs(slurm: SlurmLaboratory) -> float:
    command = f'for n in $(seq {_JOBS}); do sbatch --quiet --wrap="hostname"; done'
    began = time.monotonic()
    slurm.must("alice", "sh", "-c", command)
    _wait(lambda: not slurm.must("root", "squeue", "--noheader").strip(), "ends of jobs")
    return time.monotonic() - began


def _records(slurm: SlurmLaboratory) -> list[str]:
    return slurm.node.must("sh", "-c", f"cat {job_records.OUTBOX}/jobs/*.jsonl").splitlines()


def _wait(holds: Callable[[], bool], what: str) -> None:
    end = time.monotonic() + _SECONDS
    while not holds():
        if time.monotonic() > end:
            raise NodeTrouble(f"no {what} after {_SECONDS} s")
        time.sleep(0.05)


def main() -> None:
    """Measure, and print a table."""
    try:
        costs = measure()
    except NodeTrouble as error:
        sys.exit(f"error: {error}")
    table = Table("what", "is", "of which", title="Records of jobs, on a head node")
    table.add_row(
        f"{_JOBS} jobs with records, over without",
        f"{costs.recorded_seconds / costs.plain_seconds:.2f} x",
        f"{costs.recorded_seconds:.1f} s over {costs.plain_seconds:.1f} s *",
    )
    table.add_row("records a second", f"{costs.records_a_second:.0f} *", f"{_JOBS} in the spool")
    table.add_row("memory of the collector", f"{costs.collector_mib:.0f} MiB", "at most")
    table.add_row("a record", f"{costs.record_bytes / 1024:.1f} KiB", "the middle one")
    table.caption = "* of this machine: not comparable between machines"
    Console(highlight=False, emoji=False).print(table)


if __name__ == "__main__":
    main()
