"""Requests that die anywhere, come twice, or come together, end as one request does."""

import threading
from collections.abc import Callable
from contextlib import ExitStack
from typing import Any

import pymysql
import pymysql.connections
import pytest
from pymysql.constants import ER

from accounting_database.database import Connect
from accounting_database.errors import StatementRefused
from accounting_deaths import dying_at_each
from accounting_world import DAY, PASSWORD_SECRET, World, ask, cluster, event

before_and_after = pytest.mark.parametrize("after", [False, True], ids=["before", "after"])


def creates(world: World) -> Callable[[Connect], object]:
    return lambda connect: world.create(cluster(), connect)


@before_and_after
def test_a_creation_that_dies_at_any_statement_is_completed_by_the_next(
    world: World, after: bool
) -> None:
    for _ in dying_at_each(creates(world), after=after, prepare=world.clear):
        world.create(cluster())

        with world.login(cluster().user_name) as connection:
            ask(connection, f"CREATE TABLE {cluster().schema_name}.t (a INT)")
        assert world.released() == {"11111111": False}


@before_and_after
def test_a_creation_that_dies_at_any_statement_is_undone_by_a_deletion(
    world: World, after: bool
) -> None:
    for _ in dying_at_each(creates(world), after=after, prepare=world.clear):
        world.delete(cluster())

        assert world.users() == set()
        assert world.released() == {"11111111": True}


def refusing(beginning: str) -> Callable[..., "pymysql.Connection[Any]"]:
    """Connects as PyMySQL does, to a server that refuses statements that begin so."""

    class Refused(pymysql.connections.Connection):  # type: ignore[type-arg] - none at run time
        def query(self, sql: Any, unbuffered: bool = False) -> int:
            text = sql.decode(errors="replace") if isinstance(sql, bytes) else sql
            if text.startswith(beginning):
                raise pymysql.err.OperationalError(ER.DBACCESS_DENIED_ERROR, "refused")
            return super().query(sql, unbuffered)

    return Refused


def test_a_creation_that_is_refused_half_way_leaves_nothing_though_nobody_deletes_it(
    world: World,
) -> None:
    """CDK's framework swallows the Delete of a Create that failed."""
    with pytest.raises(StatementRefused):
        world.create(cluster(), refusing("GRANT"))

    assert world.users() == set()
    assert world.released() == {"11111111": True}


def test_a_password_that_is_refused_later_costs_nobody_his_user(world: World) -> None:
    world.create(cluster())
    update = event("Update", cluster(), secret=PASSWORD_SECRET.format("1"), old_secret="arn:old")

    with pytest.raises(StatementRefused):
        world.handle(update, refusing("ALTER USER"))

    assert world.users() == {cluster().user_name}
    assert world.released() == {"11111111": False}


@before_and_after
def test_what_a_creation_that_died_left_goes_with_the_next_one(world: World, after: bool) -> None:
    successor = cluster(creation="22222222")

    for _ in dying_at_each(creates(world), after=after, prepare=world.clear):
        world.create(successor)

        assert world.users() == {successor.user_name}
        assert world.released().get("11111111", True)
        assert world.released()["22222222"] is False


@before_and_after
def test_what_a_creation_left_goes_though_the_next_one_died_at_it(
    world: World, after: bool
) -> None:
    successor = cluster(creation="22222222")

    def left_there() -> None:
        world.clear()
        world.create(cluster())

    def succeeds(connect: Connect) -> None:
        world.create(successor, connect)

    for _ in dying_at_each(succeeds, after=after, prepare=left_there):
        world.create(successor)

        assert world.users() == {successor.user_name}
        assert world.released() == {"11111111": True, "22222222": False}


@before_and_after
def test_a_deletion_that_dies_at_any_statement_is_completed_by_the_next(
    world: World, after: bool
) -> None:
    logins: list[pymysql.Connection[Any]] = []

    def there_and_connected() -> None:
        world.clear()
        world.create(cluster())
        logins.append(left_open.enter_context(world.login(cluster().user_name)))

    def deletes(connect: Connect) -> None:
        world.delete(cluster(), connect)

    with ExitStack() as left_open:
        for _ in dying_at_each(deletes, after=after, prepare=there_and_connected):
            world.delete(cluster())

            with pytest.raises((pymysql.err.OperationalError, pymysql.err.InterfaceError)):
                ask(logins[-1], "SELECT 1")
            assert world.users() == set()
            assert world.released() == {"11111111": True}


@before_and_after
def test_a_purge_that_dies_at_any_statement_is_completed_by_the_next(
    world: World, after: bool
) -> None:
    def old_schema() -> None:
        world.clear()
        world.create(cluster())
        world.delete(cluster())
        world.clock.time += 31 * DAY

    def purges(connect: Connect) -> None:
        world.purge(30, connect).run()

    for _ in dying_at_each(purges, after=after, prepare=old_schema):
        world.purge(30).run()

        assert world.schemas() == {"hpc_provisioner"}
        assert world.tell("SELECT * FROM hpc_provisioner.cluster_schemas") == []
        assert world.tell("SELECT * FROM hpc_provisioner.creations") == []


def test_a_purge_at_once_with_the_next_creation_leaves_that_its_schema(world: World) -> None:
    later = cluster(creation="22222222")
    for _ in range(5):
        world.clear()
        world.create(cluster())
        world.delete(cluster())
        world.clock.time += 31 * DAY

        failures = at_once(lambda: world.create(later), lambda: world.purge(30).run())

        assert failures == []
        with world.login(later.user_name) as connection:
            ask(connection, f"CREATE TABLE {later.schema_name}.t (a INT)")
        assert world.released()["22222222"] is False


def test_creations_at_once_on_an_empty_server_all_succeed(world: World) -> None:
    same = [lambda: world.create(cluster())] * 4
    others = [
        lambda name=name: world.create(cluster(cluster_name=name, project_id=name))
        for name in ("pcluster-b", "pcluster-c")
    ]

    failures = at_once(*same, *others)

    assert failures == []
    assert world.users() == {
        cluster().user_name,
        "pcluster_b_11111111",
        "pcluster_c_11111111",
    }


def test_deletions_at_once_with_another_creation_s_create_end_right(world: World) -> None:
    earlier, later = cluster(), cluster(creation="22222222")
    for _ in range(5):
        world.clear()
        world.create(earlier)

        failures = at_once(
            lambda: world.delete(earlier),
            lambda: world.create(later),
            lambda: world.delete(earlier),
        )

        assert failures == []
        assert world.users() == {later.user_name}
        assert world.released() == {"11111111": True, "22222222": False}


def test_a_create_at_once_with_its_delete_leaves_no_user(world: World) -> None:
    for _ in range(5):
        world.clear()

        failures = at_once(lambda: world.create(cluster()), lambda: world.delete(cluster()))

        assert all("CreationReleased" in str(failure) for failure in failures)
        assert world.users() == set()
        assert world.released() == {"11111111": True}


def at_once(*acts: Callable[[], object]) -> list[Exception]:
    failures: list[Exception] = []
    start = threading.Barrier(len(acts))

    def run(act: Callable[[], object]) -> None:
        start.wait()
        try:
            act()
        except Exception as failure:
            failures.append(failure)

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return failures
