"""The same paths put together: scratch on EFS, the buckets mounted from S3."""

from booted_node import wait_until
from embedded_aws.laboratory.node import Node
from node_cluster import Cluster

PRIVATE = "/obi/data/project/private"


def test_a_project_sees_its_own_prefix_of_the_bucket_and_nothing_beside(
    efs_cluster: Cluster,
) -> None:
    for node in efs_cluster.nodes:
        assert node.must("ls", PRIVATE) == "model\n"


def test_not_even_root_writes_into_a_bucket(efs_cluster: Cluster) -> None:
    for node in efs_cluster.nodes:
        for path in (PRIVATE, "/obi/data/project/public"):
            done = node.run("touch", f"{path}/mine")

            assert "Read-only file system" in done.stderr


def test_scratch_is_in_the_project_s_directory_of_efs(efs_cluster: Cluster) -> None:
    made = efs_cluster.head.must("mktemp", "-p", "/obi/data/scratch", user="sim").strip()

    name = made.rpartition("/")[2]
    assert (efs_cluster.shared / "efs" / "data" / "scratch" / name).exists()
    efs_cluster.head.must("rm", made)


def test_nobody_takes_the_place_of_scratch(efs_cluster: Cluster) -> None:
    for user in ("sim", "alice"):
        for path in ("/sbo/home/data", "/sbo/home/data/scratch"):
            done = efs_cluster.head.run("mv", path, "/sbo/home/away", user=user)

            assert done.returncode != 0


def test_a_mount_whose_program_dies_comes_back(efs_cluster: Cluster) -> None:
    node = efs_cluster.compute
    before = _main_process(node)

    node.must("kill", "-KILL", str(before))

    wait_until(lambda: _main_process(node) not in (0, before))
    assert node.must("ls", PRIVATE) == "model\n"
    assert "ro," in node.must("findmnt", "--noheadings", "--output=OPTIONS", PRIVATE)


def _main_process(node: Node) -> int:
    unit = "obi-data-project-private.service"
    return int(node.must("systemctl", "show", "--property=MainPID", "--value", unit))
