"""CloudFormation's event, read once and checked."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal, TypeAlias, TypedDict

from cluster_provider.errors import InvalidRequest
from cluster_provider.model import Configuration


class Properties(TypedDict, total=False):
    """What a template gives to Custom::ParallelCluster; CloudFormation makes strings of it all."""

    ServiceToken: str
    ClusterName: str
    ClusterConfiguration: str
    SuppressValidators: str
    RegistryId: str
    Creation: str
    SlurmRest: str


class ResourceEvent(TypedDict, total=False):
    """A request as CDK's Provider framework hands it on, and what `on_event` added to it."""

    RequestType: Literal["Create", "Update", "Delete"]
    StackId: str
    LogicalResourceId: str
    PhysicalResourceId: str
    ResourceProperties: Properties
    OldResourceProperties: Properties
    Began: str


class Began(StrEnum):
    """What `on_event` began; it travels to `is_complete` in the event, nothing else keeps it."""

    CREATE = "create"
    UPDATE = "update"
    DELETE = "delete"
    NOTHING = "nothing"


@dataclass(frozen=True, kw_only=True)
class Record:
    """The registry's item of this cluster: its sort key and the creation it must be of."""

    id: str
    creation: str


@dataclass(frozen=True, kw_only=True)
class Create:
    """Make the cluster."""

    name: str
    owner: str
    configuration: Configuration
    suppressed: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Update:
    """Change the cluster. `changed` is whether its configuration differs from the one before."""

    name: str
    owner: str
    configuration: Configuration
    suppressed: tuple[str, ...]
    changed: bool


@dataclass(frozen=True, kw_only=True)
class Delete:
    """Remove the cluster."""

    name: str
    owner: str


Request: TypeAlias = Create | Update | Delete


@dataclass(frozen=True, kw_only=True)
class Question:
    """Is what was begun complete?

    Attributes:
        name: the cluster's.
        owner: the custom resource itself.
        began: what was begun.
        serves_rest: whether its head node serves Slurm's REST API, and so has a certificate.
    """

    name: str
    owner: str
    began: Began
    serves_rest: bool


def parse_request(event: ResourceEvent) -> Request:
    """Read what to begin; InvalidRequest names the property, its value and what is allowed.

    An update to another ClusterName is a Create: CloudFormation deletes the old cluster afterwards.
    """
    owner = _owner(event)
    if event["RequestType"] == "Delete":
        return Delete(name=_name_to_delete(event), owner=owner)
    properties = event.get("ResourceProperties", {})
    name = _text(properties, "ClusterName")
    configuration = _configuration(properties)
    suppressed = _suppressed(properties)
    if event["RequestType"] == "Create" or name != event["PhysicalResourceId"]:
        return Create(name=name, owner=owner, configuration=configuration, suppressed=suppressed)
    return Update(
        name=name,
        owner=owner,
        configuration=configuration,
        suppressed=suppressed,
        changed=configuration != _configuration(event.get("OldResourceProperties", {})),
    )


def parse_question(event: ResourceEvent) -> Question:
    """Read what was begun: the request, as `on_event` answered it."""
    began = Began(event["Began"])
    name = _name_to_delete(event) if began is Began.DELETE else event["PhysicalResourceId"]
    serves_rest = event.get("ResourceProperties", {}).get("SlurmRest", "") == "true"
    return Question(name=name, owner=_owner(event), began=began, serves_rest=serves_rest)


def parse_record(event: ResourceEvent) -> Record | None:
    """Read which record to tell of a failure; None if the template names none."""
    properties = event.get("ResourceProperties", {})
    id_, creation = properties.get("RegistryId", ""), properties.get("Creation", "")
    return Record(id=id_, creation=creation) if id_ and creation else None


def subject_of(event: ResourceEvent) -> dict[str, str]:
    """Whom an event is about: `cluster`, and of which lab's project, as far as it tells.

    A RegistryId is `<vlab_id>/<project_id>`, in which neither holds a slash.
    """
    subject = {"cluster": _name_to_log(event)}
    match event.get("ResourceProperties", {}).get("RegistryId", "").split("/"):
        case [str(vlab_id), str(project_id)]:
            subject |= {"vlab_id": vlab_id, "project_id": project_id}
    return subject


def _name_to_log(event: ResourceEvent) -> str:
    name = event.get("ResourceProperties", {}).get("ClusterName")
    return str(name or event.get("PhysicalResourceId", ""))


def _name_to_delete(event: ResourceEvent) -> str:
    """The cluster's name; CloudFormation makes a physical id up where a creation was cancelled."""
    return event.get("ResourceProperties", {}).get("ClusterName") or event["PhysicalResourceId"]


def _owner(event: ResourceEvent) -> str:
    """The custom resource itself: the same in every request for it, and in no other stack.

    `<the last part of the stack's id, a UUID>/<logical id>`: an ARN may be too long for a tag.
    """
    return f"{event['StackId'].rsplit('/', 1)[-1]}/{event['LogicalResourceId']}"


def _text(properties: Properties, key: Literal["ClusterName", "ClusterConfiguration"]) -> str:
    value = properties.get(key)
    if not isinstance(value, str) or not value.strip():
        raise InvalidRequest(f"Property {key} is {value!r}; give it a text that is not empty.")
    return value


def _configuration(properties: Properties) -> Configuration:
    value = _json(_text(properties, "ClusterConfiguration"), "ClusterConfiguration")
    if not isinstance(value, dict):
        raise InvalidRequest(
            "Property ClusterConfiguration is JSON, but no object; "
            "give it a configuration of ParallelCluster as one JSON object in a string."
        )
    return value


def _suppressed(properties: Properties) -> tuple[str, ...]:
    value = _json(properties.get("SuppressValidators", "[]"), "SuppressValidators")
    if not isinstance(value, list) or not all(
        isinstance(item, str) and re.fullmatch(r"ALL|type:[A-Za-z0-9]+", item) for item in value
    ):
        raise InvalidRequest(
            f"Property SuppressValidators is {json.dumps(value)}; give it a JSON list "
            'of "type:<Validator>" or "ALL", in a string.'
        )
    return tuple(value)


def _json(text: str, key: str) -> object:
    try:
        return json.loads(text)
    except (TypeError, ValueError) as error:
        raise InvalidRequest(
            f"Property {key} is no JSON ({error}); give it JSON in a string."
        ) from error


def without_configuration(properties: Mapping[str, object]) -> dict[str, object]:
    """The properties that `is_complete` needs; see Provider.on_event."""
    kept = ("ClusterName", "RegistryId", "Creation", "SlurmRest")
    return {key: properties[key] for key in kept if key in properties}
