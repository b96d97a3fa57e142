"""What the demonstration says of itself: what is real, and what took how long."""

from collections.abc import Iterator
from itertools import repeat

import pytest

from embedded_aws.demo.leftovers import Found, look_what_is_left
from embedded_aws.demo.project_cluster import ProjectCluster
from embedded_aws.demo.stopwatch import Stopwatch
from embedded_aws.demo.surroundings import Surroundings
from embedded_aws.errors import NotAsPromisedError
from embedded_aws.workflow_service import Answer, WorkflowService

WHY = "booting nodes needs root: sudo make …"


class Endless(WorkflowService):
    """Its cluster is never complete."""

    def __init__(self) -> None:
        """There is nothing to sign for."""

    def call(self, method: str, path: str, **parameters: str) -> Answer:
        return Answer(status=200, headers={}, body={"clusterStatus": "CREATE_IN_PROGRESS"})


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


@pytest.mark.parametrize(("seconds", "told"), [(300.0, 0), (300.1, 1)])
def test_the_table_says_when_all_of_it_took_longer_than_promised(seconds: float, told: int) -> None:
    moments = iter([0.0, seconds])

    table = Stopwatch(now=lambda: next(moments)).table()

    assert table.count("longer than the 5 minutes promised on two cores") == told


def test_a_cluster_is_waited_for_as_long_as_there_is_patience() -> None:
    project = ProjectCluster(Endless(), lambda _: None, patience=0.001)

    with pytest.raises(NotAsPromisedError, match=r"still CREATE_IN_PROGRESS after 0\.24 s"):
        project.wait_until_complete()


def test_what_goes_late_is_waited_for_as_long_as_there_is_patience() -> None:
    def late() -> Iterator[Found]:
        yield from [frozenset({("stack", "late")})] * 2
        yield from repeat(frozenset())

    said: list[str] = []
    patient, impatient = late(), late()

    look_what_is_left(lambda: next(patient), said.append)

    assert said == ["nothing else is left"]
    with pytest.raises(NotAsPromisedError, match="left behind: stack late"):
        look_what_is_left(lambda: next(impatient), said.append, patience=0)


def test_a_step_that_fails_is_not_in_the_table() -> None:
    stopwatch = Stopwatch()

    with pytest.raises(ValueError, match="no"), stopwatch.step("failing"):
        raise ValueError("no")

    assert not any("failing" in line for line in stopwatch.table())
