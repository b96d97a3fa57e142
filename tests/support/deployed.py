"""A template on the embedded AWS: made, read, deleted."""

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

from aws_account import Account

Output = str | tuple[str, str]

PATIENCE_SECONDS = 120
# The least that a stack can make.
LOG_GROUP = {"Group": {"Type": "AWS::Logs::LogGroup"}}


@dataclass(frozen=True, kw_only=True)
class Deployed:
    """A stack that is there: its resources' physical ids and its outputs."""

    account: Account
    stack_id: str
    ids: Mapping[str, str]
    outputs: Mapping[str, str]

    def update(self, resources: Mapping[str, Any], **outputs: Output) -> "Deployed":
        """The stack with other resources."""
        self.account.client("cloudformation").update_stack(
            StackName=self.stack_id,
            TemplateBody=_template(resources, outputs),
            Capabilities=["CAPABILITY_NAMED_IAM"],
        )
        return _read(self.account, self.stack_id, "UPDATE_COMPLETE")

    def delete(self) -> None:
        """Delete the stack, and wait until it's gone."""
        status = self.account.delete_stack(self.stack_id)
        if status != "DELETE_COMPLETE":
            raise AssertionError(_told(self.account, self.stack_id, status))


def deploy(account: Account, resources: Mapping[str, Any], **outputs: Output) -> Deployed:
    """A new stack of these resources; an output is what `Ref` or `Fn::GetAtt` gives.

    Outputs are written `name="Logical"` for a reference, `name=("Logical", "Attribute")` for an
    attribute.
    """
    stack_id = account.create_stack(
        {},
        TemplateBody=_template(resources, outputs),
        Capabilities=["CAPABILITY_NAMED_IAM"],
    )
    return _read(account, stack_id, "CREATE_COMPLETE")


def reason_of_failure(account: Account, resources: Mapping[str, Any], logical_id: str) -> str:
    """Why a stack of these resources could not be made, as the resource's event says."""
    stack_id = account.create_stack(resources)
    account.settled(stack_id)
    reasons = dict(account.events(stack_id, logical_id))
    account.delete_stack(stack_id)
    return reasons.get("CREATE_FAILED", "")


def described(account: Account, service: str, action: str, **arguments: object) -> dict[str, Any]:
    """What a describe action answers; an error's code under `Error`."""
    try:
        answer: dict[str, Any] = getattr(account.client(service), action)(**arguments)
    except ClientError as error:
        return {"Error": error.response["Error"]["Code"]}
    return answer


def vpc_with_subnet(block: str = "10.90.0.0/16") -> dict[str, Any]:
    """The resources Vpc, Subnet (in us-east-1b) and Group, which admits Lustre from the VPC."""
    inside = {"IpProtocol": "tcp", "FromPort": 988, "ToPort": 1023, "CidrIp": block}
    return {
        "Vpc": {"Type": "AWS::EC2::VPC", "Properties": {"CidrBlock": block}},
        "Subnet": {
            "Type": "AWS::EC2::Subnet",
            "Properties": {
                "VpcId": {"Ref": "Vpc"},
                "CidrBlock": block.replace(".0.0/16", ".1.0/24"),
                "AvailabilityZone": "us-east-1b",
            },
        },
        "Group": {
            "Type": "AWS::EC2::SecurityGroup",
            "Properties": {
                "VpcId": {"Ref": "Vpc"},
                "GroupDescription": "admits Lustre from inside",
                "SecurityGroupIngress": [inside],
            },
        },
    }


def _template(resources: Mapping[str, Any], outputs: Mapping[str, Output]) -> str:
    written = {
        name: {"Value": {"Ref": of} if isinstance(of, str) else {"Fn::GetAtt": list(of)}}
        for name, of in outputs.items()
    }
    return json.dumps({"Resources": resources, **({"Outputs": written} if written else {})})


def _read(account: Account, stack_id: str, wanted: str) -> Deployed:
    deadline = time.monotonic() + PATIENCE_SECONDS
    status = account.settled(stack_id)
    while status.endswith("_IN_PROGRESS") and time.monotonic() < deadline:
        status = account.settled(stack_id)
    if status != wanted:
        raise AssertionError(_told(account, stack_id, status))
    cloudformation = account.client("cloudformation")
    resources = cloudformation.describe_stack_resources(StackName=stack_id)["StackResources"]
    outputs = account.stack(stack_id).get("Outputs", [])
    return Deployed(
        account=account,
        stack_id=stack_id,
        ids={r["LogicalResourceId"]: r["PhysicalResourceId"] for r in resources},
        outputs={o["OutputKey"]: o["OutputValue"] for o in outputs},
    )


def _told(account: Account, stack_id: str, status: str) -> str:
    events = account.client("cloudformation").describe_stack_events(StackName=stack_id)
    reasons = [
        f"{event['LogicalResourceId']}: {event.get('ResourceStatusReason')}"
        for event in events["StackEvents"]
        if event["ResourceStatus"].endswith("FAILED")
    ]
    return "\n".join([f"{stack_id} is {status}", *reasons])
