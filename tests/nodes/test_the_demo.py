"""`make demo` as root: a job's whole way, and nothing left on the machine, however it ends."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from embedded_aws.head_nodes.records import RunningHeadNode, running
from machine_traces import Traces

REPOSITORY = Path(__file__).resolve().parents[2]
SUBMITTED = "sbatch: job "
INTERRUPTED = r"^interrupted; what had begun is undone$"
STEPS = [
    "start the embedded AWS",
    "deploy the application",
    "create the cluster",
    "run a job",
    "account and record it",
    "delete the cluster",
    "stop the embedded AWS",
    "all else",
]
# How long anything takes is no test: these only end what hangs.
PATIENCE_SECONDS = 600
PATIENCE = 5


class Demo:
    """The command, with all its files below one directory."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.said: list[str] = []
        self.process = subprocess.Popen(
            [sys.executable, "-m", "embedded_aws", "demo", "--patience", str(PATIENCE)],
            cwd=REPOSITORY,
            env={**os.environ, "TMPDIR": str(directory)},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )

    def read_until(self, words: str) -> None:
        """Until a line begins with them."""
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.said.append(line)
            if line.startswith(words):
                return
        raise AssertionError(f"it never said {words!r}, but {self.text}")

    def head_node(self) -> RunningHeadNode:
        """The one that has booted."""
        [state] = self.directory.glob("hpc-demo-*/state")
        [node] = running(state)
        return node

    def traces(self) -> Traces:
        """What it has on the machine, while its head node runs."""
        return Traces.of(self.directory, self.head_node().leader)

    def end(self) -> int:
        """Read on until it has ended; its exit code."""
        assert self.process.stdout is not None
        self.said += self.process.stdout
        return self.process.wait(PATIENCE_SECONDS)

    def steps(self) -> dict[str, float]:
        """The table of what took how many seconds."""
        found = re.findall(r"^  (\S.*?) +(\d+\.\d) s$", self.text, re.MULTILINE)
        return {name: float(seconds) for name, seconds in found}

    @property
    def text(self) -> str:
        """All that it said."""
        return "".join(self.said)


@contextmanager
def demo(directory: Path) -> Iterator[Demo]:
    begun = Demo(directory)
    try:
        yield begun
    finally:
        if begun.process.poll() is None:
            # The emulator ends with it, and its nodes with the emulator.
            begun.process.kill()


def test_a_job_goes_all_its_way_and_nothing_is_left(tmp_path: Path) -> None:
    with demo(tmp_path) as whole:
        whole.read_until(SUBMITTED)
        traces = whole.traces()
        there = [*traces.directory.iterdir()]
        code = whole.end()

    assert code == 0, whole.text
    assert there and traces.namespaces and traces.groups
    assert traces.left() == []
    for said in (
        r"^real: .* a job$",
        r"^stands in: ",
        r"^ssh sim@10\.33\.\d+\.\d+: slurm",
        r"^sbatch: job (\d+), on two nodes$",
        r"^ +\d+ +pi +sim +demo-project +debug +2 .* COMPLETED +0:0$",
        r"^record in /hpc/jobs/pcluster-demo-lab-demo-pro-\w+-\w+:$",
        r"^  state: COMPLETED$",
        r"^s3://\S+/demo-lab/demo-project/pi-\d+\.txt: as it was on the cluster$",
        r"^receipt s3://\S+/\.receipts/demo-lab/demo-project/\S+: EXPORTED, \d+ files of fs-",
        r"^nothing else is left$",
    ):
        assert re.search(said, whole.text, re.MULTILINE), f"{said}: {whole.text}"
    assert "left out" not in whole.text
    assert re.search(r"^All of it held \(\d+ s\)\.$", whole.text, re.MULTILINE)
    steps = whole.steps()
    total = steps.pop("all of it")
    assert [*steps] == STEPS
    assert sum(steps.values()) == pytest.approx(total, abs=0.05 * (len(steps) + 1))


def interrupt(demo: Demo) -> None:
    demo.process.send_signal(signal.SIGINT)


def take_the_head_node_away(demo: Demo) -> None:
    os.kill(demo.head_node().leader, signal.SIGKILL)


ENDS: dict[Callable[[Demo], None], str] = {
    interrupt: INTERRUPTED,
    take_the_head_node_away: r"^error: ssh sim: ",
}


def ended(begun: Demo, how: Callable[[Demo], None]) -> tuple[int, Traces]:
    """End it while its job is there; its exit code, and what it had."""
    begun.read_until(SUBMITTED)
    traces = begun.traces()
    how(begun)
    return begun.end(), traces


def test_nothing_is_left_of_demonstrations_that_are_interrupted_or_fail(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    with ExitStack() as ends:
        # At once, since each takes a minute or two until there is a job.
        begun = {how: ends.enter_context(demo(tmp_path_factory.mktemp("demo"))) for how in ENDS}
        pool = ends.enter_context(ThreadPoolExecutor())
        told = {how: pool.submit(ended, each, how) for how, each in begun.items()}
        results = {how: each.result() for how, each in told.items()}

    for how, words in ENDS.items():
        code, traces = results[how]
        assert code != 0
        assert re.search(words, begun[how].text, re.MULTILINE), begun[how].text
        assert traces.left() == []


def test_who_is_told_to_end_early_undoes_what_had_begun(tmp_path: Path) -> None:
    with demo(tmp_path) as told:
        told.read_until("embedded AWS at ")
        traces = Traces.of(tmp_path)
        there = [*tmp_path.iterdir()]

        told.process.terminate()

        code = told.end()
    assert code != 0
    assert re.search(INTERRUPTED, told.text, re.MULTILINE), told.text
    assert there
    assert traces.left() == []
