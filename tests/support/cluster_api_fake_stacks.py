"""CloudFormation in memory: projects' stacks, and ParallelCluster's among them."""

import threading
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import NAMESPACE_OID, uuid5

from cluster_api.errors import AwsUnavailable, StackBusy
from cluster_api.model import Launch, Stack, StackEvent
from cluster_api.survey import OWNER_TAG, StackSummary
from cluster_api_fakes import FakeClock


@dataclass
class FakeStacks:
    """Stacks that change when the test says so; deleted ones are found by their id only.

    `changes` are the beginnings of their last operations, as CloudFormation tells them.
    """

    clock: FakeClock = field(default_factory=FakeClock)
    stacks: dict[str, Stack] = field(default_factory=dict)
    changes: dict[str, datetime] = field(default_factory=dict)
    launches: list[Launch] = field(default_factory=list)
    # What CloudFormation tells of the stacks and of their resources, the oldest first.
    histories: dict[str, list[StackEvent]] = field(default_factory=dict)
    refusal: BaseException | None = None
    answers: bool = True
    lock: threading.Lock = field(default_factory=threading.Lock)

    def launch(self, launch: Launch) -> None:
        with self.lock:
            if self.refusal is not None:
                raise self.refusal
            self.launches.append(launch)
            id_ = self._id_to_launch(launch.stack_name)
            self.changes.setdefault(id_, self.clock.now())
            if id_ not in self.stacks:
                self._tell(id_, launch.stack_name, "CREATE_IN_PROGRESS")
            self.stacks.setdefault(
                id_,
                Stack(
                    id=id_,
                    name=launch.stack_name,
                    status="CREATE_IN_PROGRESS",
                    reason="",
                    outputs={},
                    tags=launch.tags,
                ),
            )
            if not self.answers:
                raise AwsUnavailable("CloudFormation", "no answer in time")

    def find(self, stack: str) -> Stack | None:
        with self.lock:
            if stack in self.stacks:
                return self.stacks[stack]
            named = self.stacks.get(self._id_to_launch(stack))
            return named if named and named.status != "DELETE_COMPLETE" else None

    def delete(self, stack: str) -> None:
        found = self.find(stack)
        if found is None or found.status == "DELETE_COMPLETE":
            return
        if found.status == "ROLLBACK_IN_PROGRESS":
            raise StackBusy(stack)
        self.become(found.id, "DELETE_IN_PROGRESS")

    def events(self, stack_id: str) -> Sequence[StackEvent]:
        return list(self.histories.get(stack_id, ()))

    def summaries(self) -> Sequence[StackSummary]:
        with self.lock:
            return [
                StackSummary(
                    id=stack.id,
                    name=stack.name,
                    status=stack.status,
                    changed_at=self.changes[stack.id],
                )
                for stack in self.stacks.values()
                if stack.status != "DELETE_COMPLETE"
            ]

    def become(
        self, id_: str, status: str, *, reason: str = "", outputs: dict[str, str] | None = None
    ) -> None:
        with self.lock:
            found = self.stacks[id_]
            self._tell(id_, found.name, status)
            if status == "DELETE_IN_PROGRESS":
                self.changes[id_] = self.clock.now()
            self.stacks[id_] = replace(
                found, status=status, reason=reason, outputs=outputs or found.outputs
            )

    def fail(self, id_: str, resource: str, status: str, reason: str) -> None:
        """CloudFormation tells of a resource that it could not make, or delete."""
        with self.lock:
            event = stack_event(resource, status, reason, at=self.clock.now())
            self.histories.setdefault(id_, []).append(event)

    def _tell(self, id_: str, name: str, status: str) -> None:
        event = stack_event(name, status, type_="AWS::CloudFormation::Stack", at=self.clock.now())
        self.histories.setdefault(id_, []).append(event)

    def _id_to_launch(self, name: str) -> str:
        """The id of the stack that has the name, or of the next one to have it."""
        before = sum(
            each.name == name and each.status == "DELETE_COMPLETE" for each in self.stacks.values()
        )
        return stack_id(name, before)


@dataclass
class FakeOwnedClusters:
    """Clusters of ParallelCluster's among the fake stacks, each tagged with its owner."""

    stacks: FakeStacks

    def owner(self, name: str) -> str | None:
        found = self.stacks.find(name)
        return found.tags.get(OWNER_TAG) if found else None

    def delete(self, name: str, owner: str) -> None:
        if self.owner(name) == owner:
            self.stacks.delete(name)


def stack_event(
    resource: str,
    status: str,
    reason: str = "",
    *,
    type_: str = "Custom::Something",
    at: datetime = FakeClock.time,
) -> StackEvent:
    """A line of a stack's history."""
    return StackEvent(resource=resource, type=type_, status=status, reason=reason, at=at)


def stack_id(name: str, before: int = 0) -> str:
    """The id of a fake stack, of whose name there were so many before."""
    unique = uuid5(NAMESPACE_OID, f"{name} {before}")
    return f"arn:aws:cloudformation:us-east-1:123456789012:stack/{name}/{unique}"
