"""What CDK's provider framework tells the functions behind custom resources, and is told by them.

Source: aws-cdk-lib, README of the module `custom_resources`, "Provider framework".
"""

from typing import Generic, Literal, TypedDict, TypeVar

from cluster_api.model import Project


class OfCluster(TypedDict):
    """The properties that every custom resource of a project's stack has."""

    VlabId: str
    ProjectId: str
    Creation: str


Properties = TypeVar("Properties", bound=OfCluster)


class ResourceEvent(TypedDict, Generic[Properties]):
    """The parts of the framework's event that are read."""

    RequestType: Literal["Create", "Update", "Delete"]
    StackId: str
    PhysicalResourceId: str  # of an Update and a Delete, and whenever it is asked for completion
    ResourceProperties: Properties


class Made(TypedDict):
    """What the framework is told of the resource: its physical id."""

    PhysicalResourceId: str


class Completion(TypedDict):
    """What the framework is told of how far it is."""

    IsComplete: bool


def project_of(properties: OfCluster) -> Project:
    """Whose stack the resource is in."""
    return Project(vlab_id=properties["VlabId"], project_id=properties["ProjectId"])
