"""The requests that are interrupted: what each does before, and the calls of AWS it makes.

The calls are compared with those of a real run: so a new call has no place here until it is
written down, and is then interrupted like the others.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from botocore.exceptions import ClientError, ReadTimeoutError

from cluster_api_aws import Aws
from cluster_api_tape import (
    DELETE,
    DELETE_FAILED_CREATION,
    NEW,
    RETRY,
    UNDO,
    Tape,
    comes_up,
    creation_fails,
    recording,
)
from cluster_api_world import Answered, World

IDS = {"vlab_id": "lab", "project_id": "project"}


@dataclass(frozen=True, kw_only=True)
class Scenario:
    """A request, what was there before it, and the calls that it makes."""

    name: str
    method: str
    calls: tuple[str, ...]
    prepare: Callable[[World], object] = lambda world: None
    # Where it is itself refused: the first of the calls that undo it.
    refused_before: int | None = None

    def tape(self) -> Tape:
        """The tape of an undisturbed run."""
        if self.refused_before is None:
            return Tape()
        return Tape(refusals={self.refused_before - 1: denied("CreateStack")})

    def first(self) -> int:
        """The first call that is worth an interruption."""
        return self.refused_before or 0

    def run(self, world: World, aws: Aws, tape: Tape) -> Answered:
        """Send the request, recorded."""
        with recording(aws, tape):
            return world.call(self.method, **IDS)

    def __str__(self) -> str:
        """The name, which tests are called by."""
        return self.name


def _created(world: World) -> None:
    world.call("POST", **IDS)
    comes_up(world)


def _failed(world: World) -> None:
    world.call("POST", **IDS)
    creation_fails(world)


SCENARIOS = (
    Scenario(name="POST", method="POST", calls=NEW),
    Scenario(
        name="POST, refused and undone",
        method="POST",
        calls=(*NEW, *UNDO),
        refused_before=len(NEW),
    ),
    Scenario(name="POST after a failure", method="POST", calls=RETRY, prepare=_failed),
    Scenario(name="DELETE", method="DELETE", calls=DELETE, prepare=_created),
    Scenario(
        name="DELETE after a failure",
        method="DELETE",
        calls=DELETE_FAILED_CREATION,
        prepare=_failed,
    ),
)


@dataclass(frozen=True, kw_only=True)
class Point:
    """A call of a scenario's."""

    scenario: Scenario
    number: int

    @property
    def call(self) -> str:
        """Its name."""
        return self.scenario.calls[self.number]

    def __str__(self) -> str:
        """The name that its test has."""
        return f"{self.scenario}-{self.number}-{self.call}"


def points() -> Iterator[Point]:
    """Every call of every scenario."""
    for scenario in SCENARIOS:
        for number in range(scenario.first(), len(scenario.calls)):
            yield Point(scenario=scenario, number=number)


def denied(call: str) -> Exception:
    """AWS refuses the call for good."""
    return _client_error("AccessDenied", call)


def throttled(call: str) -> Exception:
    """AWS has had too many calls."""
    return _client_error("ThrottlingException", call)


def timed_out(_: str) -> Exception:
    """AWS doesn't answer."""
    return ReadTimeoutError(endpoint_url="https://aws")


def _client_error(code: str, call: str) -> Exception:
    return ClientError(
        {"Error": {"Code": code, "Message": "as the test wants"}, "ResponseMetadata": {}},  # type: ignore[typeddict-item]
        call,
    )
