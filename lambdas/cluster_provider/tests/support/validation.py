"""What ParallelCluster itself says of a configuration, in an AWS that has what it names.

A rendered configuration holds placeholders where a stack has ids. Before it is validated, each is
made in a MotoWorld:

| in the configuration | becomes |
|---|---|
| `subnet-…` | the world's one subnet |
| `sg-…` | the world's one security group |
| `EfsSettings.FileSystemId` | a new EFS with a mount target in the subnet |
| `FsxLustreSettings.FileSystemId` | a Lustre file system of that very id |
| `CustomS3Bucket`, `S3Access[].BucketName` | a versioned bucket of that name |
| `Script: s3://…` | an object of that key |
| `KeyName` below `Ssh` | an ED25519 key pair of that name |
| `arn:aws:iam::<account>:policy/<name>` | a managed policy of that name in moto's account |
| `PasswordSecretArn` | a new secret |
| `CustomAmi` | left out: the official image is taken |
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import pcluster.lib as pc
from moto_world import MotoWorld, moto_world
from pcluster.api.errors import (
    CreateClusterBadRequestException,
    DryrunOperationException,
)
from pcluster.utils import retrieve_supported_regions


@dataclass(frozen=True, kw_only=True)
class Message:
    """One message of ParallelCluster's validators."""

    level: str
    validator: str
    text: str


def validate_under_moto(
    configuration: dict[str, Any], *, suppressed: Sequence[str] = ()
) -> list[Message]:
    """Every message that `create_cluster(dryrun=True)` gives; an ERROR among them is a refusal."""
    region = configuration["Region"]
    with moto_world(region, zone_of(region, configuration)) as world:
        concrete = in_world(configuration, world)
        retrieve_supported_regions.cache = [region]
        arguments = {"suppress_validators": [*suppressed]} if suppressed else {}
        try:
            pc.create_cluster(
                cluster_name="pcluster-lab-project-0a1b2c3d",
                cluster_configuration=concrete,
                dryrun=True,
                **arguments,
            )
        except DryrunOperationException as passed:
            found = passed.content.validation_messages
        except CreateClusterBadRequestException as refused:
            found = refused.content.configuration_validation_errors or []
            if not found:
                return [Message(level="ERROR", validator="", text=refused.content.message)]
    return [Message(level=m.level, validator=m.type, text=m.message) for m in found or []]


def in_world(configuration: dict[str, Any], world: MotoWorld) -> dict[str, Any]:
    """The configuration with its placeholders replaced by what the world has; see above."""
    image = {k: v for k, v in configuration.get("Image", {}).items() if k != "CustomAmi"}
    concrete = _walk({**configuration, "Image": image}, world)
    assert isinstance(concrete, dict)
    return concrete


def _walk(value: object, world: MotoWorld, key: str = "", parent: str = "") -> object:
    match value:
        case dict():
            return {k: _walk(v, world, k, key) for k, v in value.items()}
        case list():
            return [_walk(item, world, key, parent) for item in value]
        case str():
            return _text(value, world, key, parent)
        case _:
            return value


def _text(value: str, world: MotoWorld, key: str, parent: str) -> str:
    match key, parent:
        case "FileSystemId", "EfsSettings":
            return world.elastic_file_system()
        case "FileSystemId", "FsxLustreSettings":
            world.lustre_file_system(value)
        case (("CustomS3Bucket" | "BucketName"), _):
            world.bucket(value)
        case "KeyName", "Ssh":
            world.key_pair(value)
        case "Script", _ if value.startswith("s3://"):
            world.object(*value.removeprefix("s3://").split("/", 1))
        case "PasswordSecretArn", _:
            return world.secret("database")
    if re.fullmatch(r"subnet-[0-9a-z]+", value):
        return world.subnet
    if re.fullmatch(r"sg-[0-9a-z]+", value):
        return world.security_group
    if found := re.fullmatch(r"arn:aws:iam::\d{12}:policy/(.+)", value):
        return world.policy(found[1])
    return value


def zone_of(region: str, configuration: dict[str, Any]) -> str:
    """The first zone of the region that offers every instance type of the configuration."""
    types = set(_instance_types(configuration))
    offered = _offered(region)
    zones = [zone for zone in sorted(offered) if types <= offered[zone]]
    assert zones, f"No zone of {region} offers all of {sorted(types)}."
    return zones[0]


@cache
def _offered(region: str) -> dict[str, set[str]]:
    """The instance types of each zone; they are in moto, not in a world, so once will do."""
    offered: dict[str, set[str]] = {}
    with moto_world(region) as world:
        pages = world.client("ec2").get_paginator("describe_instance_type_offerings")
        for page in pages.paginate(LocationType="availability-zone"):
            for offering in page["InstanceTypeOfferings"]:
                offered.setdefault(offering["Location"], set()).add(offering["InstanceType"])
    return offered


def _instance_types(value: object) -> list[str]:
    match value:
        case dict():
            own = [v for k, v in value.items() if k == "InstanceType"]
            return own + [t for v in value.values() for t in _instance_types(v)]
        case list():
            return [t for item in value for t in _instance_types(item)]
        case _:
            return []
