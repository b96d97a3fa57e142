"""The stand-in head node does what ParallelCluster's does, as its role, and then signals."""

import json
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import pytest
import yaml

from aws_account import Account, allow, policy, trust, unique
from deployed import deploy, described, vpc_with_subnet

PATIENCE_SECONDS = 15
WAIT = "Wait"


@dataclass(frozen=True, kw_only=True)
class Cluster:
    """A stack like ParallelCluster's: head node, its role, its table and its wait condition."""

    account: Account
    name: str
    bucket: str
    resources: dict[str, Any]
    stack_id: str = ""

    def console(self) -> str:
        """What the node says."""
        answer = self.account.client("ec2").get_console_output(InstanceId=self.instance_id())
        return str(answer["Output"])

    def instance_id(self) -> str:
        """The head node."""
        resources = described(
            self.account,
            "cloudformation",
            "describe_stack_resources",
            StackName=self.stack_id,
            LogicalResourceId="HeadNode",
        )
        return str(resources["StackResources"][0]["PhysicalResourceId"])

    def item(self, key: str) -> dict[str, Any]:
        """An item of the cluster's table."""
        answer = self.account.client("dynamodb").get_item(
            TableName=f"parallelcluster-{self.name}", Key={"Id": {"S": key}}
        )
        found: dict[str, Any] = answer["Item"]["Data"]["M"]
        return found

    def failure(self) -> str:
        """The wait condition's reason."""
        reasons = dict(self.account.events(self.stack_id, WAIT))
        return reasons.get("CREATE_FAILED", "")

    def order(self, name: str, value: str) -> None:
        """Tell the node's operator what shall happen."""
        self.account.client("ssm").put_parameter(
            Name=f"/embedded-aws/head-nodes/{self.name}/{name}", Value=value, Type="String"
        )


def start(
    account: Account,
    actions: dict[str, Any] | None = None,
    *,
    may: tuple[str, ...] = ("s3:GetObject*", "dynamodb:PutItem"),
    scripts: tuple[str, ...] = (),
    order: tuple[str, str] | None = None,
) -> Cluster:
    """Begin to create a cluster whose head node has these custom actions."""
    name, bucket = unique("cluster"), unique("artifacts")
    s3 = account.client("s3")
    s3.create_bucket(Bucket=bucket)
    s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    text = yaml.safe_dump({"HeadNode": {"CustomActions": _in(bucket, actions or {})}})
    version = s3.put_object(Bucket=bucket, Key="config.yaml", Body=text)["VersionId"]
    types = s3.put_object(Bucket=bucket, Key="types.json", Body="{}")["VersionId"]
    for script in scripts:
        s3.put_object(Bucket=bucket, Key=script, Body="#!/bin/sh")
    attributes = {
        "cluster_s3_bucket": bucket,
        "cluster_config_s3_key": "config.yaml",
        "cluster_config_version": version,
        "instance_types_data_s3_key": "types.json",
        "instance_types_data_version": types,
        "ddb_table": f"parallelcluster-{name}",
    }
    resources = _resources(account, name, attributes, may)
    cluster = Cluster(account=account, name=name, bucket=bucket, resources=resources)
    if order:
        cluster.order(*order)
    return replace(cluster, stack_id=account.create_stack(resources, StackName=name, **_CAPABLE))


_CAPABLE = {"Capabilities": ["CAPABILITY_NAMED_IAM"], "DisableRollback": True}


def _in(bucket: str, actions: dict[str, Any]) -> dict[str, Any]:
    """The actions with the bucket's name put in."""
    written: dict[str, Any] = json.loads(json.dumps(actions).replace("BUCKET", bucket))
    return written


def _resources(
    account: Account, name: str, attributes: dict[str, str], may: tuple[str, ...]
) -> dict[str, Any]:
    handle = "/opt/parallelcluster/tmp/wait_condition_handle.txt"
    files = {
        "/opt/parallelcluster/tmp/dna.json": {"content": json.dumps({"cluster": attributes})},
        handle: {"content": {"Ref": "Handle"}},
    }
    images = described(
        account,
        "ec2",
        "describe_images",
        Filters=[{"Name": "name", "Values": ["aws-parallelcluster-3.16.1-*-x86_64*"]}],
    )
    boot = "#!/bin/sh\ncfn-init -s ${AWS::StackName} -v -c deployFiles -r Template --region x"
    data = {
        "ImageId": images["Images"][0]["ImageId"],
        "InstanceType": "t3.medium",
        "IamInstanceProfile": {"Name": {"Ref": "Profile"}},
        "NetworkInterfaces": [{"DeviceIndex": 0, "NetworkInterfaceId": {"Ref": "Interface"}}],
        "UserData": {"Fn::Base64": {"Fn::Sub": boot}},
    }
    tags = {"parallelcluster:node-type": "HeadNode", "parallelcluster:cluster-name": name}
    table = {
        "TableName": f"parallelcluster-{name}",
        "AttributeDefinitions": [{"AttributeName": "Id", "AttributeType": "S"}],
        "KeySchema": [{"AttributeName": "Id", "KeyType": "HASH"}],
        "BillingMode": "PAY_PER_REQUEST",
    }
    role = {
        "AssumeRolePolicyDocument": json.loads(trust("ec2.amazonaws.com")),
        "Policies": [{"PolicyName": "may", "PolicyDocument": json.loads(policy(allow(*may)))}],
    }

    def resource(type_: str, properties: dict[str, Any], **more: Any) -> dict[str, Any]:
        return {"Type": type_, "Properties": properties, **more}

    return {
        **vpc_with_subnet("10.96.0.0/16"),
        "Role": resource("AWS::IAM::Role", role),
        "Profile": resource("AWS::IAM::InstanceProfile", {"Roles": [{"Ref": "Role"}]}),
        "Table": resource("AWS::DynamoDB::Table", table),
        "Interface": resource("AWS::EC2::NetworkInterface", {"SubnetId": {"Ref": "Subnet"}}),
        "Template": resource(
            "AWS::EC2::LaunchTemplate",
            {"LaunchTemplateData": data},
            Metadata={"AWS::CloudFormation::Init": {"deployConfigFiles": {"files": files}}},
        ),
        "HeadNode": resource(
            "AWS::EC2::Instance",
            {
                "LaunchTemplate": {
                    "LaunchTemplateId": {"Ref": "Template"},
                    "Version": {"Fn::GetAtt": ["Template", "LatestVersionNumber"]},
                },
                "Tags": [{"Key": key, "Value": value} for key, value in tags.items()],
            },
        ),
        "Handle": resource("AWS::CloudFormation::WaitConditionHandle", {}),
        WAIT: resource(
            "AWS::CloudFormation::WaitCondition",
            {"Handle": {"Ref": "Handle"}, "Timeout": "60", "Count": 1},
        ),
    }


def until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.05)


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


def test_it_takes_the_time_it_is_told_to(account: Account) -> None:
    cluster = start(account, order=("boot-seconds", "1.5"))
    begun = time.monotonic()

    status = account.settled(cluster.stack_id)

    assert status == "CREATE_COMPLETE"
    assert time.monotonic() - begun >= 1.4
    account.delete_stack(cluster.stack_id)


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
    changed = json.loads(json.dumps(cluster.resources).replace('"Handle"', '"SecondHandle"'))
    changed["SecondWait"] = changed.pop(WAIT) | {
        "Properties": {"Handle": {"Ref": "SecondHandle"}, "Timeout": "60", "Count": 1}
    }

    account.client("cloudformation").update_stack(
        StackName=cluster.stack_id,
        TemplateBody=json.dumps({"Resources": changed}),
        Capabilities=["CAPABILITY_NAMED_IAM"],
    )

    assert account.settled(cluster.stack_id) == "UPDATE_COMPLETE"
    said = cluster.console()
    assert said.index("Update complete") > said.index("new.sh") > said.index("setup complete")
    account.delete_stack(cluster.stack_id)


def test_other_instances_are_left_alone(account: Account) -> None:
    images = described(
        account,
        "ec2",
        "describe_images",
        Filters=[{"Name": "name", "Values": ["aws-parallelcluster-3.16.1-*-x86_64*"]}],
    )
    properties = {"ImageId": images["Images"][0]["ImageId"], "InstanceType": "t3.micro"}
    node = {"Type": "AWS::EC2::Instance", "Properties": properties}

    stack = deploy(account, {"Node": node})

    output = account.client("ec2").get_console_output(InstanceId=stack.ids["Node"])["Output"]
    assert output == ""
    stack.delete()
