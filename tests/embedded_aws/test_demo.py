"""What the demonstration says of itself: what is real, and what took how long."""

import pytest

from embedded_aws.demo.stopwatch import Stopwatch
from embedded_aws.demo.surroundings import Surroundings

WHY = "booting nodes needs root: sudo make …"


def test_where_nodes_boot_the_job_is_real_and_nothing_is_left_out() -> None:
    lines = Surroundings(no_nodes=None, no_accounting=None).lines()

    assert [line.partition(":")[0] for line in lines] == ["real", "stands in"]
    assert lines[0].endswith("a job")


def test_where_none_boots_that_is_left_out_and_said_how_to_have_it() -> None:
    real, stands_in, left_out = Surroundings(no_nodes=WHY, no_accounting=None).lines()

    assert "Slurm" not in real
    assert "signals for the head node" in stands_in
    assert left_out == f"left out:  the head node and a job on it: {WHY}"


def test_without_a_database_server_accounting_is_left_out() -> None:
    lines = Surroundings(no_nodes=None, no_accounting="mariadbd is not there").lines()

    assert lines[-1] == "left out:  Slurm's accounting: mariadbd is not there"
    assert "MariaDB" not in lines[0]


def test_the_table_has_each_step_what_was_between_them_and_all_of_it() -> None:
    moments = iter([0.0, 1.0, 3.5, 4.0, 5.0, 6.0, 6.0])
    stopwatch = Stopwatch(now=lambda: next(moments))
    with stopwatch.step("one"):
        pass
    with stopwatch.step("the other"):
        pass

    table = stopwatch.table()

    assert table == [
        "one           2.5 s",
        "the other     1.0 s",
        "all else      2.5 s",
        "all of it     6.0 s",
    ]


def test_a_step_that_fails_is_not_in_the_table() -> None:
    stopwatch = Stopwatch()

    with pytest.raises(ValueError, match="no"), stopwatch.step("failing"):
        raise ValueError("no")

    assert not any("failing" in line for line in stopwatch.table())
