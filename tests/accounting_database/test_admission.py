"""What a cluster's user may do, and that it is there as long as its creation."""

import pymysql
import pytest

from accounting_database.errors import (
    AccountingError,
    CreationReleased,
    SchemaTaken,
    SecretUnreadable,
)
from accounting_world import PASSWORD, PASSWORD_SECRET, World, ask, cluster, event

HOSTILE = "x'; DROP DATABASE hpc_provisioner; -- `%s\\\" é☃ "


def test_a_creation_gives_the_names_of_schema_and_user(world: World) -> None:
    accounting = cluster()

    made = world.create(accounting)

    assert made == {
        "PhysicalResourceId": "pcluster_lab_project_0a1b2c3d_11111111",
        "Data": {
            "DatabaseName": "pcluster_lab_project_0a1b2c3d",
            "UserName": "pcluster_lab_project_0a1b2c3d_11111111",
        },
    }


def test_the_user_does_all_that_slurm_does_in_its_schema(world: World) -> None:
    accounting = cluster()
    world.create(accounting)
    schema = accounting.schema_name

    with world.login(accounting.user_name) as connection:
        ask(connection, f"CREATE TABLE {schema}.t (a INT) ENGINE = InnoDB")
        ask(connection, f"ALTER TABLE {schema}.t ADD b TEXT, ADD KEY (a)")
        ask(connection, f"INSERT INTO {schema}.t VALUES (1, 'é☃')")
        ask(connection, f"CREATE PROCEDURE {schema}.p() SELECT a, b FROM {schema}.t")
        rows = ask(connection, f"CALL {schema}.p()")
        ask(connection, f"DROP DATABASE {schema}")
        ask(connection, f"CREATE DATABASE IF NOT EXISTS {schema}")

    assert rows == [(1, "é☃")]


def test_two_clusters_do_not_see_each_other_s_schema(world: World) -> None:
    one, other = cluster(), cluster(cluster_name="pcluster-other", project_id="other")
    world.create(one)
    world.create(other)

    with world.login(one.user_name) as connection:
        seen = ask(connection, "SHOW DATABASES")
        with pytest.raises(pymysql.err.OperationalError, match="denied"):
            ask(connection, f"USE {other.schema_name}")

    assert seen == [("information_schema",), (one.schema_name,)]


def test_an_underscore_is_no_wildcard(world: World) -> None:
    one = cluster(cluster_name="a-b")
    neighbour = cluster(cluster_name="axb", project_id="other")
    world.create(neighbour)
    world.create(one)

    with world.login(one.user_name) as connection:
        seen = ask(connection, "SHOW DATABASES")
        with pytest.raises(pymysql.err.OperationalError, match="denied"):
            ask(connection, "CREATE DATABASE azb")
        with pytest.raises(pymysql.err.OperationalError, match="denied"):
            ask(connection, "CREATE TABLE axb.t (a INT)")

    assert seen == [("a_b",), ("information_schema",)]


def test_a_user_is_let_in_over_tls_only(world: World) -> None:
    accounting = cluster()
    world.create(accounting)

    with (
        pytest.raises(pymysql.err.OperationalError, match="Access denied"),
        world.login(accounting.user_name, tls=False),
    ):
        pass
    with world.login(accounting.user_name) as connection:
        ((_, cipher),) = ask(connection, "SHOW SESSION STATUS LIKE 'Ssl_cipher'")

    assert cipher


def test_a_user_sees_nothing_of_ours(world: World) -> None:
    accounting = cluster()
    world.create(accounting)

    with (
        world.login(accounting.user_name) as connection,
        pytest.raises(pymysql.err.OperationalError, match="denied"),
    ):
        ask(connection, "SELECT * FROM hpc_provisioner.cluster_schemas")


def test_ids_full_of_sql_are_kept_as_they_are(world: World) -> None:
    accounting = cluster(vlab_id=HOSTILE, project_id="' OR 1=1 -- ")
    world.create(accounting)

    kept = world.tell("SELECT vlab_id, project_id FROM hpc_provisioner.cluster_schemas")
    world.create(accounting)
    world.delete(accounting)

    assert [(vlab.decode(), project.decode()) for vlab, project in kept] == [
        (HOSTILE, "' OR 1=1 -- ")
    ]
    assert world.schemas() == {"hpc_provisioner", accounting.schema_name}


@pytest.mark.parametrize("password", ["with 'quotes\" and \\", "%s %(a)s {} $x", "é☃ü"])
def test_a_password_may_have_any_characters(world: World, password: str) -> None:
    world.secrets.texts[PASSWORD_SECRET.format("1")] = password

    world.create(cluster())

    with world.login(cluster().user_name, password) as connection:
        assert ask(connection, "SELECT 1") == [(1,)]


@pytest.mark.parametrize("password", ["", "ends in a newline\n", " spaced", "a\x00b"])
def test_a_secret_without_a_bare_password_is_refused(world: World, password: str) -> None:
    world.secrets.texts[PASSWORD_SECRET.format("1")] = password

    with pytest.raises(SecretUnreadable, match=r"hpc/slurm-1.* no bare password") as refusal:
        world.create(cluster())

    assert not password.strip() or password.strip() not in str(refusal.value)
    assert world.users() == set()


def test_a_creation_that_is_repeated_changes_nothing(world: World) -> None:
    world.create(cluster())
    with world.login(cluster().user_name) as connection:
        ask(connection, f"CREATE TABLE {cluster().schema_name}.kept (a INT)")

    again = world.create(cluster())

    assert again["PhysicalResourceId"] == cluster().user_name
    assert world.users() == {cluster().user_name}
    with world.login(cluster().user_name) as connection:
        assert ask(connection, f"SELECT * FROM {cluster().schema_name}.kept") == []


def test_a_deletion_takes_the_user_and_keeps_the_schema(world: World) -> None:
    world.create(cluster())

    answer = world.delete(cluster())

    assert answer == {"PhysicalResourceId": cluster().user_name}
    assert world.users() == set()
    assert cluster().schema_name in world.schemas()
    assert world.released() == {"11111111": True}


def test_a_deletion_ends_the_user_s_connections(world: World) -> None:
    world.create(cluster())
    with world.login(cluster().user_name) as one, world.login(cluster().user_name) as other:
        ask(one, "SELECT 1")

        world.delete(cluster())

        for connection in (one, other):
            with pytest.raises((pymysql.err.OperationalError, pymysql.err.InterfaceError)):
                ask(connection, "SELECT 1")


def test_a_deletion_may_be_repeated_and_notes_the_first(world: World) -> None:
    world.create(cluster())
    world.delete(cluster())
    first = world.tell("SELECT released_at FROM hpc_provisioner.creations")
    world.clock.time += 1000

    world.delete(cluster())

    assert world.tell("SELECT released_at FROM hpc_provisioner.creations") == first


def test_the_deletion_of_an_earlier_creation_leaves_the_later_one(world: World) -> None:
    earlier, later = cluster(), cluster(creation="22222222")
    world.create(earlier)
    world.create(later)
    with world.login(later.user_name) as connection:
        world.delete(earlier)

        assert ask(connection, "SELECT 1") == [(1,)]

    assert world.users() == {later.user_name}
    assert world.released() == {"11111111": True, "22222222": False}


def test_the_next_creation_finds_the_history(world: World) -> None:
    world.create(cluster())
    with world.login(cluster().user_name) as connection:
        ask(connection, f"CREATE TABLE {cluster().schema_name}.history (a INT)")
    world.delete(cluster())
    later = cluster(creation="22222222")

    world.create(later)

    with world.login(later.user_name) as connection:
        assert ask(connection, f"SELECT * FROM {later.schema_name}.history") == []


def test_a_create_that_comes_after_its_delete_lets_nobody_in(world: World) -> None:
    world.delete(cluster())

    with pytest.raises(CreationReleased, match=r"^CreationReleased: Creation 11111111 of pclus"):
        world.create(cluster())

    assert world.users() == set()


@pytest.mark.parametrize("other", [{"vlab_id": "LAB"}, {"project_id": "project "}])
def test_a_schema_stays_with_the_project_that_had_it_first(
    world: World, other: dict[str, str]
) -> None:
    world.create(cluster())
    thief = cluster(creation="22222222", **other)

    with pytest.raises(SchemaTaken, match=r"^SchemaTaken: Schema pcluster_lab_project"):
        world.create(thief)
    world.delete(thief)

    assert world.users() == {cluster().user_name}
    assert world.released() == {"11111111": False}


def test_an_update_takes_the_password_of_another_secret(world: World) -> None:
    world.create(cluster())
    second = PASSWORD_SECRET.format("2")
    world.secrets.texts[second] = "another-password"

    made = world.handle(
        event("Update", cluster(), secret=second, old_secret=PASSWORD_SECRET.format("1"))
    )

    assert made["PhysicalResourceId"] == cluster().user_name
    with world.login(cluster().user_name, "another-password") as connection:
        assert ask(connection, "SELECT 1") == [(1,)]
    with pytest.raises(pymysql.err.OperationalError), world.login(cluster().user_name, PASSWORD):
        pass


def test_an_update_with_the_same_secret_does_nothing(world: World) -> None:
    world.create(cluster())
    world.secrets.texts.clear()

    made = world.handle(event("Update", cluster()))

    assert made == {
        "PhysicalResourceId": cluster().user_name,
        "Data": {"DatabaseName": cluster().schema_name, "UserName": cluster().user_name},
    }


def test_an_update_to_another_creation_is_another_user(world: World) -> None:
    earlier, later = cluster(), cluster(creation="22222222")
    world.create(earlier)

    made = world.handle(event("Update", later, old=earlier))
    world.delete(earlier)

    assert made["PhysicalResourceId"] == later.user_name
    assert world.users() == {later.user_name}


def test_a_failure_says_what_was_refused_and_no_statement(world: World) -> None:
    world.create(cluster())
    world.tell(f"DROP DATABASE {cluster().schema_name}")
    world.tell("ALTER TABLE hpc_provisioner.creations DROP COLUMN released_at")

    with pytest.raises(AccountingError) as failure:
        world.create(cluster())

    assert str(failure.value).startswith("StatementRefused: Database 127.0.0.1 refused to note cr")
    assert "WRONG_VALUE_COUNT_ON_ROW" in str(failure.value)
    assert "INSERT" not in str(failure.value)
