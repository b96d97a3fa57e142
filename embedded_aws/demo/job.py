"""A scientist's batch job: submitted over SSH, waited for, and looked up in Slurm's accounting."""

import re
import time
from dataclasses import dataclass

from embedded_aws.demo.telling import Say, expect
from embedded_aws.errors import NotAsPromisedError
from embedded_aws.laboratory.secure_shell import SecureShell

SCRATCH = "/obi/data/scratch"
PATIENCE_SECONDS = 60
TELLING_SECONDS = 5
ACCOUNTED = "JobID%6,JobName%8,User%6,Account%14,Partition,NNodes,Elapsed,State,ExitCode"
# Darts that are thrown at a square hit the circle in it as often as it is a part of the square.
SCRIPT = f"""\
#!/bin/bash
#SBATCH --job-name=pi --nodes=2 --ntasks-per-node=1 --output={SCRATCH}/pi-%j.log
set -euo pipefail
srun awk -v darts=4000000 '
  BEGIN {{
    srand(1 + ENVIRON["SLURM_PROCID"])
    while (thrown++ < darts) hits += rand() ^ 2 + rand() ^ 2 < 1
    print ENVIRON["SLURMD_NODENAME"], 4 * hits / darts
  }}' | sort | tee {SCRATCH}/pi-$SLURM_JOB_ID.txt
"""
_UNFINISHED = {"PENDING", "CONFIGURING", "RUNNING", "COMPLETING", "SUSPENDED"}


@dataclass(frozen=True, kw_only=True)
class FinishedJob:
    """A job that went well.

    Attributes:
        number: Slurm's.
        result_name: of its result, below scratch.
        result: what is in it.
    """

    number: int
    result_name: str
    result: str


def run_job(shell: SecureShell, say: Say, patience: float = 1) -> FinishedJob:
    """Submit the job, tell how it gets on, and read its result.

    A machine that needs more time is given `patience` times as much.

    Raises:
        NotAsPromisedError: it didn't go well, or takes too long.
        NodeTrouble: the node can't be reached, or Slurm refuses; with its words.
    """
    number = int(shell.must("sbatch --parsable", given=SCRIPT).strip().partition(";")[0])
    say(f"sbatch: job {number}, on two nodes")
    state = _wait(shell, number, say, patience * PATIENCE_SECONDS)
    name = f"pi-{number}.txt"
    if state != "COMPLETED":
        log = shell.run(f"tail --lines=3 {SCRATCH}/pi-{number}.log").stdout.strip()
        raise NotAsPromisedError(f"job {number} is {state}: {log or 'it printed nothing'}")
    result = shell.must(f"cat {SCRATCH}/{name}")
    expect(len(re.findall(r"3\.1\d+$", result, re.MULTILINE)) == 2, f"pi is not {result}")  # noqa: PLR2004 - nodes
    for line in result.splitlines():
        say(f"  {SCRATCH}/{name}: {line}")
    return FinishedJob(number=number, result_name=name, result=result)


def show_accounting(shell: SecureShell, number: int, say: Say, patience: float = 1) -> None:
    """Show the job's line in sacct, once slurmdbd knows its end; `patience` is as of `run_job`.

    Raises:
        NotAsPromisedError: in its time it doesn't.
    """
    asked = f"sacct --allocations --jobs={number} --format={ACCOUNTED}"
    deadline = time.monotonic() + patience * PATIENCE_SECONDS
    while not (told := shell.must(f"{asked} --noheader --parsable2")).endswith("|COMPLETED|0:0\n"):
        expect(time.monotonic() < deadline, f"sacct says of job {number}: {told or 'nothing'}")
        time.sleep(0.5)
    for line in shell.must(asked).splitlines():
        say(f"  {line.rstrip()}")


def _wait(shell: SecureShell, number: int, say: Say, seconds: float) -> str:
    """Until it has ended; its state."""
    began = last = time.monotonic()
    told = ""
    while time.monotonic() - began < seconds:
        asked = f"squeue --noheader --states=all --jobs={number} --format=%T"
        state = shell.must(asked).strip()
        if state not in _UNFINISHED:
            return state
        now = time.monotonic()
        if state != told or now - last > TELLING_SECONDS:
            say(f"squeue: job {number} is {state} ({now - began:.0f} s)")
            told, last = state, now
        time.sleep(0.5)
    raise NotAsPromisedError(f"job {number} is still {told} after {seconds:g} s")
