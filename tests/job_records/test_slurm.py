"""Slurm's programs are asked in bounded time, and what they say is bounded too."""

import json
import subprocess
import time
from pathlib import Path

import pytest

from hpc_constructs.node_scripts.job_records.answers import TooLong, answer
from hpc_constructs.node_scripts.job_records.settings import Settings
from hpc_constructs.node_scripts.job_records.slurm import Slurm, SlurmSilent

SACCT = """\
#!/bin/sh
[ "$1" = --duplicates ] || exit 3
for id in $(echo "$4" | tr , ' '); do
    name=$([ "$id" = 13 ] && printf '%02000d')
    rows="$rows${rows:+,}{\\"job_id\\": $id, \\"name\\": \\"$name\\"}"
done
echo "{\\"jobs\\": [$rows]}"
"""


# Of a former cluster's array, whose tasks come with its number, and of this one's job.
REPEATED = """\
#!/bin/sh
echo '{"jobs": [{"job_id": 6, "time": {"submission": 99}},
    {"job_id": 5, "time": {"submission": 99}}, {"job_id": 5, "time": {"submission": 100}},
    {"job_id": 7, "time": {"submission": 100}}]}'
"""


def slurm(directory: Path, most_bytes: int, since: int = 0, **programs: str) -> Slurm:
    (directory / "bin").mkdir()
    for name, text in programs.items():
        (directory / "bin" / name).write_text(text)
        (directory / "bin" / name).chmod(0o755)
    settings = Settings(
        cluster="pcluster-a", region="us-east-1", log_group="/hpc", slurm=str(directory)
    )
    return Slurm(settings, since=since, most_bytes=most_bytes)


def test_who_says_without_end_is_silent(tmp_path: Path) -> None:
    asked = slurm(tmp_path, 10_000, squeue="#!/bin/sh\nexec yes\n")

    with pytest.raises(SlurmSilent, match="more than 10000 bytes"):
        asked.queue()


def test_a_job_of_too_many_steps_hides_no_other(tmp_path: Path) -> None:
    asked = slurm(tmp_path, 2000, sacct=SACCT)

    rows = asked.rows(range(1, 21))

    assert sorted(rows) == [job_id for job_id in range(1, 21) if job_id != 13]


def test_what_a_program_says_is_what_is_told(tmp_path: Path) -> None:
    asked = slurm(tmp_path, 100_000, sacct=SACCT)

    assert json.dumps(asked.rows([7])) == '{"7": [{"job_id": 7, "name": ""}]}'


def test_what_accounting_tells_beside_what_it_was_asked_for_is_no_answer(tmp_path: Path) -> None:
    asked = slurm(tmp_path, 10_000, since=100, sacct=REPEATED)

    assert asked.rows([5, 6]) == {5: [{"job_id": 5, "time": {"submission": 100}}]}


def test_why_a_program_failed_is_said(tmp_path: Path) -> None:
    asked = slurm(tmp_path, 100, sinfo="#!/bin/sh\necho away >&2\nexit 1\n")

    with pytest.raises(SlurmSilent, match="ended with 1: away"):
        asked.nodes()


def test_who_takes_too_long_or_says_too_much_is_ended() -> None:
    begun = time.monotonic()

    with pytest.raises(subprocess.TimeoutExpired, match="timed out"):
        answer(["/bin/sleep", "30"], environment={}, seconds=0.2, most=10)
    with pytest.raises(TooLong):
        answer(["/bin/sh", "-c", "exec yes >&2"], environment={}, seconds=20, most=10)

    assert time.monotonic() - begun < 10
