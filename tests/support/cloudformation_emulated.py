"""CloudFormation of the embedded AWS: custom resources whose function tells a queue, silently."""

import json
import ssl
import time
import urllib.request
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from aws_account import PATIENCE_SECONDS, Account, CustomResource
from cloudformation_driver import Asked
from cluster_api.aws.stacks import CloudFormationStacks
from cluster_api.model import Launch, Project, Stack, StackEvent
from cluster_api.survey import StackSummary

_PARAMETERS = (
    "ClusterName",
    "VlabId",
    "ProjectId",
    "Creation",
    "SubnetId",
    "AdminKeyName",
    "SimPublicKey",
    "Token",
)
_POLL_SECONDS = 0.01


def project_template(custom_resource: CustomResource, *, guarded: bool) -> dict[str, Any]:
    """A project's stack: a reservation, a guard if it has one, and a cluster, each on the last."""
    told = {name: {"Ref": name} for name in _PARAMETERS}
    silent = {"ServiceToken": custom_resource.token, "Outcome": "SILENT"} | told
    properties = silent | {"OutcomeOfDelete": "SILENT"}
    guard = {
        "Type": "Custom::ScratchGuard",
        "DependsOn": "Reservation",
        "Properties": properties,
    }
    return {
        "Parameters": {name: {"Type": "String"} for name in _PARAMETERS},
        "Resources": {
            "Reservation": {"Type": "Custom::Reservation", "Properties": properties},
            **({"Guard": guard} if guarded else {}),
            "Cluster": {
                "Type": "Custom::ParallelCluster",
                "DependsOn": "Guard" if guarded else "Reservation",
                "Properties": properties,
            },
        },
        "Outputs": {
            "ClusterStackArn": {"Value": {"Ref": "Cluster"}},
            "Version": {"Value": "3.16.1"},
        },
    }


@dataclass(kw_only=True)
class EmulatedCloudFormation:
    """See Driver. It is the only one to launch and delete stacks of its template."""

    account: Account
    custom_resource: CustomResource
    stacks: CloudFormationStacks
    asked: dict[str, Asked] = field(default_factory=dict)
    # By number: CloudFormation's own request.
    requests: dict[int, Mapping[str, Any]] = field(default_factory=dict)
    numbers: Iterator[int] = field(default_factory=count)
    sqs: Any = field(init=False)
    trusted: ssl.SSLContext = field(init=False)

    def __post_init__(self) -> None:
        self.sqs = self.account.client("sqs")
        certificate = self.account.emulator.environment()["AWS_CA_BUNDLE"]
        self.trusted = ssl.create_default_context(cafile=certificate)

    def launch(self, launch: Launch) -> None:
        """See Stacks."""
        self.stacks.launch(launch)
        stack = self.stacks.find(launch.stack_name)
        assert stack is not None
        self._await(stack.id, _rests)

    def find(self, stack: str) -> Stack | None:
        """See Stacks."""
        return self.stacks.find(stack)

    def delete(self, stack: str) -> None:
        """See Stacks."""
        before = self.stacks.find(stack)
        self.stacks.delete(stack)
        if before is None or before.status in {"DELETE_IN_PROGRESS", "DELETE_COMPLETE"}:
            return
        # A creation is cancelled: nobody waits for an answer any more.
        self.asked.pop(before.id, None)
        self._await(before.id, lambda status: status == "DELETE_COMPLETE")

    def events(self, stack_id: str) -> Sequence[StackEvent]:
        """See Stacks."""
        return self.stacks.events(stack_id)

    def summaries(self) -> Sequence[StackSummary]:
        """See Stacks."""
        return self.stacks.summaries()

    def pending(self) -> Sequence[Asked]:
        """See Driver."""
        return sorted(self.asked.values(), key=lambda each: each.number)

    def answer(self, asked: Asked, *, well: bool) -> None:
        """See Driver."""
        waited_for = self.asked.get(asked.stack_id) == asked
        if waited_for:
            del self.asked[asked.stack_id]
        self._put(self.requests[asked.number], well=well)
        if waited_for:
            self._await(asked.stack_id, _rests)

    def _put(self, request: Mapping[str, Any], *, well: bool) -> None:
        body = {key: request[key] for key in ("StackId", "RequestId", "LogicalResourceId")}
        body["Status"] = "SUCCESS" if well else "FAILED"
        body["Reason"] = "as the test wants"
        body["PhysicalResourceId"] = request.get("PhysicalResourceId") or "made-by-the-test"
        put = urllib.request.Request(  # noqa: S310 - the emulator's own https URL
            request["ResponseURL"],
            data=json.dumps(body).encode(),
            method="PUT",
            headers={"content-type": ""},
        )
        urllib.request.urlopen(put, context=self.trusted).close()  # noqa: S310 - the same

    def _await(self, stack_id: str, rests: Callable[[str], bool]) -> None:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while True:
            self._receive()
            if stack_id in self.asked:
                return
            stack = self.stacks.find(stack_id)
            assert stack is not None
            if rests(stack.status):
                return
            assert time.monotonic() < deadline, f"{stack_id} is {stack.status}, and asks nothing"
            time.sleep(_POLL_SECONDS)

    def _receive(self) -> None:
        answer = self.sqs.receive_message(
            QueueUrl=self.custom_resource.queue, MaxNumberOfMessages=10, WaitTimeSeconds=0
        )
        for message in answer.get("Messages", []):
            self.sqs.delete_message(
                QueueUrl=self.custom_resource.queue, ReceiptHandle=message["ReceiptHandle"]
            )
            self._hear(json.loads(message["Body"]))

    def _hear(self, request: Mapping[str, Any]) -> None:
        told = request["ResourceProperties"]
        asked = Asked(
            number=next(self.numbers),
            verb=request["RequestType"],
            resource=request["LogicalResourceId"],
            stack_id=request["StackId"],
            project=Project(vlab_id=told["VlabId"], project_id=told["ProjectId"]),
            creation=told["Creation"],
            subnet_id=told["SubnetId"],
            public_key=told["SimPublicKey"],
        )
        self.asked[asked.stack_id] = asked
        self.requests[asked.number] = request


def _rests(status: str) -> bool:
    return not status.endswith("_IN_PROGRESS")
