"""One request at a time for a schema, and none that a cluster can hold up."""

import pytest

from accounting_database.deadline import OF_A_RESOURCE, OF_A_SCHEDULE
from accounting_database.errors import DatabaseBusy
from accounting_database.locking import locked
from accounting_world import World, ask, cluster

OTHER = cluster(cluster_name="pcluster-other", project_id="other")


def test_a_second_request_for_a_schema_waits_and_gives_up(world: World) -> None:
    world.create(cluster())
    with (
        world.database().session(OF_A_RESOURCE) as session,
        locked(session, cluster().schema_name),
        pytest.raises(DatabaseBusy, match=r"could not lock schema pcluster_lab.* in time"),
    ):
        world.delete(cluster())

    assert world.users() == {cluster().user_name}


def test_a_request_for_another_schema_does_not_wait(world: World) -> None:
    world.create(cluster())
    with (
        world.database().session(OF_A_RESOURCE) as session,
        locked(session, cluster().schema_name),
    ):
        world.create(OTHER)

    assert OTHER.user_name in world.users()


def test_a_lock_ends_with_its_connection(world: World) -> None:
    world.create(cluster())
    with (
        pytest.raises(ZeroDivisionError),
        world.database().session(OF_A_RESOURCE) as session,
        locked(session, cluster().schema_name),
    ):
        _ = 1 / 0

    with (
        world.database().session(OF_A_SCHEDULE) as session,
        locked(session, cluster().schema_name),
    ):
        assert session.run("look", "SELECT 1") == [(1,)]


def test_a_cluster_can_t_tell_the_lock_s_name(world: World) -> None:
    world.create(cluster())
    with world.login(cluster().user_name) as connection:
        with pytest.raises(Exception, match="denied"):
            ask(connection, "SELECT token FROM hpc_provisioner.locks")
        with (
            world.database().session(OF_A_RESOURCE) as session,
            locked(session, OTHER.schema_name),
        ):
            ((name,),) = world.tell(
                "SELECT SHA2(CONCAT(token, '.', %s), 256) FROM hpc_provisioner.locks",
                OTHER.schema_name,
            )
            seen = ask(connection, "SELECT INFO FROM information_schema.PROCESSLIST")
            ((held,),) = ask(connection, "SELECT IS_USED_LOCK(%s)", name)

    assert held is not None
    assert all(name not in str(row) for row in seen)
