"""A stand-in cluster of the embedded AWS: a stack like ParallelCluster's, whose head node boots."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import yaml

from aws_account import Account, allow, policy, trust, unique
from deployed import described, vpc_with_subnet

# The logical id of the wait condition, to which the head node signals.
WAIT = "Wait"
QUEUE = {
    "Name": "queue",
    "ComputeResources": [
        {
            "Name": "micro",
            "Instances": [{"InstanceType": "t3.micro"}],
            "MinCount": 1,
            "MaxCount": 4,
        }
    ],
}
TYPES = {
    "t3.micro": {
        "VCpuInfo": {"DefaultVCpus": 2, "DefaultCores": 1},
        "MemoryInfo": {"SizeInMiB": 1024},
    }
}
_CAPABLE = {"Capabilities": ["CAPABILITY_NAMED_IAM"], "DisableRollback": True}


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

    def seconds_waited_for(self) -> float:
        """How long the wait condition took, by the stack's events, whenever they are read."""
        told = self.account.client("cloudformation").describe_stack_events(StackName=self.stack_id)
        times = [e["Timestamp"] for e in told["StackEvents"] if e["LogicalResourceId"] == WAIT]
        return float((max(times) - min(times)).total_seconds())

    def update(self, wait: str) -> None:
        """Begin an update of the stack to which the node has to signal, by another condition."""
        handle = f"{wait}Handle"
        changed = {
            **self.resources,
            handle: self.resources["Handle"],
            wait: {
                **self.resources[WAIT],
                "Properties": {**self.resources[WAIT]["Properties"], "Handle": {"Ref": handle}},
            },
        }
        self.account.client("cloudformation").update_stack(
            StackName=self.stack_id,
            TemplateBody=json.dumps({"Resources": changed}),
            Capabilities=["CAPABILITY_NAMED_IAM"],
        )

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
    scripts: Mapping[str, str] | tuple[str, ...] = (),
    order: tuple[str, str] | None = None,
    slurm: Mapping[str, Any] | None = None,
) -> Cluster:
    """Begin to create a cluster whose head node has these custom actions.

    `scripts` are objects in its bucket, which end well, unless they are a mapping to their texts.
    `slurm` are SlurmSettings; its one queue has one compute resource of the type t3.micro.
    """
    name, bucket = unique("cluster"), unique("artifacts")
    s3 = account.client("s3")
    s3.create_bucket(Bucket=bucket)
    s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    text = yaml.safe_dump(
        {
            "HeadNode": {"CustomActions": _in(bucket, actions or {})},
            "Scheduling": {"SlurmSettings": dict(slurm or {}), "SlurmQueues": [QUEUE]},
        }
    )
    version = s3.put_object(Bucket=bucket, Key="config.yaml", Body=text)["VersionId"]
    types = s3.put_object(Bucket=bucket, Key="types.json", Body=json.dumps(TYPES))["VersionId"]
    texts = scripts if isinstance(scripts, Mapping) else dict.fromkeys(scripts, "#!/bin/sh")
    for script, content in texts.items():
        s3.put_object(Bucket=bucket, Key=script, Body=content)
    attributes = {
        "cluster_s3_bucket": bucket,
        "cluster_config_s3_key": "config.yaml",
        "cluster_config_version": version,
        "instance_types_data_s3_key": "types.json",
        "instance_types_data_version": types,
        "ddb_table": f"parallelcluster-{name}",
        "cluster_user": "ec2-user",
    }
    resources = _resources(account, name, attributes, may)
    cluster = Cluster(account=account, name=name, bucket=bucket, resources=resources)
    if order:
        cluster.order(*order)
    return replace(cluster, stack_id=account.create_stack(resources, StackName=name, **_CAPABLE))


def image_of_clusters(account: Account) -> str:
    """ParallelCluster's image, of which its head nodes are made."""
    images = described(
        account,
        "ec2",
        "describe_images",
        Filters=[{"Name": "name", "Values": ["aws-parallelcluster-3.16.1-*-x86_64*"]}],
    )
    return str(images["Images"][0]["ImageId"])


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
    boot = "#!/bin/sh\ncfn-init -s ${AWS::StackName} -v -c deployFiles -r Template --region x"
    data = {
        "ImageId": image_of_clusters(account),
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
            {"Handle": {"Ref": "Handle"}, "Timeout": "600", "Count": 1},
        ),
    }
