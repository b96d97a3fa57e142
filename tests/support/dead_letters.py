"""The deployed application's queue of dead letters, and how one comes into it."""

import json
from dataclasses import dataclass
from typing import Any, Self

from deployed_application import Application

# No event of CloudFormation's: the function can't even find the stack that it is about.
NONSENSE = {"detail": {"what": "nonsense"}}
_WAITING_OR_READ = ("ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible")


@dataclass(frozen=True, kw_only=True)
class DeadLetters:
    """The queue.

    Attributes:
        failing: the function that `fail` calls.
    """

    application: Application
    url: str
    failing: str

    @classmethod
    def of(cls, application: Application) -> Self:
        """That of the application."""
        [url] = application.service("sqs").list_queues(
            QueueNamePrefix="HpcProvisioner-Provisioner-DeadLetters"
        )["QueueUrls"]
        failing = application.function("Provisioner-StackEventsFunction")
        return cls(application=application, url=url, failing=failing)

    def fail(self) -> None:
        """Call a function with nonsense, without waiting for it: Lambda tries twice more."""
        self.application.service("lambda").invoke(
            FunctionName=self.failing, InvocationType="Event", Payload=json.dumps(NONSENSE)
        )

    def count(self) -> int:
        """How many there are, with those that somebody has read and not yet taken out."""
        attributes = self.application.service("sqs").get_queue_attributes(
            QueueUrl=self.url, AttributeNames=list(_WAITING_OR_READ)
        )["Attributes"]
        return sum(int(attributes[name]) for name in _WAITING_OR_READ)

    def take(self) -> dict[str, Any]:
        """Take one out of the queue."""
        sqs = self.application.service("sqs")
        [message] = sqs.receive_message(QueueUrl=self.url)["Messages"]
        sqs.delete_message(QueueUrl=self.url, ReceiptHandle=message["ReceiptHandle"])
        return dict(json.loads(message["Body"]))
