"""The custom resource that makes what is in a bucket visible on Lustre."""

import os

from aws_lambda_powertools.utilities.typing import LambdaContext

from cluster_api.aws import clients
from cluster_api.aws.data_repositories import FsxDataRepositories
from cluster_api.aws.registry import DynamoRegistry
from cluster_api.custom_resource import (
    Completion,
    Made,
    OfCluster,
    ResourceEvent,
    project_of,
)
from cluster_api.entry_point import entry_point
from cluster_api.imports import Import, MetadataImports
from cluster_api.settings import ImportSettings, parse_import_settings
from cluster_api.subject import is_about


class Properties(OfCluster):
    """The properties of the resource.

    `Path` is a directory of the file system, `RepositoryPath` the `s3://bucket/prefix/` that is
    linked to it. `Wait` is `true` or `false`, since CloudFormation gives texts only.
    """

    FileSystemId: str
    Path: str
    RepositoryPath: str
    Wait: str


ImportEvent = ResourceEvent[Properties]


def begin(event: ImportEvent, imports: MetadataImports) -> Made:
    """Begin an import, or cancel it; an update imports nothing again."""
    wanted = _wanted(event)
    match event["RequestType"]:
        case "Create":
            imports.begin(wanted)
            return {"PhysicalResourceId": wanted.token}
        case "Delete":
            imports.end(wanted)
        case "Update":
            pass
    return {"PhysicalResourceId": event["PhysicalResourceId"]}


def ask(event: ImportEvent, imports: MetadataImports) -> Completion:
    """How far it is."""
    wanted = _wanted(event)
    match event["RequestType"]:
        case "Create":
            return {"IsComplete": imports.is_complete(wanted)}
        case "Delete":
            return {"IsComplete": imports.is_ended(wanted)}
        case "Update":
            return {"IsComplete": True}


def _wanted(event: ImportEvent) -> Import:
    properties = event["ResourceProperties"]
    is_about(project_of(properties))
    return Import(
        project=project_of(properties),
        creation=properties["Creation"],
        file_system_id=properties["FileSystemId"],
        path=properties["Path"],
        repository_path=properties["RepositoryPath"],
        awaited=properties["Wait"] == "true",
    )


def build_imports(settings: ImportSettings) -> MetadataImports:
    """The imports with the real AWS behind them."""
    return MetadataImports(
        registry=DynamoRegistry(client=clients.dynamodb(), table=settings.registry_table),
        repositories=FsxDataRepositories(client=clients.fsx),
    )


_imports = build_imports(parse_import_settings(os.environ))


@entry_point
def on_event(event: ImportEvent, _: LambdaContext) -> Made:
    """What CDK's provider framework calls for each event of the resource; it reports a raise."""
    return begin(event, _imports)


@entry_point
def is_complete(event: ImportEvent, _: LambdaContext) -> Completion:
    """What CDK's provider framework asks until it is complete; it reports a raise."""
    return ask(event, _imports)
