"""What can go wrong: a class for each thing that a caller can do something about."""

import json
from collections.abc import Iterable, Mapping, Sequence

_SHOWN_CHARACTERS = 100
_LISTED_NAMES = 5


class ClusterApiError(Exception):
    """The base of all; its text is what the caller is told."""


class BadRequest(ClusterApiError):
    """The request itself is wrong; the same again will not help."""


class UnknownParameter(BadRequest):
    """A parameter that this call does not have."""

    def __init__(self, names: Iterable[str], allowed: Iterable[str]) -> None:
        super().__init__(
            f"Unknown parameter {_some(sorted(names))}; allowed are {_listed(allowed) or 'none'}."
        )


class MissingParameter(BadRequest):
    """A parameter that this call cannot do without."""

    def __init__(self, name: str) -> None:
        super().__init__(f"Parameter {name} is missing; give it once, in the query.")


class BodyParameter(BadRequest):
    """A parameter in the query that may be in the body only."""

    def __init__(self, name: str) -> None:
        super().__init__(f"Parameter {name} is in the query; give it in the JSON body only.")


class RepeatedParameter(BadRequest):
    """A parameter with more than one value: which one is meant?"""

    def __init__(self, name: str) -> None:
        super().__init__(f"Parameter {_shown(name)} is given more than once; give it once.")


class InvalidParameter(BadRequest):
    """A value that the parameter cannot have."""

    def __init__(self, name: str, value: object, allowed: str) -> None:
        super().__init__(f"Parameter {name} is {_shown(value)}; allowed is {allowed}.")


class UnreadableBody(BadRequest):
    """A body that is no JSON object of parameters."""

    def __init__(self, problem: str) -> None:
        super().__init__(
            f"The body {problem}; send none, or a JSON object with the names of the parameters."
        )


class UnknownPath(ClusterApiError):
    """A path that is nobody's."""

    def __init__(self, path: str, known: Iterable[str]) -> None:
        super().__init__(f"There is no {_shown(path)}; there are {_listed(known)}.")


class MethodNotAllowed(ClusterApiError):
    """A path that is known, but not with this method."""

    def __init__(self, method: str, path: str, allowed: Iterable[str]) -> None:
        self.allowed = tuple(allowed)
        super().__init__(f"{_shown(method)} {path} is not offered; use {_listed(self.allowed)}.")


class NotAnOperator(ClusterApiError):
    """Something that only operators may ask for."""

    def __init__(self, wish: str) -> None:
        super().__init__(f"{wish} is for operators only; leave it out, or sign as an operator.")


class NoSuchCluster(ClusterApiError):
    """The project has no cluster."""

    def __init__(self, project: str) -> None:
        super().__init__(f"Project {project} has no cluster; POST makes one.")


class Conflict(ClusterApiError):
    """The project has a cluster that stands in the way."""


class DifferentCluster(Conflict):
    """The project has a cluster of another kind."""

    def __init__(self, name: str, differences: Mapping[str, tuple[object, object]]) -> None:
        named = "; ".join(
            f"{what} is {_shown(has)}, asked for was {_shown(asked)}"
            for what, (has, asked) in differences.items()
        )
        super().__init__(f"Cluster {name} exists and is another: {named}. DELETE it first.")


class TryLater(Conflict):
    """What stands in the way goes away by itself."""


class StillRollingBack(TryLater):
    """The creation failed, and what it made is not gone yet."""

    def __init__(self, name: str) -> None:
        super().__init__(
            f"The creation of {name} failed and is still being rolled back; POST again later, "
            "or DELETE it if that lasts."
        )


class StillDeleting(TryLater):
    """The old cluster is on its way out."""

    def __init__(self, name: str) -> None:
        super().__init__(f"Cluster {name} is still being deleted; POST again when GET says 404.")


class DeletionFailed(TryLater):
    """The old cluster did not go."""

    def __init__(self, name: str) -> None:
        super().__init__(f"The deletion of {name} failed; DELETE it again, then POST.")


class DeletedMeanwhile(TryLater):
    """A DELETE came while this request was making the cluster."""

    def __init__(self, name: str) -> None:
        super().__init__(f"Cluster {name} was deleted while it was being made; POST again.")


class Unavailable(ClusterApiError):
    """Nothing is wrong with the request; it has to be made again later."""


class NoFreeSubnet(Unavailable):
    """Every subnet that the tier could use is held."""

    def __init__(self, tier: str, zones: Iterable[str], count: int) -> None:
        super().__init__(
            f"None of the {count} subnets for tier {tier} (zones {_listed(zones)}) is free; "
            "POST again when another cluster was deleted."
        )


class BeingMade(Unavailable):
    """Another request is making the same cluster and has not finished."""

    def __init__(self, name: str) -> None:
        super().__init__(f"Another request is just making {name}; make this one again.")


class AwsUnavailable(Unavailable):
    """AWS throttles, times out or fails, after the retries."""

    def __init__(self, service: str, problem: str) -> None:
        super().__init__(f"AWS is busy ({service}: {problem}); make the request again.")


class OutOfTime(AwsUnavailable):
    """The time that the caller waits is used up."""

    def __init__(self) -> None:
        super().__init__("all together", "no answer in time")


class StackLimitReached(Unavailable):
    """The account has no room for another stack."""

    def __init__(self, explanation: str) -> None:
        super().__init__(f"AWS has no room for another cluster: {explanation}")


class StackRefused(ClusterApiError):
    """CloudFormation will not have this stack: a fault of ours, not of the caller."""

    def __init__(self, code: str, explanation: str) -> None:
        self.explanation = explanation
        super().__init__(f"CloudFormation refused the stack ({code}): {explanation}")


class StackBusy(ClusterApiError):
    """The stack cannot be deleted in its present status; it can later."""

    def __init__(self, name: str) -> None:
        super().__init__(f"Stack {name} cannot be deleted just now; delete it again later.")


class UnreadableKey(ClusterApiError):
    """A private key that is not in OpenSSH's format. The message never quotes it."""

    def __init__(self, problem: str) -> None:
        super().__init__(
            f"A private key from EC2 {problem}; ask for KeyType=ed25519 and KeyFormat=pem."
        )


class RecordChanged(ClusterApiError):
    """The registry is not as it was read: read it again and decide again."""

    def __init__(self, record: str) -> None:
        super().__init__(f"{record} was changed meanwhile; read it and decide again.")


class ReservationRefused(ClusterApiError):
    """A stack that comes up is not the one that the registry waits for."""

    def __init__(self, project: str, creation: str, found: str) -> None:
        super().__init__(
            f"Creation {creation} of {project} is not wanted any more: the registry has {found}. "
            "This stack rolls back; POST makes another."
        )


class UnreadableChange(ClusterApiError):
    """The registry's stream has a change of something that is no record of ours."""

    def __init__(self, record: str, position: str, problem: str) -> None:
        super().__init__(
            f"The change of {record} at {position} of the registry's stream can't be read "
            f"({problem}). Nobody but this application's functions may write that table."
        )


class NothingTold(ClusterApiError):
    """The bus refused the first event of a batch; the log says why."""

    def __init__(self, position: str) -> None:
        super().__init__(
            f"The event of the change at {position} of the registry's stream was refused; "
            "it is tried again."
        )


def _shown(value: object) -> str:
    # A container may be nested too deep to be written again.
    match value:
        case dict():
            return "a JSON object"
        case list():
            return "a JSON list"
        case str() if len(value) > _SHOWN_CHARACTERS:
            return f"{json.dumps(value[:_SHOWN_CHARACTERS])}…"
    text = json.dumps(value)
    return text if len(text) <= _SHOWN_CHARACTERS else f"{text[:_SHOWN_CHARACTERS]}…"


def _some(names: Sequence[str]) -> str:
    more = len(names) - _LISTED_NAMES
    return _listed(map(_shown, names[:_LISTED_NAMES])) + (f" and {more} more" if more > 0 else "")


def _listed(names: Iterable[str]) -> str:
    return ", ".join(names)
