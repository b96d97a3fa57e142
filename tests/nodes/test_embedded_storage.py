"""Clusters' shared storage on the embedded AWS: directories, which FSx exports and imports."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import lustre
from aws_account import Account
from deployed import Deployed, deploy, vpc_with_subnet
from embedded_aws.emulator_environment import Places
from embedded_aws.laboratory.node import NodeTrouble
from node_states import Users
from stored_node import StoredNode, home, lustre_at_data


@pytest.fixture(scope="module")
def network(account: Account) -> Deployed:
    for what in ("creation", "associations", "imports", "exports"):
        lustre.order(account, lustre.QUICK, what, seconds=0.1)
    return deploy(account, vpc_with_subnet("10.94.0.0/16"))


@pytest.fixture
def file_system(account: Account, network: Deployed) -> Iterator[lustre.Lustre]:
    with lustre.lustre(account, network) as made:
        yield made


def data(file_system: lustre.Lustre) -> dict[str, Any]:
    return lustre_at_data(file_system.file_system_id)


def test_what_a_job_writes_on_lustre_is_in_the_bucket_and_on_the_next_cluster(
    account: Account, network: Deployed, efs: str, file_system: lustre.Lustre, users: Users
) -> None:
    file_system.linked("/scratch")
    storage = home(account, efs, "project"), data(file_system)
    with StoredNode(account, *storage) as cluster:
        done = cluster.configure(users.sim_key, lustre=True)
        assert (done.returncode, done.stderr) == (0, "")
        job = "umask 027; cd /obi/data/scratch; mkdir run; echo 1 >run/result; ln -s run last"
        cluster.node.must("sh", "-c", job, user="sim")
        file_system.await_task(file_system.begin("EXPORT", "scratch"), "SUCCEEDED")
    metadata = account.client("s3").head_object(
        Bucket=file_system.bucket, Key="scratch/run/result"
    )["Metadata"]

    with lustre.lustre(account, network) as other:
        link = {"FileSystemPath": "/scratch", "FileSystemId": other.file_system_id}
        repository = f"s3://{file_system.bucket}/scratch/"
        association = other.fsx.create_data_repository_association(
            DataRepositoryPath=repository, **link
        )["Association"]["AssociationId"]
        other.await_link(association, "AVAILABLE")
        with StoredNode(account, home(account, efs, "project"), data(other)) as cluster:
            cluster.configure(users.sim_key, lustre=True)
            other.await_task(other.begin("IMPORT", repository), "SUCCEEDED")
            listed = cluster.node.must("sh", "-c", "cd /obi/data/scratch; stat -c '%N %U %a' * */*")
            again = cluster.node.must("cat", "/obi/data/scratch/last/result", user="sim")
            cluster.node.must("touch", "/obi/data/scratch/run/more", user="sim")

    assert (metadata["file-owner"], metadata["file-permissions"]) == ("2001", "0100640")
    assert listed.splitlines() == [
        "'last' -> 'run' sim 777",
        "'run' sim 750",
        "'last/result' sim 640",
        "'run/result' sim 640",
    ]
    assert again == "1\n"


def test_projects_share_a_file_system_and_see_their_own_directory_alone(
    account: Account, efs: str
) -> None:
    one, other = home(account, efs, "one"), home(account, efs, "other")
    with StoredNode(account, one) as first, StoredNode(account, other) as second:
        first.node.must("touch", "/sbo/home/mine")
        seen = (
            second.node.must("ls", "/sbo/home"),
            second.node.must("find", "/var/lib/embedded-aws"),
        )
        account.client("efs").delete_access_point(AccessPointId=one["EfsSettings"]["AccessPointId"])

        with StoredNode(account, home(account, efs, "one")) as third:
            there = third.node.must("ls", "/sbo/home")

    assert seen[0] == ""
    assert one["EfsSettings"]["AccessPointId"] not in seen[1]
    assert there == "mine\n"


def test_the_roots_are_as_parallelcluster_leaves_them_and_come_back_after_a_reboot(
    account: Account, efs: str, file_system: lustre.Lustre
) -> None:
    storage = home(account, efs, "rebooted"), data(file_system)
    with StoredNode(account, *storage) as cluster:
        modes = cluster.node.must("stat", "--format=%U:%G %a", "/sbo/home", "/obi/data")
        cluster.node.must("touch", "/sbo/home/a", "/obi/data/b")

        cluster.node.reboot()

        found = cluster.node.must("ls", "/sbo/home", "/obi/data")
        hidden = cluster.node.run("ls", "/var/lib/embedded-aws/file-systems", user="ec2-user")
    assert modes == "root:root 1777\nroot:root 1777\n"
    assert found == "/obi/data:\nb\n\n/sbo/home:\na\n"
    assert "Permission denied" in hidden.stderr


def test_what_is_not_there_can_t_be_mounted(account: Account, efs: str) -> None:
    storage = home(account, efs, "gone")
    account.client("efs").delete_access_point(AccessPointId=storage["EfsSettings"]["AccessPointId"])

    with pytest.raises(NodeTrouble, match=f"/sbo/home can't be mounted: .*{efs} with access point"):
        StoredNode(account, storage)


@pytest.mark.parametrize(
    ("section", "words"),
    [
        ({"StorageType": "Ebs"}, "StorageType of a is Ebs; here are Efs and FsxLustre"),
        ({"StorageType": "FsxLustre", "FsxLustreSettings": {}}, "a names no FileSystemId"),
    ],
)
def test_storage_of_parallelcluster_s_own_is_refused(
    account: Account, section: dict[str, Any], words: str
) -> None:
    with pytest.raises(NodeTrouble, match=words):
        StoredNode(account, {"Name": "a", "MountDir": "/a", **section})


def test_a_file_system_goes_though_a_node_has_it_mounted_and_nothing_stays(
    account: Account, network: Deployed
) -> None:
    with lustre.lustre(account, network) as made, StoredNode(account, data(made)) as cluster:
        cluster.node.must("touch", "/obi/data/a")

        made.fsx.delete_file_system(FileSystemId=made.file_system_id)

        there, listed = made.directory.exists(), cluster.node.must("ls", "/obi/data")
    assert (there, listed) == (False, "")
    state = str(Places(account.emulator.state).file_systems)
    assert state not in Path("/proc/self/mountinfo").read_text()
