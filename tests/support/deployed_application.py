"""The deployed application, with the verbs that the tests of the flow need."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from itertools import chain
from typing import Any, Self

from embedded_aws.deployment import Deployment
from embedded_aws.emulator_environment import Places
from embedded_aws.inventory import take
from embedded_aws.lifecycle import EmbeddedAws
from embedded_aws.patient_client import PatientClient
from embedded_aws.roles import assume
from embedded_aws.session import Session
from embedded_aws.workflow_service import Answer

PATIENCE_SECONDS = 300
SETTLING_SECONDS = 120
# FilterLogEvents takes so many names.
_STREAMS_A_CALL = 100


@dataclass(frozen=True, kw_only=True)
class Application:
    """An embedded AWS with the application on it.

    Its clients are patient: what a test is about isn't how busy the machine is.
    """

    aws: EmbeddedAws
    deployment: Deployment
    client: PatientClient

    @classmethod
    def of(cls, aws: EmbeddedAws, deployment: Deployment) -> Self:
        """The application, with the Workflow Service as its client."""
        return cls(aws=aws, deployment=deployment, client=PatientClient(aws, deployment))

    def client_as(self, role: str) -> PatientClient:
        """A client that signs as a session of the role."""
        return PatientClient(self.aws, self.deployment, assume(self.aws, role))

    def logs(self) -> dict[str, str]:
        """Everything that was logged: by log group, and what the emulator wrote itself."""
        written = (self.aws.log, Places(self.aws.state).permissions)
        return {
            **{file.name: file.read_text(errors="replace") for file in written},
            **{name: "\n".join(chain(*self.log_streams(name))) for name in self.log_groups()},
        }

    def logged(self, part: str) -> list[str]:
        """The lines of the log groups whose names hold the part."""
        texts = (text for name, text in self.logs().items() if part in name)
        return [line for text in texts for line in text.splitlines()]

    def log_streams(self, group: str) -> list[list[str]]:
        """The messages of a log group by stream, which each invocation of a function has here.

        Of all streams at once the emulator gives ten thousand messages, and leaves out the others.
        """
        logs = self.service("logs")
        pages = logs.get_paginator("describe_log_streams").paginate(logGroupName=group)
        names = [stream["logStreamName"] for page in pages for stream in page["logStreams"]]
        messages: dict[str, list[str]] = {name: [] for name in names}
        for first in range(0, len(names), _STREAMS_A_CALL):
            some = names[first : first + _STREAMS_A_CALL]
            answer = logs.filter_log_events(logGroupName=group, logStreamNames=some)
            for event in answer["events"]:
                messages[event["logStreamName"]].append(event["message"])
        return list(messages.values())

    def log_groups(self) -> list[str]:
        """The names of all log groups."""
        pages = self.service("logs").get_paginator("describe_log_groups").paginate()
        return [group["logGroupName"] for page in pages for group in page["logGroups"]]

    def service(self, name: str) -> Any:
        """A client of an AWS service, as the account's root."""
        return Session(self.aws).client(name)

    def function(self, part: str) -> str:
        """The name of the one function whose name holds the part."""
        pages = self.service("lambda").get_paginator("list_functions").paginate()
        names = [each["FunctionName"] for page in pages for each in page["Functions"]]
        [name] = [name for name in names if part in name]
        return str(name)

    def inventory(self) -> frozenset[tuple[str, str]]:
        """What there is, less the log groups, which stay on purpose."""
        return frozenset(item for item in take(self.aws, self.deployment) if item[0] != "log group")

    def left_since(self, before: frozenset[tuple[str, str]]) -> frozenset[tuple[str, str]]:
        """What is there and was not before, once that no longer changes.

        A cluster is forgotten by the last but one step of its stack: the stack itself is not.
        """
        deadline = time.monotonic() + SETTLING_SECONDS
        while (left := self.inventory() - before) and time.monotonic() < deadline:
            time.sleep(0.5)
        return left

    def wait(
        self, until: Callable[[Answer], bool], *, seconds: float = PATIENCE_SECONDS, **ids: str
    ) -> Answer:
        """Poll GET until it holds."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            answer = self.client.get(**ids)
            if until(answer):
                return answer
            time.sleep(0.5)
        raise AssertionError(f"still {answer.status}: {answer.body}")

    def wait_for(self, status: str, **ids: str) -> dict[str, Any]:
        """Poll GET until the cluster has the status; the cluster."""
        return dict(self.wait(lambda answer: status_of(answer) == status, **ids).body)

    def wait_until_gone(self, **ids: str) -> None:
        """Poll GET until there is no such cluster."""
        self.wait(lambda answer: answer.status == 404, **ids)

    def wait_until_stack_is_gone(self, prefix: str) -> None:
        """Wait until no stack's name begins so."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < deadline:
            stacks = self.service("cloudformation").describe_stacks()["Stacks"]
            if not any(stack["StackName"].startswith(prefix) for stack in stacks):
                return
            time.sleep(0.5)
        raise AssertionError(f"{prefix}… is still there")

    def fail_head_node(self, cluster_name: str, reason: str) -> None:
        """Have the next head node of that cluster fail."""
        self.service("ssm").put_parameter(
            Name=_order(cluster_name), Value=reason, Type="String", Overwrite=True
        )

    def heal_head_node(self, cluster_name: str) -> None:
        """Have it boot again."""
        self.service("ssm").delete_parameter(Name=_order(cluster_name))


def wait_until(holds: Callable[[], bool]) -> None:
    """Wait until it does."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.5)


def status_of(answer: Answer) -> str | None:
    """The status that GET tells."""
    status = answer.body.get("clusterStatus")
    return str(status) if status else None


def _order(cluster_name: str) -> str:
    return f"/embedded-aws/head-nodes/{cluster_name}/failure"
