"""ParallelCluster's template, cut down to what moto's CloudFormation can deploy.

moto has no nested stacks, wait conditions or custom resources. The stack keeps its name, tags and
parameters, the two tables and the security groups; the head node is made beside it.
"""

import json
from typing import Any
from urllib.parse import urlparse

import yaml
from moto_world import MOTO_IMAGE, MotoWorld

KEPT = frozenset({"AWS::DynamoDB::Table", "AWS::EC2::SecurityGroup"})


def deploy_what_moto_can(world: MotoWorld) -> None:
    """From now on CreateStack and UpdateStack get the cut template."""

    def cut(params: dict[str, Any], **_: object) -> dict[str, Any]:
        if "TemplateURL" not in params:
            return params
        body = json.dumps(_cut(_fetch(world, params["TemplateURL"])))
        others = {k: v for k, v in params.items() if k not in {"TemplateURL", "Parameters"}}
        return {**others, "TemplateBody": body}

    for operation in ("CreateStack", "UpdateStack"):
        world.answer(f"provide-client-params.cloudformation.{operation}", cut)


def start_head_node(world: MotoWorld, name: str) -> None:
    """What the stack and the node's own bootstrap would do: an instance, and a running fleet."""
    ec2 = world.client("ec2")
    tags = {"parallelcluster:cluster-name": name, "parallelcluster:node-type": "HeadNode"}
    ec2.run_instances(
        ImageId=MOTO_IMAGE,
        MinCount=1,
        MaxCount=1,
        InstanceType="t3.medium",
        SubnetId=world.subnet,
        TagSpecifications=[
            {
                "ResourceType": "instance",
                "Tags": [{"Key": k, "Value": v} for k, v in tags.items()],
            }
        ],
    )
    world.client("dynamodb").put_item(
        TableName=f"parallelcluster-{name}",
        Item={
            "Id": {"S": "COMPUTE_FLEET"},
            "Data": {
                "M": {
                    "status": {"S": "RUNNING"},
                    "lastStatusUpdatedTime": {"S": "2026-01-02T03:04:05Z"},
                }
            },
        },
    )


def _fetch(world: MotoWorld, url: str) -> dict[str, Any]:
    parsed = urlparse(url)
    bucket = parsed.netloc.split(".s3.", 1)[0]
    text = world.client("s3").get_object(Bucket=bucket, Key=parsed.path.lstrip("/"))
    return dict(yaml.safe_load(text["Body"].read()))


def _cut(template: dict[str, Any]) -> dict[str, Any]:
    resources = {k: v for k, v in template["Resources"].items() if v["Type"] in KEPT}
    parameters = {k: v for k, v in template["Parameters"].items() if "Default" in v}
    return {"Parameters": parameters, "Resources": resources}
