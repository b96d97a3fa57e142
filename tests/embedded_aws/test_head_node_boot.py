"""A stand-in head node boots as ParallelCluster's does, and then signals."""

from aws_account import Account
from deployed import deploy
from head_node import image_of_clusters, start

SCRIPTS = {
    "OnNodeStart": {"Script": "s3://BUCKET/start.sh"},
    "OnNodeConfigured": {
        "Sequence": [{"Script": "s3://BUCKET/one.sh"}, {"Script": "s3://BUCKET/two.sh"}]
    },
}


def test_a_head_node_boots_and_signals(account: Account) -> None:
    cluster = start(account, SCRIPTS, scripts=("start.sh", "one.sh", "two.sh"))

    status = account.settled(cluster.stack_id)

    assert status == "CREATE_COMPLETE", cluster.failure()
    said = cluster.console()
    order = ["config.yaml", "start.sh", "COMPUTE_FLEET", "one.sh", "two.sh", "SUCCESS"]
    assert [said.index(word) for word in order] == sorted(said.index(word) for word in order)
    account.delete_stack(cluster.stack_id)


def test_the_fleet_is_running_once_it_has_booted(account: Account) -> None:
    cluster = start(account)

    account.settled(cluster.stack_id)

    assert cluster.item("COMPUTE_FLEET")["status"] == {"S": "RUNNING"}
    assert "lastStatusUpdatedTime" in cluster.item("COMPUTE_FLEET")
    account.delete_stack(cluster.stack_id)


def test_it_takes_the_time_it_is_told_to(account: Account) -> None:
    cluster = start(account, order=("boot-seconds", "5"))

    status = account.settled(cluster.stack_id)

    assert status == "CREATE_COMPLETE"
    assert cluster.seconds_waited_for() >= 4.9
    account.delete_stack(cluster.stack_id)


def test_other_instances_are_left_alone(account: Account) -> None:
    properties = {"ImageId": image_of_clusters(account), "InstanceType": "t3.micro"}
    node = {"Type": "AWS::EC2::Instance", "Properties": properties}

    stack = deploy(account, {"Node": node})

    output = account.client("ec2").get_console_output(InstanceId=stack.ids["Node"])["Output"]
    assert output == ""
    stack.delete()
