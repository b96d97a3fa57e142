"""Termination ends a stand-in head node, and an update of its cluster reaches it."""

import time
from collections.abc import Callable

from aws_account import Account
from head_node import start

PATIENCE_SECONDS = 120


def until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_termination_ends_it_while_it_boots(account: Account) -> None:
    cluster = start(account, order=("boot-seconds", "3600"))
    until(lambda: account.events(cluster.stack_id, "HeadNode")[-1][0] == "CREATE_COMPLETE")

    instance_id = cluster.instance_id()
    account.client("ec2").terminate_instances(InstanceIds=[instance_id])

    until(lambda: "head node is down" in cluster.console())
    assert "signals" not in cluster.console()
    account.client("cloudformation").delete_stack(StackName=cluster.stack_id)


def test_it_takes_over_an_update_of_its_cluster(account: Account) -> None:
    cluster = start(
        account, {"OnNodeUpdated": {"Script": "s3://BUCKET/new.sh"}}, scripts=("new.sh",)
    )
    account.settled(cluster.stack_id)

    cluster.update("SecondWait")

    assert account.settled(cluster.stack_id) == "UPDATE_COMPLETE"
    said = cluster.console()
    assert said.index("Update complete") > said.index("new.sh") > said.index("setup complete")
    account.delete_stack(cluster.stack_id)
