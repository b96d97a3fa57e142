"""Parameter groups are the server's options, subnet groups where it is."""

from collections.abc import Iterator

import pytest

import databases
from aws_account import Account, refusal, unique
from databases import FAMILY, Database, network_in_two_zones, refusal_code
from deployed import Deployed, deploy

MIB = 2**20


@pytest.fixture(scope="module")
def group(account: Account) -> Iterator[str]:
    rds = account.client("rds")
    name = unique("group")
    rds.create_db_parameter_group(
        DBParameterGroupName=name, DBParameterGroupFamily=FAMILY, Description="for tests"
    )
    _set(
        account,
        name,
        innodb_buffer_pool_size="{DBInstanceClassMemory*3/4}",
        innodb_lock_wait_timeout="900",
        innodb_snapshot_isolation="0",
        max_allowed_packet="67108864",
        max_connections="LEAST({DBInstanceClassMemory/9531392},200)",
        require_secure_transport="1",
        slow_query_log="1",
    )
    yield name
    rds.delete_db_parameter_group(DBParameterGroupName=name)


@pytest.fixture(scope="module")
def instance(account: Account, group: str) -> Iterator[Database]:
    with databases.database(account, DBParameterGroupName=group) as made:
        yield made


@pytest.fixture(scope="module")
def network(account: Account) -> Iterator[Deployed]:
    stack = deploy(account, network_in_two_zones("10.98.0.0/16"))
    yield stack
    stack.delete()


def _set(account: Account, group: str, method: str = "pending-reboot", **values: str) -> None:
    account.client("rds").modify_db_parameter_group(
        DBParameterGroupName=group,
        Parameters=[
            {"ParameterName": name, "ParameterValue": value, "ApplyMethod": method}
            for name, value in values.items()
        ],
    )


def test_the_server_has_the_parameters_of_the_group(instance: Database) -> None:
    variables = instance.ask(
        "SELECT @@innodb_lock_wait_timeout, @@max_allowed_packet, @@slow_query_log,"
        " @@require_secure_transport, @@max_connections"
    )

    # 1 GiB of db.t4g.micro / 9531392
    assert variables == "900\t67108864\t1\t1\t112\n"


def test_memory_is_bounded_by_what_this_machine_should_give(instance: Database) -> None:
    assert instance.ask("SELECT @@innodb_buffer_pool_size") == f"{128 * MIB}\n"


def test_without_a_word_about_it_a_client_may_come_without_tls_as_before_11_8(
    account: Account,
) -> None:
    with databases.database(account) as usual:
        assert usual.ask("SELECT @@require_secure_transport") == "0\n"


def test_a_dynamic_parameter_counts_at_once_and_a_static_one_from_the_next_start(
    instance: Database, group: str
) -> None:
    account = instance.account
    status = lambda: instance.described["DBParameterGroups"][0]["ParameterApplyStatus"]  # noqa: E731

    _set(account, group, "immediate", long_query_time="3")
    at_once, in_sync = instance.ask("SELECT @@GLOBAL.long_query_time"), status()
    static = refusal_code(
        account.client("rds").modify_db_parameter_group,
        DBParameterGroupName=group,
        Parameters=[
            {
                "ParameterName": "back_log",
                "ParameterValue": "120",
                "ApplyMethod": "immediate",
            }
        ],
    )
    _set(account, group, back_log="120")
    pending = status()
    account.client("rds").reboot_db_instance(DBInstanceIdentifier=instance.identifier)
    instance.settled()

    assert (at_once, in_sync) == ("3.000000\n", "in-sync")
    assert static == "InvalidParameterCombination"
    assert pending == "pending-reboot"
    assert instance.ask("SELECT @@back_log") == "120\n"
    assert status() == "in-sync"


def test_another_class_has_another_memory(instance: Database) -> None:
    instance.account.client("rds").modify_db_instance(
        DBInstanceIdentifier=instance.identifier,
        DBInstanceClass="db.t4g.small",
        ApplyImmediately=True,
    )

    assert instance.settled() == "available"
    # 2 GiB / 9531392 would be 225, but the group says 200 at most.
    assert instance.ask("SELECT @@max_connections") == "200\n"


def test_values_that_the_server_does_not_take_leave_it_incompatible(account: Account) -> None:
    rds, name = account.client("rds"), unique("group")
    rds.create_db_parameter_group(
        DBParameterGroupName=name, DBParameterGroupFamily=FAMILY, Description="wrong"
    )
    _set(account, name, sql_mode="NO_SUCH_MODE")

    made = databases.make(account, DBParameterGroupName=name)
    state = made.settled()
    made.delete()
    rds.delete_db_parameter_group(DBParameterGroupName=name)

    assert state == "incompatible-parameters"


@pytest.mark.parametrize(
    ("parameter", "value"),
    [
        ("no_such_parameter", "1"),
        ("datadir", "/elsewhere"),
        ("max_connections", "{DBInstanceMemory/2}"),
        ("max_connections", "{__import__('os')}"),
        ("sql_mode", "'; DROP USER"),
    ],
)
def test_what_is_no_parameter_or_no_value_is_refused(
    account: Account, group: str, parameter: str, value: str
) -> None:
    error = refusal(_set, account=account, group=group, **{parameter: value})

    assert error is not None
    assert error.response["Error"]["Code"] == "InvalidParameterValue"


def test_a_group_of_no_family_or_another_family_is_refused_and_one_in_use_stays(
    account: Account, group: str, instance: Database
) -> None:
    rds, other = account.client("rds"), unique("group")
    asked = {"DBParameterGroupName": other, "Description": "other"}

    unknown = refusal_code(
        rds.create_db_parameter_group, **asked, DBParameterGroupFamily="mariadb5.5"
    )
    rds.create_db_parameter_group(**asked, DBParameterGroupFamily="mariadb11.4")
    mismatch = refusal_code(rds.create_db_instance, **databases.wanted(DBParameterGroupName=other))
    rds.delete_db_parameter_group(DBParameterGroupName=other)

    assert unknown == "InvalidParameterValue"
    assert mismatch == "InvalidParameterCombination"
    assert instance.described["DBParameterGroups"][0]["DBParameterGroupName"] == group
    assert refusal_code(rds.delete_db_parameter_group, DBParameterGroupName=group) == (
        "InvalidDBParameterGroupState"
    )


def test_a_subnet_group_has_two_zones_and_stays_while_it_is_used(
    account: Account, network: Deployed
) -> None:
    rds, name = account.client("rds"), unique("subnets")
    first, second = network.ids["Subnet"], network.ids["Second"]
    asked = {"DBSubnetGroupName": name, "DBSubnetGroupDescription": "tests"}

    narrow = refusal_code(rds.create_db_subnet_group, **asked, SubnetIds=[first])
    rds.create_db_subnet_group(**asked, SubnetIds=[first, second])
    again = refusal_code(rds.create_db_subnet_group, **asked, SubnetIds=[first, second])
    with databases.database(
        account, DBSubnetGroupName=name, VpcSecurityGroupIds=[network.ids["Group"]]
    ) as inside:
        used = refusal_code(rds.delete_db_subnet_group, DBSubnetGroupName=name)
        vpc = inside.described["DBSubnetGroup"]["VpcId"]
    rds.delete_db_subnet_group(DBSubnetGroupName=name)

    assert narrow == "DBSubnetGroupDoesNotCoverEnoughAZs"
    assert again == "DBSubnetGroupAlreadyExists"
    assert used == "InvalidDBSubnetGroupStateFault"
    assert vpc == network.ids["Vpc"]
