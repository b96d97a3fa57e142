"""Jobs that end in every way there is, and the records that came of them."""

import textwrap
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from booted_node import wait_until
from recorded_laboratory import RecordedLaboratory

Lab = RecordedLaboratory
STAYS, FAILING = "--nodelist=small-st-small-1", "small-st-small-2"
SECRET = "correct-horse-battery-staple"
OWN_SECRET = "staple-battery-horse-correct"
# Until it is seen to, however long all the others take.
LONG = "sleep 900"


@dataclass
class Endings:
    """What was submitted, by name, and what came of it."""

    laboratory: RecordedLaboratory
    jobs: dict[str, int] = field(default_factory=dict)
    records: dict[str, dict[str, Any]] = field(default_factory=dict)

    def of(self, name: str, restart: int = 0) -> dict[str, Any]:
        return self.records[f"{self.jobs[name]}/{restart}"]


def wrapped(command: str, *options: str) -> Callable[[Lab], int]:
    return lambda lab: lab.slurm.submit("alice", command, *options)


def scripted(text: str, *options: str) -> Callable[[Lab], int]:
    return lambda lab: lab.script("alice", textwrap.dedent(text), *options)


def from_shell(command: str) -> Callable[[Lab], int]:
    """A job that has no batch script; it tells its number itself, which sacct has only later."""
    told = (command, "--ntasks=1", "printenv", "SLURM_JOB_ID")
    return lambda lab: int(lab.slurm.must("alice", *told))


SUBMITTED: dict[str, Callable[[Lab], int]] = {
    "fine": wrapped("echo fine; echo trouble >&2", "--error=fine.err"),
    "failed": wrapped("exit 7"),
    "signalled": wrapped("kill -SEGV $$"),
    "held and cancelled": wrapped("true", "--hold"),
    "cancelled before its time": wrapped("true", "--begin=now+1hour"),
    # For the second job, which fails.
    "waited in vain": wrapped("true", "--dependency=afterok:2", "--kill-on-invalid-dep=yes"),
    "cancelled while running": wrapped(LONG, STAYS),
    "out of time": wrapped(LONG, "--time=1", STAYS),
    "requeued": wrapped(
        f'echo "run $SLURM_RESTART_COUNT"; [ "$SLURM_RESTART_COUNT" ] || {LONG}', STAYS
    ),
    "lost its node": wrapped(LONG, "--no-requeue", f"--nodelist={FAILING}"),
    "nowhere to write": wrapped("echo hi", "--output=/nonexistent/out"),
    "no such interpreter": scripted("#!/no/such/interpreter\necho\n"),
    "large output": wrapped("yes 0123456789 | head -c 3000000"),
    "two gigabytes": wrapped("echo begin; truncate -s 2G big.out", "--output=big.out"),
    "binary output": wrapped("printf 'a\\377\\000b'"),
    "link to a file of root": wrapped(
        "rm link.out; ln -s /etc/shadow link.out", "--output=link.out"
    ),
    "fifo": wrapped("rm fifo.out; mkfifo fifo.out", "--output=fifo.out"),
    "deleted output": wrapped("rm gone.out", "--output=gone.out"),
    "directory": wrapped("rm dir.out; mkdir dir.out", "--output=dir.out"),
    "output by pattern": wrapped("echo pattern", "--output=%u-%x-%4j.out", "--job-name=named"),
    "own trap": scripted(
        """\
        #!/bin/bash
        trap 'echo mine' EXIT
        export LOADEDMODULES=trap/1
        """
    ),
    "login shell": scripted("#!/bin/bash -l\nexport LOADEDMODULES=login/1:more/2\n"),
    "exec": scripted("#!/bin/bash\nexport LOADEDMODULES=exec/1\nexec sleep 0\n"),
    "python": scripted("#!/usr/bin/python3\nprint('by python')\n"),
    "steps with modules": scripted("#!/bin/bash\nexport LOADEDMODULES=step/1\nsrun hostname\n"),
    "modules": scripted(
        """\
        #!/bin/bash
        trap true EXIT
        . /usr/share/modules/init/bash
        module use /opt/modules
        module load tool/1.0
        """
    ),
    "no environment": wrapped("echo none", "--export=NIL"),
    "het": wrapped("hostname", "--ntasks=1", ":", "--ntasks=1"),
    "two nodes": wrapped("srun hostname", "--nodes=2"),
    "array": wrapped("echo $SLURM_ARRAY_TASK_ID", "--array=1-3"),
    "array that never ran": wrapped("true", "--array=1-3", "--hold"),
    "salloc": from_shell("salloc"),
    "srun": from_shell("srun"),
    "secret": lambda lab: lab.script(
        "alice",
        f"#!/bin/bash\nexport API_TOKEN={SECRET}\necho using $API_TOKEN\n",
        f"--export=ALL,API_TOKEN={SECRET}",
    ),
    "secret of its own": scripted(
        f"""\
        #!/bin/bash
        export API_TOKEN='{OWN_SECRET}'
        env | grep API_TOKEN
        set -x
        echo using $API_TOKEN
        """
    ),
}


def ended(laboratory: Lab) -> Endings:
    """Submit all of them, see to their ends, and wait for their records."""
    laboratory.node.write("/opt/modules/tool/1.0", "#%Module\nmodule load base/2\n")
    laboratory.node.write("/opt/modules/base/2", "#%Module\n")
    made = Endings(laboratory)
    for name, submit in SUBMITTED.items():
        made.jobs[name] = submit(laboratory)
    _intervene(laboratory, made.jobs)
    made.records = laboratory.wait_for(_expected(laboratory, made.jobs), seconds=400)
    return made


def _intervene(laboratory: Lab, jobs: dict[str, int]) -> None:
    slurm = laboratory.slurm
    for name in ("held and cancelled", "cancelled before its time", "array that never ran"):
        slurm.must("alice", "scancel", str(jobs[name]))
    # Of these the one with a time limit may have reached it before the others have ended.
    names = ("cancelled while running", "out of time", "requeued", "lost its node")
    long = {jobs[name] for name in names}
    wait_until(lambda: _unfinished(laboratory) <= long)
    slurm.must("alice", "scancel", str(jobs["cancelled while running"]))
    slurm.scontrol("requeue", str(jobs["requeued"]))
    for state in ("DOWN", "RESUME"):
        slurm.scontrol("update", f"NodeName={FAILING}", f"State={state}", "Reason=test")


def _unfinished(laboratory: Lab) -> set[int]:
    # One that still waits would be on the node that is lost.
    states = "--states=PENDING,RUNNING,COMPLETING,CONFIGURING"
    told = laboratory.slurm.must("root", "squeue", "--noheader", states, "--format=%A")
    return {int(job) for job in told.split()}


def _expected(laboratory: Lab, jobs: dict[str, int]) -> list[str]:
    het, array = jobs["het"], jobs["array"]
    more = [f"{jobs['requeued']}/1", f"{het + 1}/0"]
    tasks = laboratory.slurm.sacct("root", f"--jobs={array}")
    return [*(f"{job}/0" for job in jobs.values()), *more, *(f"{t.number}/0" for t in tasks)]
