"""CloudFormation as a test drives it: what it waits for, and letting it go on.

A project's stack is cut down to what the API depends on: the reservation; with Lustre the guard of
its file system, which depends on that; and the cluster, which depends on both. They are custom
resources that are answered when a test says so.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from cluster_api.model import Project
from cluster_api.ports import Stacks

Resource = Literal["Reservation", "Guard", "Cluster"]
Verb = Literal["Create", "Delete"]


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What CloudFormation asked of a custom resource's function; `number` is never the same."""

    number: int
    verb: Verb
    resource: Resource
    stack_id: str
    project: Project
    creation: str
    subnet_id: str
    public_key: str


class Driver(Stacks, Protocol):
    """The stacks, each of which goes on when it is told to.

    Every method returns when CloudFormation has taken it in: then each stack either rests, or
    waits for one answer.
    """

    def pending(self) -> Sequence[Asked]:
        """What it waits for, in a stable order: at most one for each stack."""

    def answer(self, asked: Asked, *, well: bool) -> None:
        """Let it go on, well or badly; an answer that nobody waits for changes nothing."""


def is_guarded(template: str) -> bool:
    """Whether the template, by its URL or key, is one with Lustre: see cluster_api_world."""
    return template.endswith("l.json")
