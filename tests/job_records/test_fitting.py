"""Whatever a record has in it, it is one line that one event of CloudWatch can hold."""

import json
import time
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hpc_constructs.node_scripts.job_records.excerpts import Excerpt
from hpc_constructs.node_scripts.job_records.fitting import LINE_BYTES, fitted_line
from hpc_constructs.node_scripts.job_records.modules_loaded import EXIT, HOOK, STEP, Trace
from hpc_constructs.node_scripts.job_records.record import Gathered, record
from hpc_constructs.node_scripts.job_records.runs import run_of_hook
from hpc_constructs.node_scripts.job_records.streams import Stream
from job_record_schema import violations
from slurm_answers import hook, job, row

# A few passes take a second or two, on a busy machine a little more; a pass for each cut takes more
# than this.
LONG_SECONDS = 60


def full(
    *,
    content: bytes,
    environment: dict[str, str],
    name: str = "train",
    steps: int = 1,
    traces: Sequence[Trace] = (),
) -> dict[str, Any]:
    """A record with this content in each of its texts."""
    text = Excerpt(10**9, content, content)
    told = row(comment={"job": name}, steps=row()["steps"] * steps)
    run = run_of_hook(hook(SLURM_JOB_NAME=name), job(), [told])
    return record(
        run,
        Gathered(
            cluster="pcluster-a",
            environment=environment,
            script=text,
            stdout=Stream("/home/sim/out", read=text),
            stderr=Stream("/home/sim/err", read=text),
            traces=traces,
        ),
    )


def fitted(made: dict[str, Any], limit: int = LINE_BYTES) -> dict[str, Any]:
    line = fitted_line(made, limit)

    assert len(line) <= limit
    assert line.endswith(b"\n")
    assert line.count(b"\n") == 1
    read: dict[str, Any] = json.loads(line)
    assert violations(read) == []
    return read


@settings(derandomize=True, max_examples=40)
@given(
    st.sampled_from([b"\0", b"\xff", b"a", b'"', "\u20ac".encode(), b"\x1b[0m"]),
    st.integers(0, 64 * 1024),
    st.one_of(st.integers(0, 3000), st.just(20_000)),
    st.integers(0, 4000),
    st.sampled_from(["x", "\0", "\udcff", "\u20ac"]),
    st.integers(0, 20_000),
    st.integers(0, 60),
    st.integers(0, 300),
)
def test_it_fits_whatever_it_is_made_of(
    byte: bytes,
    length: int,
    variables: int,
    value: int,
    character: str,
    name: int,
    steps: int,
    loaded: int,
) -> None:
    names = [f"{n}{character * 190}" for n in range(loaded)]
    made = full(
        content=byte * length,
        environment={f"{character}{n}": character * value for n in range(variables)},
        name=character * name,
        steps=steps,
        traces=[
            Trace(HOOK, "\n".join(names)),
            *(Trace(source, ":".join(names)) for source in (STEP, EXIT)),
        ],
    )
    begun = time.process_time()

    read = fitted(made)

    assert time.process_time() - begun < LONG_SECONDS
    kept = ("schema", "key", "cluster", "job_id", "restart", "user", "state", "exit_code")
    assert {each: read[each] for each in kept} == {each: made[each] for each in kept}


def test_what_fits_is_not_touched() -> None:
    made = full(content=b"hello", environment={"HOME": "/home/sim"})

    assert fitted(made) == made


def test_what_is_cut_is_named_and_heads_keep_their_beginning_and_tails_their_end() -> None:
    lines = b"".join(b"%07d\n" % n for n in range(8000))
    made = full(content=lines, environment={"A": "x" * 10_000})

    read = fitted(made, 100_000)

    assert "environment" in read["cut"]
    assert {"stdout.tail", "stderr.tail"} <= set(read["cut"])
    assert read["stdout"]["head"].startswith("0000000\n")
    assert read["stdout"]["tail"].endswith("0007999\n")
    assert len(read["environment"]["variables"]["A"]) == 4096


@pytest.mark.parametrize("variables", [10_000])
def test_an_environment_that_alone_is_too_large_goes(variables: int) -> None:
    made = full(content=b"", environment={f"{'N' * 60}{n}": "v" for n in range(variables)})

    read = fitted(made)

    assert read["environment"] == {"source": None, "variables": None}
    assert read["cut"] == ["environment"]
    assert read["stdout"] == made["stdout"]


@pytest.mark.parametrize(
    ("variables", "length"),
    [(20_000, 400), pytest.param(1_700, 40_000, id="as many as can be kept, if cut")],
)
def test_an_environment_of_many_long_variables_takes_no_long_time(
    variables: int, length: int
) -> None:
    environment = {f"N{n}": "v" * length for n in range(variables)}
    made = full(content=b"hello\n" * 10_000, environment=environment)
    begun = time.process_time()

    read = fitted(made)

    assert time.process_time() - begun < LONG_SECONDS
    assert read["stdout"]["tail"].endswith("hello\n")


def test_modules_with_names_that_no_line_can_hold_go() -> None:
    names = "\n".join(str(n) + "\0" * 190 for n in range(200))
    made = full(content=b"", environment={}, traces=[Trace(HOOK, names), Trace(STEP, names)])

    read = fitted(made, 60_000)

    assert read["modules"] == {"loaded": [], "by_source": {}}
    assert {"modules"} <= set(read["cut"])


def test_a_record_without_any_text_is_written_as_it_is() -> None:
    assert fitted_line({"key": "pcluster-a/7/0"}, 1) == b'{"key":"pcluster-a/7/0","cut":[]}\n'


def test_every_text_is_cut_wherever_it_is() -> None:
    made = full(content=b"", environment={})
    made["array"] = {"job_id": 1, "task_id": 2, "tasks": "1," * 300_000}

    read = fitted(made)

    assert read["array"]["tasks"].endswith("1[cut]")
    assert read["cut"] == ["array.tasks"]
