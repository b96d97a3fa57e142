"""What users find on configured nodes, tried with their ids on every node, in every state."""

import pytest

from embedded_aws.laboratory.node import Node
from node_cluster import NAME, Cluster, Storage
from node_states import Users

# type, owner, group, mode; as docs/storage.md has them
PATHS = {
    "/home/sim": "directory sim sim 700",
    "/home/sim/.ssh": "directory sim sim 700",
    "/home/sim/.ssh/authorized_keys": "regular file sim sim 600",
    "/home/alice": "directory alice alice 700",
    "/obi/data": "directory root root 755",
    "/obi/data/benchmark": "directory root sim 750",
    "/obi/data/containers": "directory root root 755",
    "/obi/data/project": "directory root root 755",
    "/obi/data/project/public": "directory root root 755",
    "/obi/data/project/private": "directory root obi 750",
    "/obi/data/scratch": "directory sim sim 700",
    "/sbo/data": "symbolic link root root 777",
    "/sbo/home": "directory root obi 1770",
    "/sbo/home/data": "directory root root 755",
}
STRANGER = "ec2-user"


def refusal(node: Node, user: str, *command: str) -> str:
    """What the kernel says to a command that must not succeed."""
    done = node.run(*command, user=user)
    assert done.returncode != 0, f"{user} may {command} on {node.name}"
    return done.stderr


def test_users_and_groups_have_the_same_ids_on_every_node(cluster: Cluster) -> None:
    seen = [(node.must("id", "sim"), node.must("id", "alice")) for node in cluster.nodes]

    assert set(seen) == {
        (
            "uid=2001(sim) gid=2001(sim) groups=2001(sim),2000(obi)\n",
            "uid=20001(alice) gid=20001(alice) groups=20001(alice),2000(obi)\n",
        )
    }


def test_paths_have_their_owners_and_modes_on_every_node(cluster: Cluster) -> None:
    for node in cluster.nodes:
        told = node.must("stat", "--format=%n %F %U %G %a", *PATHS)

        assert told.splitlines() == [f"{path} {what}" for path, what in PATHS.items()]


def test_the_link_leads_to_the_data(cluster: Cluster) -> None:
    targets = [node.must("readlink", "--canonicalize", "/sbo/data") for node in cluster.nodes]

    assert targets == ["/obi/data\n", "/obi/data\n"]


@pytest.mark.parametrize("directory", ["/home/sim", "/obi/data/scratch", "/sbo/home"])
def test_what_sim_writes_on_one_node_is_on_the_other(cluster: Cluster, directory: str) -> None:
    made = cluster.head.must("mktemp", "-p", directory, user="sim").strip()

    assert cluster.compute.must("stat", "--format=%U", made, user="sim") == "sim\n"
    cluster.compute.must("rm", made, user="sim")
    assert cluster.head.run("test", "-e", made).returncode != 0


@pytest.mark.parametrize(
    "directory", ["project/public", "project/private", "containers", "benchmark", ""]
)
def test_nobody_writes_where_data_is_read_only(cluster: Cluster, directory: str) -> None:
    for node in cluster.nodes:
        for user in ("sim", "alice", STRANGER):
            said = refusal(node, user, "touch", f"/obi/data/{directory}/mine")

            assert "Permission denied" in said or "Read-only file system" in said


def test_scratch_is_nobody_s_but_sim_s(cluster: Cluster) -> None:
    for node in cluster.nodes:
        for user in ("alice", STRANGER):
            assert "Permission denied" in refusal(node, user, "ls", "/obi/data/scratch")
            assert "Permission denied" in refusal(node, user, "touch", "/obi/data/scratch/mine")


def test_the_project_s_users_read_its_data_and_strangers_only_what_is_public(
    cluster: Cluster,
) -> None:
    for node in cluster.nodes:
        for user in ("sim", "alice"):
            assert node.must("cat", "/obi/data/project/public/atlas/mesh", user=user)
            assert node.must("cat", "/obi/data/project/private/model", user=user)

        assert node.must("cat", "/obi/data/project/public/atlas/mesh", user=STRANGER)
        assert "Permission denied" in refusal(node, STRANGER, "ls", "/obi/data/project/private")
        assert "Permission denied" in refusal(node, STRANGER, "ls", "/sbo/home")


def test_a_user_s_own_in_the_project_s_directory_is_safe_from_the_others(cluster: Cluster) -> None:
    made = cluster.head.must("mktemp", "-d", "-p", "/sbo/home", user="alice").strip()

    for node in cluster.nodes:
        assert "Operation not permitted" in refusal(node, "sim", "mv", made, "/sbo/home/taken")
    cluster.head.must("rmdir", made, user="alice")


def test_users_become_nobody_else(cluster: Cluster) -> None:
    for node in cluster.nodes:
        for user in ("sim", "alice"):
            assert "Permission denied" in refusal(node, user, "cat", "/etc/shadow")
            assert node.must("getent", "shadow", user).split(":")[1].startswith("!")


def test_sim_logs_in_with_its_key_and_is_told_the_cluster_s_name(
    cluster: Cluster, users: Users
) -> None:
    for node in cluster.nodes:
        node.write("/root/sim-key", users.private_key, mode=0o600)
        login = ("ssh", "-q", "-o", "StrictHostKeyChecking=no", "-i", "/root/sim-key")

        said = node.must(*login, "sim@localhost", "bash -lc 'echo $USER $HOME $CLUSTER_NAME'")

        assert said == f"sim /home/sim {NAME}\n"


def test_all_that_the_node_starts_at_boot_runs(cluster: Cluster) -> None:
    for node in cluster.nodes:
        assert node.must("systemctl", "list-units", "--failed", "--no-legend") == ""


def test_nothing_is_mounted_twice(cluster: Cluster) -> None:
    below = {Storage.LUSTRE: 2, Storage.EFS: 4}[cluster.storage]
    for node in cluster.nodes:
        mounted = node.must("findmnt", "--noheadings", "--list", "--output=TARGET").split()

        assert len([path for path in mounted if path.startswith("/obi/data")]) == below
