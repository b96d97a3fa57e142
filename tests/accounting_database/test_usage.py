"""The report of what projects have used, from what Slurm has written."""

import time
from datetime import UTC, datetime
from typing import Any

import pytest

from accounting_database.core_hours import Span
from accounting_database.deadline import Patience
from accounting_database.errors import AccountingError, DatabaseSlow, InvalidRequest
from accounting_database.model import ClusterAccounting
from accounting_database.slurm_tables import runs
from accounting_database.usage_report import Report, parse_question
from accounting_slurm import SlurmTables
from accounting_world import World, cluster

OTHER = cluster(cluster_name="pcluster-other", vlab_id="lab'; --", project_id="p%")


def at(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp())


def create(world: World, accounting: ClusterAccounting, when: str) -> None:
    world.clock.time = at(when)
    world.create(accounting)


def report(world: World, now: str, **fields: Any) -> Report:
    world.clock.time = at(now)
    return world.usage().answer(parse_question(fields, world.clock.now()))


def hours(answer: Report) -> list[tuple[str, str, float, int]]:
    return [
        (row["project_id"], row["month"], row["core_hours"], row["jobs"]) for row in answer["rows"]
    ]


@pytest.fixture
def tables(world: World) -> Any:
    create(world, cluster(), "2026-01-10")
    with world.login(cluster().user_name) as connection:
        made = SlurmTables(connection, cluster().schema_name, cluster().cluster_name)
        made.make()
        yield made


def test_core_hours_are_those_of_each_month(world: World, tables: SlurmTables) -> None:
    tables.job(start=at("2026-01-31T22:00"), end=at("2026-02-01T01:00"), tres="1=4,2=100")
    tables.job(start=at("2026-02-03T00:00"), end=at("2026-02-03T00:30"), tres="1=1")

    answer = report(world, "2026-03-02", **{"from": "2026-01", "to": "2026-03"})

    assert (answer["from"], answer["to"]) == ("2026-01", "2026-03")
    assert hours(answer) == [
        ("project", "2026-01", 8.0, 1),
        ("project", "2026-02", 4.5, 2),
        ("project", "2026-03", 0.0, 0),
    ]


def test_a_job_that_runs_counts_until_now(world: World, tables: SlurmTables) -> None:
    tables.job(start=at("2026-02-01T00:00"), tres="1=2")

    assert hours(report(world, "2026-02-01T03:00")) == [("project", "2026-02", 6.0, 1)]


def test_a_job_that_never_began_counts_nothing(world: World, tables: SlurmTables) -> None:
    tables.job(start=0)
    tables.job(start=0, end=at("2026-02-01T00:00"), tres="")

    assert hours(report(world, "2026-02-02")) == [("project", "2026-02", 0.0, 0)]


def test_every_run_of_a_requeued_job_counts_once(world: World, tables: SlurmTables) -> None:
    for hour in (1, 5):
        tables.job(
            start=at(f"2026-02-01T0{hour}:00"), end=at(f"2026-02-01T0{hour + 1}:00"), id_job=7
        )

    assert hours(report(world, "2026-02-02")) == [("project", "2026-02", 8.0, 2)]


def test_suspended_time_does_not_count(world: World, tables: SlurmTables) -> None:
    tables.job(
        start=at("2026-02-01T00:00"),
        end=at("2026-02-01T10:00"),
        tres="1=1",
        pauses=(
            (at("2026-02-01T01:00"), at("2026-02-01T02:00")),
            (at("2026-02-01T09:30"), 0),
        ),
    )

    assert hours(report(world, "2026-02-02")) == [("project", "2026-02", 8.5, 1)]


def test_a_job_that_the_deletion_ended_ends_with_its_cluster(
    world: World, tables: SlurmTables
) -> None:
    tables.job(start=at("2026-02-01T00:00"), tres="1=1")
    # The next cluster of that name finds it running, and ends it with its own beginning.
    tables.job(start=at("2026-02-01T00:00"), end=at("2026-03-01T00:10"), tres="1=1")
    world.clock.time = at("2026-02-01T05:00")
    world.delete(cluster())
    create(world, cluster(creation="22222222"), "2026-03-01")

    answer = report(world, "2026-04-15", **{"from": "2026-02", "to": "2026-04"})

    assert hours(answer) == [
        ("project", "2026-02", 10.0, 2),
        ("project", "2026-03", 0.0, 0),
        ("project", "2026-04", 0.0, 0),
    ]


def test_a_deleted_cluster_s_hours_stay_in_the_report(world: World, tables: SlurmTables) -> None:
    tables.job(start=at("2026-01-15T00:00"), end=at("2026-01-15T01:00"), tres="1=3")
    world.clock.time = at("2026-01-20")
    world.delete(cluster())

    answer = report(world, "2026-03-02", **{"from": "2026-01"})

    assert hours(answer) == [("project", "2026-01", 3.0, 1)]


def test_a_schema_that_slurm_has_not_come_to_counts_zero(world: World) -> None:
    create(world, cluster(), "2026-02-01")

    assert hours(report(world, "2026-02-01")) == [("project", "2026-02", 0.0, 0)]


def test_only_those_who_are_asked_for_are_reported(world: World, tables: SlurmTables) -> None:
    create(world, OTHER, "2026-02-01")

    everybody = report(world, "2026-02-02")
    of_the_lab = report(world, "2026-02-02", vlab_id=OTHER.vlab_id)
    of_the_project = report(world, "2026-02-02", project_id="project")
    of_nobody = report(world, "2026-02-02", vlab_id="LAB", project_id="project")

    assert [row["vlab_id"] for row in everybody["rows"]] == ["lab", OTHER.vlab_id]
    assert hours(of_the_lab) == [("p%", "2026-02", 0.0, 0)]
    assert hours(of_the_project) == [("project", "2026-02", 0.0, 0)]
    assert of_nobody["rows"] == []


def test_an_empty_server_has_an_empty_report(world: World) -> None:
    assert report(world, "2026-02-02") == {"from": "2026-02", "to": "2026-02", "rows": []}


def test_a_schema_that_can_t_be_read_is_no_silent_zero(world: World, tables: SlurmTables) -> None:
    world.tell(f"ALTER TABLE {tables._name('job')} DROP COLUMN tres_alloc")

    with pytest.raises(AccountingError, match="refused to read the jobs of schema pcluster_lab"):
        report(world, "2026-02-02")


def test_a_report_that_takes_too_long_fails_in_time(world: World, tables: SlurmTables) -> None:
    for hour in range(10):
        tables.job(start=at(f"2026-02-01T0{hour}:00"))
    patience = Patience(connect=1, answer=2, total=0.3)

    with (
        pytest.raises(DatabaseSlow, match="read the jobs of schema pcluster_lab"),
        world.database().session(patience) as session,
    ):
        for _ in runs(session, cluster().schema_name, Span(start=0, end=at("2026-03-01T00:00"))):
            time.sleep(0.1)


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"from": "2026-13"}, "Field from is '2026-13'; allowed is a month like 2026-01."),
        ({"to": 202601}, "Field to is 202601; allowed is a month"),
        ({"from": "2026-03"}, "Field from is '2026-03'; allowed is a month of at most 120"),
        ({"from": "2016-02"}, "Field from is '2016-02'; allowed is a month of at most 120"),
        ({"vlab_id": ""}, "Field vlab_id is ''; allowed is a text of 1 to 255"),
        ({"month": "2026-01"}, "Field month is '2026-01'; allowed is none but vlab_id, project_id"),
    ],
)
def test_a_question_that_can_t_be_read_is_refused(fields: dict[str, object], message: str) -> None:
    with pytest.raises(InvalidRequest, match=r"^InvalidRequest: ") as refusal:
        parse_question(fields, at("2026-02-02"))

    assert message in str(refusal.value)
