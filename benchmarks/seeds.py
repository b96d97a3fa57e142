"""Records of clusters that are there, put into the registry for the time of a measurement."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from cluster_api.aws.items import CLUSTER, document, item, key
from cluster_api.model import HeadNode, Project, Record, State
from cluster_api.names import cluster_name, stack_name

LAB = "benchmark"
# As many as a page of a list has.
CLUSTERS = 200
_CREATION = "0123abcd"
# One BatchWriteItem takes so many.
_BATCH = 25


def projects() -> list[Project]:
    """The projects, all of one lab."""
    return [Project(vlab_id=LAB, project_id=f"project-{each:03}") for each in range(CLUSTERS)]


@contextmanager
def seeded(dynamodb: Any, table: str, every: Sequence[Project]) -> Iterator[None]:  # noqa: ANN401 - a boto3 client
    """While this lasts each of the projects has a cluster that is complete."""
    puts = [
        {"PutRequest": {"Item": key(CLUSTER, each.id) | item(document(_complete(each)))}}
        for each in every
    ]
    deletes = [{"DeleteRequest": {"Key": key(CLUSTER, each.id)}} for each in every]
    try:
        _write(dynamodb, table, puts)
        yield
    finally:
        _write(dynamodb, table, deletes)


def _write(dynamodb: Any, table: str, requests: Sequence[Any]) -> None:  # noqa: ANN401 - a boto3 client
    for first in range(0, len(requests), _BATCH):
        left = {table: list(requests[first : first + _BATCH])}
        while left:
            left = dynamodb.batch_write_item(RequestItems=left)["UnprocessedItems"]


def _complete(project: Project) -> Record:
    name, made = cluster_name(project), datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
    stack = f"arn:aws:cloudformation:us-east-1:000000000000:stack/{name}/0"
    secret = f"arn:aws:secretsmanager:us-east-1:000000000000:secret:hpc/{name}/{_CREATION}"
    return Record(
        project=project,
        cluster_name=name,
        tier="debug",
        include_lustre=False,
        benchmark=False,
        state=State.CREATE_COMPLETE,
        creation=_CREATION,
        keys=_CREATION,
        stack_name=stack_name(name, _CREATION),
        created_at=made,
        updated_at=made,
        claimed_until=0,
        stack_id=stack,
        subnet_id="subnet-0123456789abcdef0",
        admin_key_arn=f"{secret}/admin-abcdef",
        sim_key_arn=f"{secret}/sim-abcdef",
        sim_public_key="ssh-ed25519 AAAA",
        cluster_stack_arn=stack,
        cluster_stack_status="CREATE_COMPLETE",
        version="3.16.1",
        compute_fleet_status="RUNNING",
        head_node=HeadNode(
            instance_id="i-0123456789abcdef0",
            instance_type="t3.medium",
            launch_time="2026-01-02T03:04:05.000Z",
            private_ip_address="10.33.0.4",
            state="running",
        ),
    )
