"""What a benchmark has more than other clusters: all of scratch, read only, for `sim` alone."""

import pytest

from node_cluster import Cluster, Storage
from node_states import Users

RESULT = "/obi/data/benchmark/lab/other/result"


def test_sim_reads_what_other_projects_computed_and_nobody_else_does(cluster: Cluster) -> None:
    for node in cluster.nodes:
        assert node.must("cat", RESULT, user="sim") == "what another project computed"
        for user in ("alice", "ec2-user"):
            assert "Permission denied" in node.run("cat", RESULT, user=user).stderr


def test_not_even_root_writes_where_others_computed(cluster: Cluster) -> None:
    for node in cluster.nodes:
        for command in (("touch", "/obi/data/benchmark/mine"), ("rm", RESULT)):
            assert "Read-only file system" in node.run(*command).stderr


@pytest.mark.parametrize("storage", Storage)
def test_another_cluster_has_nothing_of_it(storage: Storage, users: Users) -> None:
    """With Lustre it doesn't even need mount-s3."""
    with Cluster(storage, mount_s3=storage is Storage.EFS) as cluster:
        for node in cluster.nodes:
            done = cluster.configure(node, key=users.sim_key)

            assert (done.returncode, done.stderr) == (0, "")
            assert node.run("test", "-e", "/obi/data/benchmark").returncode != 0
