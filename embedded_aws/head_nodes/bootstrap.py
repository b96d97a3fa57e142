"""What the node does between its boot, or an update of its cluster, and its signal."""

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import yaml
from botocore.exceptions import BotoCoreError, ClientError

from embedded_aws.head_nodes.custom_actions import fetch_scripts
from embedded_aws.head_nodes.machine import RECIPE, BootstrapError, Cluster, Machine, Say
from embedded_aws.head_nodes.role import NodeRole


@dataclass(frozen=True, kw_only=True)
class Bootstrap:
    """A head node at work.

    Attributes:
        machine: the node.
        instance_id: of EC2.
        say: writes on its console.
        stopped: when it is set, nothing more is begun.
    """

    machine: Machine
    instance_id: str
    say: Say
    stopped: threading.Event = field(default_factory=threading.Event)

    def create(self, attributes: Mapping[str, Any], role: NodeRole) -> None:
        """Boot: OnNodeStart, storage and Slurm, the fleet's status, OnNodeConfigured.

        Raises:
            BootstrapError: something fails; with the reason to signal.
        """
        cluster = self._read(attributes, role)
        self.machine.boot(cluster)
        self._run(cluster, "OnNodeStart", role)
        self.machine.configure(cluster, role)
        self._write_status(attributes, role, fleet=True)
        self._run(cluster, "OnNodeConfigured", role)

    def update(self, attributes: Mapping[str, Any], role: NodeRole) -> None:
        """Take over a changed configuration.

        Raises:
            BootstrapError: something fails; with the reason to signal.
        """
        cluster = self._read(attributes, role)
        self._write_status(attributes, role, fleet=False)
        self._run(cluster, "OnNodeUpdated", role)

    def _read(self, attributes: Mapping[str, Any], role: NodeRole) -> Cluster:
        """Fetch the cluster's configuration and the facts of its instance types, as published."""
        configuration, types = (
            self._fetch(attributes, role, attributes[f"{what}_s3_key"], attributes[version])
            for what, version in (
                ("cluster_config", "cluster_config_version"),
                ("instance_types_data", "instance_types_data_version"),
            )
        )
        return Cluster(
            configuration=yaml.safe_load(configuration),
            instance_types=yaml.safe_load(types),
            attributes=attributes,
        )

    def _fetch(self, attributes: Mapping[str, Any], role: NodeRole, key: str, version: str) -> str:
        bucket = attributes["cluster_s3_bucket"]
        which = {"VersionId": version} if version else {}
        try:
            answer = role.client("s3").get_object(Bucket=bucket, Key=key, **which)
            text: str = answer["Body"].read().decode()
        except (ClientError, BotoCoreError) as error:
            raise BootstrapError(
                f"{RECIPE} aws-parallelcluster-entrypoints::init "
                f"(s3://{bucket}/{key} version {version}: {error})"
            ) from error
        self.say(f"fetched s3://{bucket}/{key}")
        return text

    def _run(self, cluster: Cluster, event: str, role: NodeRole) -> None:
        actions = cluster.configuration["HeadNode"].get("CustomActions") or {}
        if event not in actions or self.stopped.is_set():
            return
        fetched = []
        for script in fetch_scripts(role, event, actions[event]):
            self.say(f"fetched {event} script {script.url}")
            fetched.append(script)
        for script in fetched:
            self.machine.run(script)

    def _write_status(self, attributes: Mapping[str, Any], role: NodeRole, *, fleet: bool) -> None:
        """Write what the library reads of a cluster: fleet's status, node's configuration."""
        now, table = str(datetime.now(UTC)), attributes["ddb_table"]
        version = {"cluster_config_version": {"S": attributes["cluster_config_version"]}}
        items = {
            f"CLUSTER_CONFIG.{self.instance_id}": {**version, "lastUpdateTime": {"S": now}},
            **(
                {"COMPUTE_FLEET": {"status": {"S": "RUNNING"}, "lastStatusUpdatedTime": {"S": now}}}
                if fleet
                else {}
            ),
        }
        dynamodb = role.client("dynamodb")
        for id_, data in items.items():
            try:
                dynamodb.put_item(TableName=table, Item={"Id": {"S": id_}, "Data": {"M": data}})
            except (ClientError, BotoCoreError) as error:
                raise BootstrapError(
                    f"{RECIPE} aws-parallelcluster-entrypoints::config ({id_} in {table}: {error})"
                ) from error
            self.say(f"wrote {id_} in table {table}")
