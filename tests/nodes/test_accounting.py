"""Clusters with accounting in one MariaDB: each job is its own cluster's, and limits hold."""

from collections.abc import Iterator

import pymysql
import pytest

from accounted_laboratory import ACCOUNT, STRANGER, accounted, admit
from accounting_database.model import ClusterAccounting
from accounting_server import AccountingServer, again
from embedded_aws.laboratory.node import NodeTrouble
from embedded_aws.laboratory.slurm_configuration import AccountingDatabase
from embedded_aws.laboratory.slurm_laboratory import SlurmLaboratory

ONE = ClusterAccounting(
    cluster_name="pcluster-one", vlab_id="Lab", project_id="One", creation="11111111"
)
TWO = ClusterAccounting(
    cluster_name="pcluster-two", vlab_id="Lab", project_id="Two", creation="11111111"
)
ALL = ("--allusers", "--allclusters", "--duplicates", "--starttime=now-1hours")


@pytest.fixture(scope="module")
def database(server: AccountingServer) -> AccountingDatabase:
    return server.admit(ONE)


@pytest.fixture(scope="module")
def laboratory(server: AccountingServer, database: AccountingDatabase) -> Iterator[SlurmLaboratory]:
    with accounted(server, ONE.cluster_name, database) as booted:
        admit(booted)
        yield booted


def names(laboratory: SlurmLaboratory) -> set[tuple[str, str, str]]:
    """The jobs that sacct knows: cluster, user and name of each."""
    jobs = laboratory.sacct("root", *ALL)
    return {(job.cluster, job.user, job.record["name"]) for job in jobs}


def test_each_cluster_s_jobs_are_its_own_and_outlive_it(
    server: AccountingServer, laboratory: SlurmLaboratory
) -> None:
    laboratory.run_job("alice", "true", "--job-name=of-one")
    with accounted(server, TWO.cluster_name, server.admit(TWO)) as two:
        admit(two)
        two.run_job("bob", "true", "--job-name=of-two")
        seen = names(two)
    server.release(TWO)

    with accounted(server, TWO.cluster_name, server.admit(again(TWO))) as two:
        admit(two)
        two.run_job("bob", "true", "--job-name=made-again")
        seen_again = names(two)

    assert ("pcluster-one", "alice", "of-one") in names(laboratory)
    assert {cluster for cluster, _, _ in names(laboratory)} == {"pcluster-one"}
    assert seen == {("pcluster-two", "bob", "of-two")}
    assert seen_again == {*seen, ("pcluster-two", "bob", "made-again")}


def test_what_a_job_used_is_reported_as_its_project_s(
    server: AccountingServer, laboratory: SlurmLaboratory
) -> None:
    before = _core_seconds(server)
    job = laboratory.run_job("alice", "sleep 2", "--ntasks=2", "--cpus-per-task=2")

    used = _core_seconds(server) - before

    assert used == 4 * job.record["time"]["elapsed"] > 0


def _core_seconds(server: AccountingServer) -> int:
    rows = server.usage()["rows"]
    return sum(row["core_seconds"] for row in rows if row["project_id"] == ONE.project_id)


def test_a_job_is_its_user_s_and_its_account_s(laboratory: SlurmLaboratory) -> None:
    job = laboratory.run_job("alice", "id --user --name; exit 3", "--output=told")

    assert (job.user, job.account, job.state, job.exit_code) == ("alice", ACCOUNT, "FAILED", 3)
    assert laboratory.must("alice", "cat", "told") == "alice\n"


def test_slurmdbd_comes_as_the_user_of_the_cluster_s_creation(
    server: AccountingServer, laboratory: SlurmLaboratory, database: AccountingDatabase
) -> None:
    laboratory.sacct("root")

    connected = server.world.tell("SELECT DISTINCT USER, DB FROM information_schema.PROCESSLIST")

    assert ("pcluster_one_11111111", "pcluster_one") in connected
    with pytest.raises(pymysql.OperationalError, match="Access denied"):
        server.ask_as(database, "SELECT 1", password="guessed")


def test_a_cluster_s_user_has_nothing_of_another_s_and_comes_with_tls(
    server: AccountingServer, database: AccountingDatabase
) -> None:
    other = server.admit(again(TWO)).name

    assert (other,) not in server.ask_as(database, "SHOW DATABASES")
    with pytest.raises(pymysql.OperationalError, match="denied"):
        server.ask_as(database, f"CREATE TABLE {other}.mine (one int)")
    with pytest.raises(pymysql.OperationalError, match="Access denied"):
        server.ask_as(database, "SELECT 1", tls=False)


def test_who_has_no_account_is_refused(laboratory: SlurmLaboratory) -> None:
    with pytest.raises(NodeTrouble, match="Invalid account"):
        laboratory.submit(STRANGER, "true")


def test_root_s_jobs_are_refused(laboratory: SlurmLaboratory) -> None:
    with pytest.raises(NodeTrouble, match="Invalid user id"):
        laboratory.submit("root", "true")


def test_no_more_jobs_are_accepted_than_a_limit_allows(laboratory: SlurmLaboratory) -> None:
    laboratory.sacctmgr("modify", "user", "bob", "set", "maxsubmitjobs=1")
    laboratory.submit("bob", "true", "--hold")

    with pytest.raises(NodeTrouble, match="violates accounting/QOS policy"):
        laboratory.submit("bob", "true")

    laboratory.must("bob", "scancel", "--user=bob")
    laboratory.sacctmgr("modify", "user", "bob", "set", "maxsubmitjobs=-1")


def test_jobs_wait_when_their_account_has_spent_what_it_may(laboratory: SlurmLaboratory) -> None:
    laboratory.sacctmgr("modify", "account", ACCOUNT, "set", "grptresmins=cpu=0")
    job = laboratory.submit("alice", "true")

    laboratory.head.wait_until(
        "the job waits for its account",
        lambda: "Reason=AssocGrpCPUMinutesLimit" in laboratory.scontrol("show", "job", str(job)),
    )

    laboratory.sacctmgr("modify", "account", ACCOUNT, "set", "grptresmins=cpu=-1")
    assert laboratory.wait(job).state == "COMPLETED"


def test_another_password_of_the_administrator_is_nothing_to_slurmdbd(
    server: AccountingServer, laboratory: SlurmLaboratory
) -> None:
    before = server.world.admin_password
    server.rotate("the-second-admin-password")

    running = laboratory.run_job("alice", "true")
    laboratory.head.stop("slurmdbd")
    laboratory.head.start("slurmdbd")
    laboratory.head.wait_until_ready()
    restarted = laboratory.run_job("alice", "true")

    assert (running.state, restarted.state) == ("COMPLETED", "COMPLETED")
    with (
        pytest.raises(pymysql.OperationalError, match="Access denied"),
        server.world.login(server.world.server.admin, before),
    ):
        pass


def test_what_slurmdbd_missed_comes_after_it_was_killed(laboratory: SlurmLaboratory) -> None:
    laboratory.head.kill("slurmdbd")
    job = laboratory.submit("alice", "true")

    laboratory.head.start("slurmdbd")
    laboratory.head.wait_until_ready()

    assert laboratory.wait(job).state == "COMPLETED"
