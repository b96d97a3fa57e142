"""Clusters of the application whose head nodes boot: jobs, records, failures, and what is left."""

import json
from collections.abc import Iterator
from functools import partial
from typing import Any

import pytest

from accounting_flow import Accounting
from booted_application import BootedApplication, booted_application
from booted_node import BootedNode, wait_until
from job_record_schema import violations

ONE = {"project_id": "one", "vlab_id": "Lab"}
TWO = {"project_id": "two", "vlab_id": "Lab"}
SHOWS_ROLE = "import boto3; print(boto3.client('sts').get_caller_identity()['Arn'])"
BROKEN = "#!/bin/sh\necho 'it is broken' >&2\nexit 3\n"
Nodes = tuple[BootedNode, BootedNode]


@pytest.fixture(scope="module")
def application(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BootedApplication]:
    with booted_application(tmp_path_factory.mktemp("booted") / "state") as deployed:
        yield deployed


@pytest.fixture(scope="module")
def nodes(application: BootedApplication) -> Nodes:
    """The head nodes of two clusters that were created at once; the first one has Lustre."""
    application.create(ONE)
    application.create(TWO, include_lustre="false")
    return application.booted(ONE), application.booted(TWO)


def test_a_job_of_sims_is_in_sacct_in_the_database_and_in_cloudwatch_logs(
    application: BootedApplication, nodes: Nodes
) -> None:
    first, second = nodes
    jobs = [node.must("sbatch", "--parsable", "--wrap=hostname", user="sim") for node in nodes]

    one, two = (application.record(node, int(job)) for node, job in zip(nodes, jobs, strict=True))

    assert [violations(record) for record in (one, two)] == [[], []]
    assert (one["cluster"], two["cluster"]) == (
        first.record.cluster,
        second.record.cluster,
    )
    assert one["state"] == "COMPLETED"
    accounting = Accounting(application=application.deployed)
    for node, record in ((first, one), (second, two)):
        # By itself sacct begins at midnight, which may just have been.
        everybody = ("sacct", "--allusers", "--starttime=now-1hours")
        shown = node.must(*everybody, "-nPX", "--format=JobID,Account,User,State")
        assert shown.splitlines() == [f"1|{record['account']}|sim|COMPLETED"]
        assert in_database(accounting, node) == 1


def in_database(accounting: Accounting, node: BootedNode) -> int:
    """How many jobs the cluster's own schema has, as its server tells."""
    name = node.record.cluster
    schema = name.replace("-", "_")
    [(count,)] = accounting.tell(f"SELECT COUNT(*) FROM `{schema}`.`{name}_job_table`")  # noqa: S608 - ours
    return int(count)


def test_a_node_has_the_queues_and_the_address_that_its_cluster_has(
    application: BootedApplication, nodes: Nodes
) -> None:
    first, second = nodes
    told = application.told(ONE)["headNode"]["privateIpAddress"]

    shown = first.must("sinfo", "--noheader", "--Node", "--format=%N %R %c %m %l %T")

    assert [*shown.splitlines()] == [
        f"debug-dy-t3micro-{number} debug 2 972 1:00:00 idle" for number in (1, 2)
    ]
    assert first.record.address == told
    assert f" {told}/32 " in first.must("ip", "-brief", "address", "show", "dev", "lo")
    assert first.network != second.network


def test_a_node_has_its_own_role_which_root_uses_and_no_user(nodes: Nodes) -> None:
    program = f'set -a; . /etc/environment; exec python3 -c "{SHOWS_ROLE}"'

    roles = [node.must("sh", "-c", program) for node in nodes]
    as_sim = nodes[0].run("sh", "-c", program, user="sim")

    for node, role in zip(nodes, roles, strict=True):
        assert f"assumed-role/{node.record.cluster}-RoleHeadNode" in role
        assert role.strip().endswith(node.record.instance_id)
    assert as_sim.returncode
    assert "Unable to locate credentials" in as_sim.stderr


def test_its_users_are_its_own_clusters(nodes: Nodes) -> None:
    keys = [node.must("cat", "/home/sim/.ssh/authorized_keys", user="sim") for node in nodes]
    administrators = [
        node.must("cat", "/home/ec2-user/.ssh/authorized_keys", user="ec2-user") for node in nodes
    ]

    assert len({*keys, *administrators}) == len([*keys, *administrators])


def failure_of(told: dict[str, Any]) -> tuple[str, str]:
    """The first failure's code, and the reasons of all, as GET tells them."""
    failures = told["failures"]
    return failures[0]["failureCode"], "\n".join(each["failureReason"] for each in failures)


def test_a_node_script_that_is_broken_fails_the_creation_with_parallelclusters_words_and_its_own(
    application: BootedApplication,
) -> None:
    ids = {"project_id": "broken", "vlab_id": "Lab"}
    with application.node_script(BROKEN):
        application.create(ids, include_lustre="false")
        failed = application.failed(ids)

    code, reasons = failure_of(failed)
    assert code == "OnNodeStartExecutionFailure"
    assert "Failed to execute OnNodeStart script 1, return code: 3." in reasons
    assert "Its last line: it is broken" in reasons
    application.delete(ids)


def test_a_node_script_that_is_gone_fails_the_creation_with_parallelclusters_words(
    application: BootedApplication,
) -> None:
    """ParallelCluster looks for it, too, before it creates anything: so it goes later."""
    ids = {"project_id": "gone", "vlab_id": "Lab"}
    name = application.create(ids, include_lustre="false")
    application.hold_head_node(name, seconds=30)
    application.wait_for_instance(name)
    with application.node_script(None):
        failed = application.failed(ids)

    code, reasons = failure_of(failed)
    assert code == "OnNodeStartDownloadFailure"
    assert "Failed to download OnNodeStart script 1 s3://" in reasons
    assert "NoSuchKey" in reasons
    application.delete(ids)


def test_a_database_that_is_away_fails_the_creation_with_slurmdbds_words(
    application: BootedApplication,
) -> None:
    ids = {"project_id": "no-database", "vlab_id": "Lab"}
    accounting = Accounting(application=application.deployed)
    name = application.create(ids, include_lustre="false")
    application.hold_head_node(name, seconds=30)
    application.wait_for_instance(name)
    accounting.stop()
    try:
        failed = application.failed(ids)
        node = BootedNode.up(application.state, name)
    finally:
        accounting.start()

    code, reasons = failure_of(failed)
    assert code == "HeadNodeBootstrapFailure"
    assert "slurm::config_slurm_accounting" in reasons
    assert "The database must be up" in reasons
    application.delete(ids)
    assert node.left() == []


def test_projects_read_their_own_objects_on_lustre_and_from_s3(
    application: BootedApplication, nodes: Nodes
) -> None:
    """What comes into the bucket follows on both."""
    for project in ("one", "two"):
        application.put("projects", f"Lab/{project}/model", project)

    for node, project in zip(nodes, ("one", "two"), strict=True):
        read = partial(node.run, "cat", "/obi/data/project/private/model", user="sim")
        wait_until(lambda read=read, project=project: read().stdout == project)


def test_a_cluster_that_is_deleted_leaves_its_jobs_files_in_the_bucket_and_the_other_works_on(
    application: BootedApplication, nodes: Nodes
) -> None:
    first, second = nodes
    job = "mkdir /obi/data/scratch/run && echo 42 >/obi/data/scratch/run/result"
    first.must("sbatch", "--wait", f"--wrap={job}", user="sim")
    lustre = application.directory(application.told(ONE)["clusterFsxId"])
    there = lustre.is_dir()

    application.delete(ONE)

    exported = application.objects("scratch")
    [receipt] = [key for key in exported if key.startswith(".receipts/Lab/one/")]
    assert json.loads(exported[receipt])["outcome"] == "EXPORTED"
    assert exported["Lab/one/run/result"] == "42\n"
    assert (there, lustre.exists()) == (True, False)
    assert first.left() == []
    number = second.must("sbatch", "--wait", "--parsable", "--wrap=true", user="sim")
    assert application.record(second, int(number))["state"] == "COMPLETED"


def test_stopping_the_embedded_aws_leaves_nothing(
    application: BootedApplication, nodes: Nodes
) -> None:
    _, second = nodes

    application.deployed.aws.stop()

    assert second.left_now() == []
    assert not application.state.exists()
