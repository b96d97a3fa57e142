"""A stand-in head node fails to boot in the words of ParallelCluster's."""

import pytest

from aws_account import Account
from head_node import start


@pytest.mark.parametrize("event", ["OnNodeStart", "OnNodeConfigured"])
def test_a_script_that_is_not_there_fails_in_the_words_that_the_library_knows(
    account: Account, event: str
) -> None:
    cluster = start(account, {event: {"Script": "s3://BUCKET/missing.sh"}})

    status = account.settled(cluster.stack_id)

    assert status == "CREATE_FAILED"
    assert f"Failed to download {event} script 1" in cluster.failure()
    assert f"s3://{cluster.bucket}/missing.sh" in cluster.failure()
    account.delete_stack(cluster.stack_id)


def test_a_script_on_the_internet_can_not_be_had(account: Account) -> None:
    cluster = start(account, {"OnNodeStart": {"Script": "https://example.org/start.sh"}})

    account.settled(cluster.stack_id)

    assert "Failed to download OnNodeStart script 1" in cluster.failure()
    account.delete_stack(cluster.stack_id)


@pytest.mark.parametrize(
    ("may", "recipe"), [(("dynamodb:PutItem",), "init"), (("s3:GetObject*",), "config")]
)
def test_a_role_that_may_not_fails_the_boot(
    account: Account, may: tuple[str, ...], recipe: str
) -> None:
    cluster = start(account, may=may)

    account.settled(cluster.stack_id)

    assert f"Failed to run chef recipe aws-parallelcluster-entrypoints::{recipe}" in (
        cluster.failure()
    )
    assert "AccessDenied" in cluster.failure()
    account.delete_stack(cluster.stack_id)


def test_it_fails_when_it_is_told_to(account: Account) -> None:
    reason = "Failed to run chef recipe slurmdbd::config (slurmdbd not reachable)"

    cluster = start(account, order=("failure", reason))

    assert account.settled(cluster.stack_id) == "CREATE_FAILED"
    assert reason in cluster.failure()
    account.delete_stack(cluster.stack_id)
