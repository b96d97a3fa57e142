"""CloudFormation in memory: stacks of a few custom resources, made and deleted in turn."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import count

from cloudformation_driver import Asked, Resource, Verb, is_guarded
from cluster_api.errors import StackBusy
from cluster_api.model import Launch, Project
from cluster_api_fake_stacks import FakeStacks
from cluster_api_world import READY


@dataclass(kw_only=True)
class _Begun:
    """What of a stack was begun and is not gone, in the order in which it was."""

    launch: Launch
    resources: list[Resource] = field(default_factory=list)
    asked: Asked | None = None


@dataclass
class FakeCloudFormation(FakeStacks):
    """See Driver."""

    begun: dict[str, _Begun] = field(default_factory=dict)
    numbers: Iterator[int] = field(default_factory=count)

    def launch(self, launch: Launch) -> None:
        """See Stacks."""
        super().launch(launch)
        stack = self.find(launch.stack_name)
        assert stack is not None
        if stack.id not in self.begun:
            self.begun[stack.id] = _Begun(launch=launch)
            self._make(stack.id, "Reservation")

    def delete(self, stack: str) -> None:
        """See Stacks."""
        found = self.find(stack)
        if found is None or found.status in {"DELETE_COMPLETE", "DELETE_IN_PROGRESS"}:
            return
        if found.status == "ROLLBACK_IN_PROGRESS":
            raise StackBusy(stack)
        self.become(found.id, "DELETE_IN_PROGRESS")
        self._delete_next(found.id, then="DELETE_COMPLETE")

    def pending(self) -> Sequence[Asked]:
        """See Driver."""
        return [each.asked for each in self.begun.values() if each.asked is not None]

    def answer(self, asked: Asked, *, well: bool) -> None:
        """See Driver."""
        begun = self.begun[asked.stack_id]
        if begun.asked != asked:
            return
        begun.asked = None
        if asked.verb == "Create":
            self._created(asked, well=well)
        else:
            self._deleted(asked, well=well)

    def _created(self, asked: Asked, *, well: bool) -> None:
        if not well:
            self.become(asked.stack_id, "ROLLBACK_IN_PROGRESS", reason="as the test wants")
            self._delete_next(asked.stack_id, then="ROLLBACK_COMPLETE")
            return
        match asked.resource:
            case "Reservation" if is_guarded(self.begun[asked.stack_id].launch.template_url):
                self._make(asked.stack_id, "Guard")
            case "Reservation" | "Guard":
                self._make(asked.stack_id, "Cluster")
            case "Cluster":
                self.become(asked.stack_id, "CREATE_COMPLETE", outputs=READY)

    def _deleted(self, asked: Asked, *, well: bool) -> None:
        operation = self.stacks[asked.stack_id].status.partition("_")[0]
        if well:
            self.begun[asked.stack_id].resources.remove(asked.resource)
            self._delete_next(asked.stack_id, then=f"{operation}_COMPLETE")
        else:
            # What the reservation is needed for is still there: it stays.
            self.become(asked.stack_id, f"{operation}_FAILED", reason="as the test wants")

    def _make(self, stack_id: str, resource: Resource) -> None:
        self.begun[stack_id].resources.append(resource)
        self._ask(stack_id, "Create", resource)

    def _delete_next(self, stack_id: str, *, then: str) -> None:
        begun = self.begun[stack_id]
        begun.asked = None
        if begun.resources:
            self._ask(stack_id, "Delete", begun.resources[-1])
        else:
            self.become(stack_id, then)

    def _ask(self, stack_id: str, verb: Verb, resource: Resource) -> None:
        begun = self.begun[stack_id]
        told = begun.launch.parameters
        begun.asked = Asked(
            number=next(self.numbers),
            verb=verb,
            resource=resource,
            stack_id=stack_id,
            project=Project(vlab_id=told["VlabId"], project_id=told["ProjectId"]),
            creation=told["Creation"],
            subnet_id=told["SubnetId"],
            public_key=told["SimPublicKey"],
        )
