"""What goes after its retention, and what never goes."""

import pytest

from accounting_database.deadline import OF_A_RESOURCE
from accounting_database.locking import locked
from accounting_database.purging import Due
from accounting_world import DAY, World, ask, cluster

RETENTION_DAYS = 30


def dropped(due: list[Due]) -> list[str]:
    return [each.schema.name for each in due if not each.kept]


def test_a_schema_goes_when_its_retention_is_over(world: World) -> None:
    world.create(cluster())
    with world.login(cluster().user_name) as connection:
        ask(connection, f"CREATE TABLE {cluster().schema_name}.history (a INT)")
    world.delete(cluster())
    world.clock.time += RETENTION_DAYS * DAY
    too_early = world.purge(RETENTION_DAYS).run()
    world.clock.time += DAY

    (due,) = world.purge(RETENTION_DAYS).run()

    assert too_early == []
    assert due.kept == ""
    assert due.log_fields == {
        "schema": cluster().schema_name,
        "cluster": cluster().cluster_name,
        "vlab_id": "lab",
        "project_id": "project",
        "released_days": RETENTION_DAYS + 1,
    }
    assert world.schemas() == {"hpc_provisioner"}
    assert world.purge(RETENTION_DAYS).run() == []


def test_a_schema_in_use_stays_however_old_it_is(world: World) -> None:
    world.create(cluster())
    world.clock.time += 1000 * DAY

    assert world.purge(RETENTION_DAYS).run() == []
    assert cluster().schema_name in world.schemas()


def test_a_schema_that_a_later_creation_has_stays(world: World) -> None:
    world.create(cluster())
    world.delete(cluster())
    world.clock.time += 29 * DAY
    world.create(cluster(creation="22222222"))
    world.clock.time += 100 * DAY

    assert world.purge(RETENTION_DAYS).run() == []
    assert cluster().schema_name in world.schemas()


def test_the_last_release_counts(world: World) -> None:
    for creation in ("11111111", "22222222"):
        world.create(cluster(creation=creation))
        world.delete(cluster(creation=creation))
        world.clock.time += 20 * DAY

    assert world.purge(RETENTION_DAYS).run() == []


@pytest.mark.parametrize("schema", [r"pcluster\_lab\_project\_0a1b2c3d", cluster().schema_name])
def test_a_schema_that_somebody_still_has_rights_on_stays(world: World, schema: str) -> None:
    world.create(cluster())
    world.delete(cluster())
    world.tell("CREATE USER somebody IDENTIFIED VIA mysql_native_password")
    world.tell(f"GRANT SELECT ON `{schema}`.* TO somebody")
    world.clock.time += 100 * DAY

    (due,) = world.purge(RETENTION_DAYS).run()

    assert due.kept == "users somebody still have it"
    assert cluster().schema_name in world.schemas()


def test_a_schema_that_is_just_being_worked_on_waits_and_stops_no_other(world: World) -> None:
    other = cluster(cluster_name="pcluster-z", project_id="other")
    for accounting in (cluster(), other):
        world.create(accounting)
        world.delete(accounting)
    world.clock.time += 100 * DAY

    with (
        world.database().session(OF_A_RESOURCE) as session,
        locked(session, cluster().schema_name),
    ):
        due = world.purge(RETENTION_DAYS).run()

    assert dropped(due) == ["pcluster_z"]
    assert [each.kept for each in due if each.kept] == ["another request is at it"]
    assert cluster().schema_name in world.schemas()


def test_a_late_delete_of_a_cluster_that_was_never_made_is_forgotten_too(world: World) -> None:
    world.delete(cluster())
    world.clock.time += 100 * DAY

    due = world.purge(RETENTION_DAYS).run()

    assert dropped(due) == [cluster().schema_name]
    assert world.tell("SELECT * FROM hpc_provisioner.cluster_schemas") == []


def test_a_cluster_comes_back_after_its_schema_was_purged(world: World) -> None:
    world.create(cluster())
    world.delete(cluster())
    world.clock.time += 100 * DAY
    world.purge(RETENTION_DAYS).run()

    world.create(cluster(creation="22222222"))

    assert cluster().schema_name in world.schemas()


def test_schemas_that_are_not_registered_are_left_alone(world: World) -> None:
    world.tell("CREATE DATABASE somebody_elses")
    world.clock.time += 1000 * DAY

    assert world.purge(RETENTION_DAYS).run() == []
    assert "somebody_elses" in world.schemas()


def test_a_schema_that_can_t_be_dropped_is_a_failure_and_stops_no_other(world: World) -> None:
    other = cluster(cluster_name="pcluster-z", project_id="other")
    for accounting in (cluster(), other):
        world.create(accounting)
        world.delete(accounting)
    # What no DROP DATABASE takes: a file in the schema's folder that is none of MariaDB's.
    folder = world.server.directory / "data" / cluster().schema_name
    (folder / "somebody-s").mkdir()
    world.clock.time += 100 * DAY

    due = world.purge(RETENTION_DAYS).run()
    (folder / "somebody-s").rmdir()

    assert dropped(due) == ["pcluster_z"]
    assert [each.failed for each in due] == [True, False]
    assert "StatementRefused: Database 127.0.0.1 refused to drop schema" in due[0].kept
    assert dropped(world.purge(RETENTION_DAYS).run()) == [cluster().schema_name]
