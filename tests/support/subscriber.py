"""Somebody who subscribed to the clusters' events, as docs/events.md says."""

import json
import time
from dataclasses import dataclass
from typing import Any, Self

from deployed_application import Application

PATIENCE_SECONDS = 300


@dataclass(frozen=True, kw_only=True)
class Subscriber:
    """A queue that a rule on the bus fills with the events of one project's cluster."""

    application: Application
    queue: str
    bus: str

    @classmethod
    def of(cls, application: Application, project_id: str) -> Self:
        """Put the rule and the queue."""
        bus = _bus(application)
        events, sqs = application.service("events"), application.service("sqs")
        queue = sqs.create_queue(QueueName=f"subscriber-{project_id}")["QueueUrl"]
        answer = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])
        events.put_rule(
            Name=project_id,
            EventBusName=bus,
            EventPattern=json.dumps(
                {
                    "source": ["hpc-provisioner"],
                    "detail-type": ["HPC Cluster State Change"],
                    "detail": {"project_id": [project_id]},
                }
            ),
        )
        target = {"Id": "queue", "Arn": answer["Attributes"]["QueueArn"]}
        events.put_targets(Rule=project_id, EventBusName=bus, Targets=[target])
        return cls(application=application, queue=queue, bus=bus)

    def events_until(self, new_state: str) -> list[dict[str, Any]]:
        """What came, in the order in which it came, until one is of that state."""
        sqs = self.application.service("sqs")
        found: list[dict[str, Any]] = []
        deadline = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < deadline:
            answer = sqs.receive_message(QueueUrl=self.queue, WaitTimeSeconds=1)
            for message in answer.get("Messages", []):
                found.append(json.loads(message["Body"]))
                sqs.delete_message(QueueUrl=self.queue, ReceiptHandle=message["ReceiptHandle"])
            if found and found[-1]["detail"]["newState"] == new_state:
                return found
        raise AssertionError(f"no event says {new_state}; those that came: {found}")


def _bus(application: Application) -> str:
    """The stack's output EventBus."""
    stacks = application.service("cloudformation").describe_stacks(
        StackName="HpcProvisioner-Provisioner"
    )["Stacks"]
    [name] = [o["OutputValue"] for o in stacks[0]["Outputs"] if o["OutputKey"] == "EventBus"]
    return str(name)
