"""The head node has Slurm's hooks before Slurm is configured, and the services after it."""

from collections.abc import Iterator

import pytest

from embedded_aws.laboratory.daemons_python import have_daemons_python
from node_cluster import NAME, Cluster, Storage
from node_states import Users

GROUP = "/hpc/jobs/pcluster-lab-project-0a1b2c3d-0123abcd"


@pytest.fixture(scope="module")
def cluster() -> Iterator[Cluster]:
    with Cluster(Storage.LUSTRE) as made:
        yield made


def arguments(users: Users, *more: str) -> list[str]:
    everywhere = (f"--cluster-name={NAME}", "--data=lustre", f"--job-log-group={GROUP}")
    return ["--node=head", *everywhere, f"--user-key={users.sim_key}", *more]


def test_before_slurm_is_configured_there_is_what_slurm_conf_names(
    cluster: Cluster, users: Users
) -> None:
    done = cluster.configure_with(cluster.head, arguments(users, "--stage=start"))

    assert (done.returncode, done.stderr) == (0, "")
    assert "configure_node: job hooks: done" in done.stdout.splitlines()
    told = cluster.head.must(
        *("stat", "--format=%n %U %a"),
        "/opt/slurm/etc/job-records/epilog_slurmctld",
        "/opt/slurm/etc/job-records/task_prolog",
        "/var/spool/hpc-job-records/new",
        "/home/.job-records",
    )
    assert told.splitlines() == [
        "/opt/slurm/etc/job-records/epilog_slurmctld root 755",
        "/opt/slurm/etc/job-records/task_prolog root 755",
        "/var/spool/hpc-job-records/new slurm 700",
        "/home/.job-records root 1733",
    ]


def test_the_hook_ends_well_where_nothing_is_as_it_should_be(
    cluster: Cluster, users: Users
) -> None:
    cluster.configure_with(cluster.head, arguments(users, "--stage=start"))
    hook = "/opt/slurm/etc/job-records/epilog_slurmctld"

    for environment in ({}, {"SLURM_JOB_ID": "7"}, {"SLURM_JOB_ID": "x", "HOME": "/nowhere"}):
        assert cluster.head.run(hook, user="slurm", environment=environment).returncode == 0
        assert cluster.head.run(hook, user="ec2-user", environment=environment).returncode == 0


def test_a_compute_node_gets_nothing_for_it_has_the_head_node_s(
    cluster: Cluster, users: Users
) -> None:
    compute = ["--node=compute", *arguments(users, "--stage=start")[1:]]

    assert cluster.configure_with(cluster.compute, compute).returncode == 0
    assert cluster.compute.run("test", "-e", "/var/spool/hpc-job-records").returncode != 0


def test_an_image_without_parallelcluster_s_python_is_told_apart(
    cluster: Cluster, users: Users
) -> None:
    done = cluster.configure_with(cluster.head, arguments(users))

    assert done.returncode == 1
    assert done.stderr == (
        "configure_node: job records: there is no"
        " /opt/parallelcluster/pyenv/versions/*/envs/node_virtualenv/bin/python, the Python of"
        " ParallelCluster's daemons, which has boto3\n"
    )


def test_after_it_both_services_run_and_again_after_a_reboot(
    cluster: Cluster, users: Users
) -> None:
    head = cluster.head
    have_daemons_python(head)

    done = cluster.configure_with(head, arguments(users))
    states = [_active(cluster)]
    head.reboot()
    states.append(_active(cluster))

    assert done.returncode == 0
    assert states == ["active\nactive\n", "active\nactive\n"]


def _active(cluster: Cluster) -> str:
    return cluster.head.must("systemctl", "is-active", "hpc-job-collector", "hpc-job-shipper")
