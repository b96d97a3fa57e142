"""A step that fails stops the bootstrap with one line, and the line is where operators look."""

import json
from collections.abc import Callable, Iterator

import pytest

from embedded_aws.laboratory.parallelcluster_node import BOOTSTRAP_ERROR, signalled_reason
from node_cluster import NAME, Cluster, Storage
from node_states import Users

Change = Callable[[Cluster], object]


@pytest.fixture(scope="module")
def cluster() -> Iterator[Cluster]:
    """Nodes whose image has no mount-s3, as ParallelCluster hands them over."""
    with Cluster(Storage.EFS, mount_s3=False) as made:
        yield made


def test_an_image_without_mount_s3_is_named_with_what_to_do(cluster: Cluster, users: Users) -> None:
    done = cluster.configure(cluster.head, key=users.sim_key)

    assert done.returncode == 1
    assert done.stderr == (
        "configure_node: data: /usr/bin/mount-s3 isn't there: use an image that has mount-s3, or"
        " name its packages in the settings (storage.node_packages)\n"
    )


def test_the_line_is_in_front_of_what_parallelcluster_signals(
    cluster: Cluster, users: Users
) -> None:
    done = cluster.configure(cluster.head, key=users.sim_key)

    reason = signalled_reason(cluster.head, "configure_node: ")

    assert reason.startswith(done.stderr.strip())
    # By these words ParallelCluster knows the code of the failure.
    assert "Failed to execute OnNodeConfigured script" in reason
    assert reason.count("\n") == 1


def test_the_line_of_a_compute_node_is_in_the_event_that_parallelcluster_logs(
    cluster: Cluster, users: Users
) -> None:
    done = cluster.configure(cluster.compute, key=users.sim_key)

    event = json.loads(cluster.compute.read(BOOTSTRAP_ERROR))

    assert event["detail"]["error"]["stderr"] == done.stderr
    assert done.stderr.count("\n") == 1


def undo(*command: str) -> Change:
    return lambda cluster: cluster.head.must(*command)


@pytest.mark.parametrize(
    ("breaks", "mends", "line"),
    [
        (
            undo("useradd", "--uid", "20001", "--no-create-home", "mallory"),
            undo("userdel", "mallory"),
            "accounts: gid 20001 of group 'alice' is the gid of group 'mallory'",
        ),
        (
            undo("useradd", "--uid", "30000", "--no-create-home", "alice"),
            undo("userdel", "alice"),
            "accounts: group 'alice' has gid 30000, not 20001: it isn't ours",
        ),
        (
            undo("umount", "/sbo/home"),
            undo("mount", "/sbo/home"),
            "project directory: /sbo/home isn't mounted; ParallelCluster mounts EFS there before",
        ),
        (
            undo("mkdir", "-p", "/sbo/data/mine"),
            undo("rm", "-r", "/sbo/data"),
            "data: /sbo/data must be a link to /obi/data, and isn't a link",
        ),
    ],
)
def test_what_is_in_the_way_is_named(
    cluster: Cluster, users: Users, breaks: Change, mends: Change, line: str
) -> None:
    cluster.head.run("userdel", "alice")
    everything = ["--node=head", f"--cluster-name={NAME}", "--data=efs"]
    breaks(cluster)

    done = cluster.configure_with(
        cluster.head, [*everything, f"--user-key={users.sim_key}", f"--users={users.more}"]
    )
    mends(cluster)

    assert (done.returncode, done.stderr) == (1, f"configure_node: {line}\n")


def test_without_its_lustre_a_node_doesn_t_pretend(cluster: Cluster, users: Users) -> None:
    arguments = ["--node=head", f"--cluster-name={NAME}", f"--user-key={users.sim_key}"]
    cluster.head.run("umount", "/obi/data/scratch")

    done = cluster.configure_with(cluster.head, [*arguments, "--data=lustre"])

    assert done.stderr == (
        "configure_node: data: /obi/data isn't mounted; ParallelCluster mounts Lustre there"
        " before\n"
    )


def test_mount_s3_from_the_scripts_own_packages_says_itself_why_it_may_not(
    cluster: Cluster, users: Users
) -> None:
    arguments = ["--node=compute", f"--cluster-name={NAME}", "--data=efs"]
    head = ["--node=head", *arguments[1:], f"--user-key={users.sim_key}"]
    assert cluster.configure_with(cluster.head, head).returncode == 0

    done = cluster.configure_with(
        cluster.compute, [*arguments, "--s3-mount=project/public=forbidden/"], packages=True
    )

    assert done.stderr == (
        "configure_node: data: obi-data-project-public.service doesn't mount"
        " /obi/data/project/public: Error: Failed to create S3 client: Forbidden: Access Denied:"
        " forbidden\n"
    )
    assert "--disablerepo=*" in cluster.compute.read("/var/log/dnf.calls")


@pytest.mark.parametrize(
    "users_argument",
    [
        "eve:20002:ssh-ed25519 AAAA$(touch /pwned)",
        "eve; touch /pwned:20002:ssh-ed25519 AAAA",
        "$(touch /pwned):20002:ssh-ed25519 AAAA",
        'eve:20002:command="touch /pwned" ssh-ed25519 AAAA',
    ],
)
def test_no_argument_is_run(cluster: Cluster, users: Users, users_argument: str) -> None:
    done = cluster.configure_with(
        cluster.head,
        [
            *("--node=head", f"--cluster-name={NAME}", "--data=efs"),
            *(f"--user-key={users.sim_key}", f"--users={users_argument}"),
        ],
    )

    assert done.returncode == 1
    assert cluster.head.run("test", "-e", "/pwned").returncode != 0
    assert cluster.head.run("getent", "passwd", "20002").returncode != 0


def test_root_follows_no_link_that_a_user_left(cluster: Cluster, users: Users) -> None:
    arguments = ["--node=head", f"--cluster-name={NAME}", "--data=efs"]
    arguments = [*arguments, f"--user-key={users.sim_key}"]
    assert cluster.configure_with(cluster.head, arguments).returncode == 0
    cluster.head.must("rm", "-r", "/home/sim/.ssh", user="sim")
    cluster.head.must("mkdir", "-p", "/root/.ssh")
    cluster.head.must("ln", "-s", "/root/.ssh", "/home/sim/.ssh", user="sim")

    done = cluster.configure_with(cluster.head, arguments)

    assert "Permission denied" in done.stderr
    assert cluster.head.must("ls", "/root/.ssh") == ""
    cluster.head.must("rm", "/home/sim/.ssh")
