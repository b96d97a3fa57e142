"""The head node's script where the cluster has accounting: the account tree, and private jobs."""

from collections.abc import Iterator

import pytest

from accounting_database.model import ClusterAccounting
from accounting_server import AccountingServer
from embedded_aws.laboratory.node import Done
from embedded_aws.laboratory.slurm_client import SlurmClient
from embedded_aws.laboratory.slurm_configuration import ENFORCED, SlurmConfiguration
from node_cluster import NAME, PROJECT, VLAB, Cluster, Storage
from node_states import Users

CONFIGURATION = "/opt/slurm/etc/slurmdbd.conf"
TREE = {
    "root|||",
    "root||root|",
    "pcdefault|root||",
    "pcdefault||slurm|",
    "pcdefault||ec2-user|",
    "lab.1|root||",
    "my_project|lab.1||",
    "my_project||sim|my_project",
    "my_project||alice|my_project",
}


@pytest.fixture(scope="module")
def cluster(server: AccountingServer, users: Users) -> Iterator[Cluster]:
    """One with accounting, its head node configured."""
    of = ClusterAccounting(cluster_name=NAME, vlab_id=VLAB, project_id=PROJECT, creation="11111111")
    database = server.admit(of)
    slurm = SlurmConfiguration(cluster_name=NAME, database=database, custom_settings=ENFORCED)
    with Cluster(Storage.LUSTRE, slurm=slurm, database=server.endpoint) as made:
        assert configure(made, users).stderr == ""
        yield made
        assert made.slurm is not None
        assert made.slurm.died() == []


@pytest.fixture(scope="module")
def slurm(cluster: Cluster) -> SlurmClient:
    return SlurmClient(cluster.head)


def configure(cluster: Cluster, users: Users) -> Done:
    return cluster.configure(cluster.head, key=users.sim_key, users=users.more)


def tree(slurm: SlurmClient) -> set[str]:
    """Account, parent and user of each association, with the default account of users of ours."""
    of = (f"cluster={NAME}", "format=account,parentname,user")
    rows = slurm.must("root", "sacctmgr", "-nP", "show", "associations", *of).splitlines()
    told = slurm.must("root", "sacctmgr", "-nP", "show", "users", "format=user,defaultaccount")
    defaults = dict(line.split("|") for line in told.splitlines())
    ours = {user: default for user, default in defaults.items() if user in ("sim", "alice")}
    return {f"{row}|{ours.get(row.rpartition('|')[2], '')}" for row in rows}


def started(cluster: Cluster) -> str:
    shown = ("systemctl", "show", "--property=ExecMainStartTimestampMonotonic", "slurmdbd")
    return cluster.head.must(*shown)


def test_the_project_s_account_is_below_the_lab_s_and_everybody_s_default(
    slurm: SlurmClient,
) -> None:
    assert tree(slurm) == TREE


def test_jobs_of_the_project_s_users_are_counted_at_once(slurm: SlurmClient) -> None:
    job = slurm.run_job("sim", "true")

    assert (job.user, job.account, job.state) == ("sim", "my_project", "COMPLETED")


def test_nobody_sees_another_s_jobs(slurm: SlurmClient) -> None:
    held = slurm.submit("sim", "true", "--hold")
    done = slurm.run_job("sim", "true")

    for number in (held, done.number):
        assert "Invalid job id" in slurm.run("alice", "scontrol", "show", "job", str(number)).stderr
        assert slurm.sacct("alice", f"--jobs={number}") == []
    assert slurm.must("alice", "squeue", "--noheader") == ""
    assert [job.number for job in slurm.sacct("sim", f"--jobs={done.number}")] == [done.number]
    slurm.must("sim", "scancel", str(held))


def test_again_it_changes_nothing_and_slurmdbd_runs_on(
    cluster: Cluster, slurm: SlurmClient, users: Users
) -> None:
    before = cluster.head.read(CONFIGURATION), started(cluster)

    done = configure(cluster, users)

    assert (done.returncode, done.stderr) == (0, "")
    assert (cluster.head.read(CONFIGURATION), started(cluster)) == before
    assert tree(slurm) == TREE


def test_slurm_s_configuration_stays_slurm_s_own(cluster: Cluster) -> None:
    told = cluster.head.must("stat", "--format=%U %a", CONFIGURATION)

    assert told == "slurm 600\n"
    assert "include slurm_parallelcluster_slurmdbd.conf" in cluster.head.read(CONFIGURATION)


def test_it_says_what_slurm_makes_of_the_names(cluster: Cluster, users: Users) -> None:
    done = configure(cluster, users)

    assert "the lab's account is 'lab.1' and below it the project's 'my_project'" in done.stdout


def test_without_accounting_in_the_cluster_it_says_what_is_missing(
    cluster: Cluster, users: Users
) -> None:
    cluster.head.must("mv", CONFIGURATION, f"{CONFIGURATION}.away")

    done = configure(cluster, users)

    cluster.head.must("mv", f"{CONFIGURATION}.away", CONFIGURATION)
    assert done.stderr == (
        f"configure_node: accounting: {CONFIGURATION} isn't there: ParallelCluster makes it if the"
        " cluster's configuration has SlurmSettings/Database\n"
    )


def test_all_of_it_is_there_after_a_reboot(
    cluster: Cluster, slurm: SlurmClient, users: Users
) -> None:
    cluster.head.reboot()
    assert cluster.slurm is not None
    cluster.slurm.wait_until_ready()

    done = configure(cluster, users)

    assert (done.returncode, done.stderr) == (0, "")
    assert tree(slurm) == TREE
    assert slurm.run_job("alice", "true").account == "my_project"


def test_users_may_run_jobs_though_slurmctld_comes_back_to_slurmdbd_after_they_were_added(
    cluster: Cluster, slurm: SlurmClient, users: Users
) -> None:
    """A busy node's slurmctld takes its time: here it stands still while users are added."""
    lines = [
        each for each in cluster.head.read(CONFIGURATION).splitlines() if "Private" not in each
    ]
    cluster.head.write(CONFIGURATION, "\n".join([*lines, ""]), mode=0o600, owner="slurm")
    cluster.head.must("systemctl", "kill", "--signal=STOP", "slurmctld")
    goes_on = ("systemctl", "kill", "--signal=CONT", "slurmctld")
    cluster.head.must("systemd-run", "--quiet", "--on-active=6", *goes_on)
    more = users.more.replace("alice:20001", "bob:20002")

    done = cluster.configure(cluster.head, key=users.sim_key, users=f"{users.more},{more}")

    assert (done.returncode, done.stderr) == (0, "")
    assert slurm.run_job("bob", "true").account == "my_project"
