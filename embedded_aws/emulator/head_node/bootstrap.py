"""What the node does between its boot, or an update of its cluster, and its signal."""

import threading
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import yaml
from botocore.exceptions import BotoCoreError, ClientError

from embedded_aws.emulator.head_node.custom_actions import DownloadError, fetch_scripts
from embedded_aws.emulator.head_node.endpoint import RoleError, client, role_session
from embedded_aws.emulator.head_node.user_data import node_attributes

Say = Callable[[str], None]

RECIPE = "Failed to run chef recipe"  # what ParallelCluster's failure analysis looks for


class BootstrapError(Exception):
    """The text is the reason to signal."""


def bootstrap(
    instance: dict[str, Any],
    stack_name: str,
    logical_id: str,
    *,
    say: Say,
    stopped: threading.Event,
) -> None:
    """Boot: configuration, OnNodeStart, the fleet's status, OnNodeConfigured."""
    attributes = node_attributes(stack_name, logical_id)
    session = _session(instance)
    configuration = _configuration(session, attributes, say)
    _scripts(session, configuration, "OnNodeStart", say, stopped)
    _write_status(session, instance, attributes, say, fleet=True)
    _scripts(session, configuration, "OnNodeConfigured", say, stopped)


def update(
    instance: dict[str, Any],
    stack_name: str,
    logical_id: str,
    *,
    say: Say,
    stopped: threading.Event,
) -> None:
    """Take over a changed configuration."""
    attributes = node_attributes(stack_name, logical_id)
    session = _session(instance)
    configuration = _configuration(session, attributes, say)
    _write_status(session, instance, attributes, say, fleet=False)
    _scripts(session, configuration, "OnNodeUpdated", say, stopped)


def _session(instance: dict[str, Any]) -> Any:
    try:
        return role_session(instance)
    except RoleError as error:
        raise BootstrapError(f"Failed to bootstrap the head node: {error}") from error


def _configuration(session: Any, attributes: dict[str, Any], say: Say) -> dict[str, Any]:
    """Fetch the cluster's configuration and the facts of its instance types, in their versions."""
    bucket = attributes["cluster_s3_bucket"]
    wanted = (
        (attributes["cluster_config_s3_key"], attributes["cluster_config_version"]),
        (attributes["instance_types_data_s3_key"], attributes["instance_types_data_version"]),
    )
    s3, texts = client(session, "s3"), []
    for key, version in wanted:
        try:
            answer = s3.get_object(
                Bucket=bucket, Key=key, **({"VersionId": version} if version else {})
            )
            texts.append(answer["Body"].read().decode())
        except (ClientError, BotoCoreError) as error:
            raise BootstrapError(
                f"{RECIPE} aws-parallelcluster-entrypoints::init "
                f"(s3://{bucket}/{key} version {version}: {error})"
            ) from error
        say(f"fetched s3://{bucket}/{key}")
    configuration: dict[str, Any] = yaml.safe_load(texts[0])
    return configuration


def _scripts(
    session: Any, configuration: dict[str, Any], event: str, say: Say, stopped: threading.Event
) -> None:
    actions = configuration["HeadNode"].get("CustomActions") or {}
    if event not in actions or stopped.is_set():
        return
    try:
        for url in fetch_scripts(client(session, "s3"), event, actions[event]):
            say(f"fetched {event} script {url}")
    except DownloadError as error:
        raise BootstrapError(str(error)) from error


def _write_status(
    session: Any, instance: dict[str, Any], attributes: dict[str, Any], say: Say, *, fleet: bool
) -> None:
    """Write what the library reads of a cluster: the fleet's status, the node's configuration."""
    now, table = str(datetime.now(UTC)), attributes["ddb_table"]
    version = {"cluster_config_version": {"S": attributes["cluster_config_version"]}}
    items = {
        f"CLUSTER_CONFIG.{instance['InstanceId']}": {**version, "lastUpdateTime": {"S": now}},
        **(
            {"COMPUTE_FLEET": {"status": {"S": "RUNNING"}, "lastStatusUpdatedTime": {"S": now}}}
            if fleet
            else {}
        ),
    }
    dynamodb = client(session, "dynamodb")
    for id_, data in items.items():
        try:
            dynamodb.put_item(TableName=table, Item={"Id": {"S": id_}, "Data": {"M": data}})
        except (ClientError, BotoCoreError) as error:
            raise BootstrapError(
                f"{RECIPE} aws-parallelcluster-entrypoints::config ({id_} in {table}: {error})"
            ) from error
        say(f"wrote {id_} in table {table}")
