"""What the library makes of a configuration: its templates, and what it calls on the way."""

from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlparse

import yaml
from moto_world import MotoWorld, moto_world
from validation import in_world, zone_of

from cluster_provider.lifecycle import begin
from cluster_provider.pcluster_library import ParallelClusterLibrary
from cluster_provider.request import Create

NAME = "pcluster-lab-project-0a1b2c3d"
OWNER = "8c8f1c50-0d4c-4a9e-9b4f-1d2c3b4a5968/ParallelCluster"

# Where an action isn't called what boto3's operation is.
ACTIONS = {
    "efs": "elasticfilesystem",
    "secrets-manager": "secretsmanager",
    "s3:HeadBucket": "s3:ListBucket",
    "s3:HeadObject": "s3:GetObject",
    "s3:ListObjectsV2": "s3:ListBucket",
}
# Needs no permission.
FREE = {"sts:GetCallerIdentity"}


@dataclass(kw_only=True)
class Generated:
    """What came of a configuration.

    Attributes:
        configuration: what the library was given, with what was made up for moto (`validation`).
        templates: the root stack's and the nested ones'.
        calls: the library's, as IAM actions.
        trials: the parameters of each RunInstances that a validator tried.
    """

    configuration: dict[str, Any]
    templates: list[dict[str, Any]] = field(default_factory=list)
    calls: set[str] = field(default_factory=set)
    trials: list[dict[str, Any]] = field(default_factory=list)

    def properties(self) -> dict[str, set[str]]:
        """By type, every property that a resource of it has."""
        found: dict[str, set[str]] = {}
        for template in self.templates:
            for resource in template["Resources"].values():
                found.setdefault(resource["Type"], set()).update(resource.get("Properties", {}))
        return found


def generate(configuration: dict[str, Any], name: str = NAME) -> Generated:
    """Make, describe and delete a cluster of that configuration in a new world."""
    region = configuration["Region"]
    with moto_world(region, zone_of(region, configuration)) as world:
        generated = Generated(configuration=in_world(configuration, world))
        library = ParallelClusterLibrary(region=region)
        _watch(world, generated)
        create = Create(
            name=name, owner=OWNER, configuration=generated.configuration, suppressed=()
        )
        begin(create, library)
        library.describe(name)
        library.delete(name)
    return generated


def _watch(world: MotoWorld, generated: Generated) -> None:
    """Note every call from now on; of the stack only the tables are made."""
    ours = False

    def note(params: dict[str, Any], event_name: str, **_: object) -> dict[str, Any]:
        nonlocal ours
        if ours:
            return params
        _, service, operation = event_name.split(".")
        generated.calls |= {_action(service, operation)} - FREE
        if operation == "RunInstances":
            generated.trials.append(params)
        if operation != "CreateStack":
            return params
        ours = True
        generated.templates = _templates(world, params)
        ours = False
        return _with_tables_only(params, generated.templates[0])

    world.answer("provide-client-params", note)


def _with_tables_only(params: dict[str, Any], template: dict[str, Any]) -> dict[str, Any]:
    tables = {
        id_: resource
        for id_, resource in template["Resources"].items()
        if resource["Type"] == "AWS::DynamoDB::Table"
    }
    others = {k: v for k, v in params.items() if k not in {"TemplateURL", "Parameters"}}
    return {**others, "TemplateBody": yaml.safe_dump({"Resources": tables})}


def _action(service: str, operation: str) -> str:
    called = f"{ACTIONS.get(service, service)}:{operation}"
    return ACTIONS.get(called, called)


def _templates(world: MotoWorld, params: dict[str, Any]) -> list[dict[str, Any]]:
    """The root stack's, and every asset that is a template too."""
    url = urlparse(params["TemplateURL"])
    bucket = url.netloc.split(".s3.", 1)[0]
    s3 = world.client("s3")

    def read(key: str) -> dict[str, Any]:
        return dict(yaml.safe_load(s3.get_object(Bucket=bucket, Key=key)["Body"].read()))

    keys = [item["Key"] for item in s3.list_objects_v2(Bucket=bucket)["Contents"]]
    return [read(url.path.lstrip("/")), *(read(key) for key in keys if "/assets/" in key)]
