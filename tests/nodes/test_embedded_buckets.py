"""Buckets of the embedded AWS on a node without Lustre, mounted by our units as the node's role."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from aws_account import Account, allow, unique
from booted_node import wait_until
from embedded_aws.laboratory.node import Node
from hpc_constructs.node_arguments import BucketMount
from node_states import Users
from stored_node import StoredNode, home

PUBLIC, PRIVATE = "/obi/data/project/public", "/obi/data/project/private"
PREFIX = "lab/project/"


@dataclass(frozen=True, kw_only=True)
class Buckets:
    """Two with objects, and a user who may read what a project's nodes may."""

    account: Account
    public: str
    projects: str

    @classmethod
    def made(cls, account: Account) -> "Buckets":
        made = cls(account=account, public=unique("public"), projects=unique("projects"))
        for bucket in (made.public, made.projects):
            account.client("s3").create_bucket(Bucket=bucket)
        made.put(made.public, "atlas/mesh", "everybody's")
        made.put(made.projects, f"{PREFIX}model", "the project's")
        made.put(made.projects, "lab/other/secret", "another project's")
        return made

    def put(self, bucket: str, key: str, text: str) -> None:
        self.account.client("s3").put_object(Bucket=bucket, Key=key, Body=text.encode())

    def user(self) -> Account:
        public, projects = f"arn:aws:s3:::{self.public}", f"arn:aws:s3:::{self.projects}"
        own = {"StringLike": {"s3:prefix": f"{PREFIX}*"}}
        return self.account.user(
            allow("s3:ListBucket", on=public),
            allow("s3:GetObject", on=f"{public}/*"),
            allow("s3:ListBucket", on=projects, **own),
            allow("s3:GetObject", on=f"{projects}/{PREFIX}*"),
        )

    def mounts(self, prefix: str = PREFIX) -> tuple[BucketMount, BucketMount]:
        return (
            BucketMount(path="project/public", bucket_name=self.public),
            BucketMount(path="project/private", bucket_name=self.projects, prefix=prefix),
        )


@pytest.fixture(scope="module")
def buckets(account: Account) -> Buckets:
    return Buckets.made(account)


@pytest.fixture(scope="module")
def cluster(account: Account, efs: str, buckets: Buckets, users: Users) -> Iterator[StoredNode]:
    storage = home(account, efs, "buckets")
    with StoredNode(account, storage, user=buckets.user()) as made:
        done = made.configure(users.sim_key, lustre=False, buckets=buckets.mounts())
        assert (done.returncode, done.stderr) == (0, "")
        yield made


@pytest.fixture
def node(cluster: StoredNode) -> Node:
    return cluster.node


def test_a_project_reads_its_own_prefix_and_what_is_everybody_s(node: Node) -> None:
    read = node.must("cat", f"{PUBLIC}/atlas/mesh", f"{PRIVATE}/model", user="sim")

    assert read == "everybody'sthe project's"
    assert node.must("ls", PRIVATE) == "model\n"


def test_owners_and_modes_are_those_of_mount_s3(node: Node) -> None:
    paths = (PUBLIC, f"{PUBLIC}/atlas/mesh", PRIVATE, f"{PRIVATE}/model")

    told = node.must("stat", "--format=%U %G %a", *paths)

    assert told.splitlines() == ["root root 755", "root root 644", "root obi 750", "root obi 640"]
    assert "Permission denied" in node.run("ls", PRIVATE, user="ec2-user").stderr


def test_nobody_writes_into_a_bucket(node: Node) -> None:
    for command in (("touch", f"{PUBLIC}/mine"), ("rm", f"{PRIVATE}/model")):
        assert "Read-only file system" in node.run(*command).stderr


def test_what_comes_changes_and_goes_is_seen(node: Node, buckets: Buckets) -> None:
    buckets.put(buckets.public, "new/file", "1")
    wait_until(lambda: node.run("cat", f"{PUBLIC}/new/file").stdout == "1")

    buckets.put(buckets.public, "new/file", "another")
    wait_until(lambda: node.run("cat", f"{PUBLIC}/new/file").stdout == "another")

    buckets.account.client("s3").delete_object(Bucket=buckets.public, Key="new/file")
    wait_until(lambda: node.run("cat", f"{PUBLIC}/new/file").returncode != 0)


def test_scratch_is_on_efs(node: Node) -> None:
    node.must("sh", "-c", "echo 1 >/obi/data/scratch/result", user="sim")

    assert node.must("cat", "/sbo/home/data/scratch/result", user="sim") == "1\n"


def test_all_of_it_comes_back_after_a_reboot(cluster: StoredNode) -> None:
    cluster.node.reboot()

    assert cluster.node.must("cat", f"{PRIVATE}/model") == "the project's"
    assert cluster.node.must("findmnt", "--noheadings", "/obi/data/scratch")


def test_a_prefix_that_nothing_is_below_is_an_empty_directory(
    account: Account, efs: str, users: Users
) -> None:
    bare = Buckets.made(account)
    account.client("s3").delete_object(Bucket=bare.projects, Key=f"{PREFIX}model")
    with StoredNode(account, home(account, efs, "bare"), user=bare.user()) as cluster:
        done = cluster.configure(users.sim_key, lustre=False, buckets=bare.mounts())

        assert (done.returncode, done.stderr) == (0, "")
        assert cluster.node.must("ls", PRIVATE) == ""
        bare.put(bare.projects, f"{PREFIX}model", "late")
        wait_until(lambda: cluster.node.run("cat", f"{PRIVATE}/model").stdout == "late")


@pytest.mark.parametrize(
    ("prefix", "bucket", "words"),
    [
        ("lab/other/", "", "doesn't mount /obi/data/project/private: Error: .*AccessDenied"),
        (PREFIX, "no-such-bucket", "doesn't mount .*: Error: .*(no bucket|AccessDenied)"),
    ],
)
def test_what_the_role_may_not_read_fails_the_node_with_the_reason(
    account: Account, efs: str, buckets: Buckets, users: Users, prefix: str, bucket: str, words: str
) -> None:
    public, private = buckets.mounts(prefix)
    wanted = BucketMount(
        path=private.path, bucket_name=bucket or private.bucket_name, prefix=private.prefix
    )
    with StoredNode(account, home(account, efs, "denied"), user=buckets.user()) as cluster:
        done = cluster.configure(users.sim_key, lustre=False, buckets=(public, wanted))

    assert done.returncode == 1
    [line] = done.stderr.splitlines()
    assert line.startswith("configure_node: data: obi-data-project-private.service")
    assert re.search(words, line)
