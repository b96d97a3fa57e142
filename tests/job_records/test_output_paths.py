"""File names of jobs' output, as sbatch's manual page has them."""

from dataclasses import replace

import pytest

from hpc_constructs.node_scripts.job_records.output_paths import (
    Names,
    default_pattern,
    expanded,
    output_path,
)

NAMES = Names(
    job_id=4711,
    array_job_id=4700,
    array_task_id=12,
    job_name="my job",
    user="sim",
    node="node1",
    directory="/home/sim",
)


@pytest.mark.parametrize(
    ("pattern", "path"),
    [
        ("slurm-%j.out", "/home/sim/slurm-4711.out"),
        ("/scratch/%x/%A_%a.txt", "/scratch/my job/4700_12.txt"),
        ("%u-%N-%n-%t-%s", "/home/sim/sim-node1-0-0-batch"),
        ("%J%%%b", "/home/sim/4711%2"),
        ("%6j-%4a-%3x", "/home/sim/004711-0012-my job"),
        ("%99j", "/home/sim/0000004711"),
        ("%q", "/home/sim/%q"),
        ("a\\%j", "/home/sim/a%j"),
        ("/dev/null", "/dev/null"),
    ],
)
def test_symbols_stand_for_what_sbatch_s_page_says(pattern: str, path: str) -> None:
    assert expanded(pattern, NAMES) == path


def test_a_symbol_of_what_nobody_knows_leads_to_no_path() -> None:
    assert expanded("%N.out", replace(NAMES, node=None)) is None


def test_outside_of_arrays_the_task_is_slurm_s_number_for_none() -> None:
    assert expanded("%a", replace(NAMES, array_task_id=None)) == "/home/sim/4294967294"


def test_the_first_candidate_that_leads_to_a_path_counts() -> None:
    unknown_node = replace(NAMES, node=None)

    assert output_path((None, "", "%N", "/data/b", "/data/c"), unknown_node) == "/data/b"
    assert output_path((None,), NAMES) is None


def test_output_to_nowhere_is_no_file() -> None:
    assert output_path(("/dev/null", "slurm-%j.out"), NAMES) is None


@pytest.mark.parametrize(
    ("array", "path"), [(False, "slurm-4711.out"), (True, "slurm-4700_12.out")]
)
def test_the_default_is_sbatch_s(array: bool, path: str) -> None:
    assert expanded(default_pattern(array=array), NAMES) == f"/home/sim/{path}"
