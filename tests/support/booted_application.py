"""The application on an embedded AWS whose head nodes boot, with the verbs that its tests need."""

import json
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from booted_node import BootedNode, wait_until
from deployed_application import Application, status_of
from embedded_aws import lifecycle
from embedded_aws.deployment import deploy
from embedded_aws.emulator_environment import Places
from embedded_aws.head_nodes.choice import HeadNodes
from embedded_aws.ports import free_port

PATIENCE_SECONDS = 600
Ids = Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class BootedApplication:
    """The application."""

    deployed: Application

    @property
    def state(self) -> Path:
        """Of its embedded AWS."""
        return self.deployed.aws.state

    def create(self, ids: Ids, **more: str) -> str:
        """Begin to create a cluster; its name."""
        answer = self.deployed.client.post(**ids, **more)
        assert answer.status == 200, answer.body
        return str(answer.body["cluster"]["clusterName"])

    def told(self, ids: Ids) -> dict[str, Any]:
        """What GET tells of a cluster."""
        return dict(self.deployed.client.get(**ids).body)

    def booted(self, ids: Ids) -> BootedNode:
        """The head node of a cluster, once that is created."""
        told = self._settled(ids)
        assert told["clusterStatus"] == "CREATE_COMPLETE", told["failures"]
        return BootedNode.up(self.state, told["clusterName"])

    def failed(self, ids: Ids) -> dict[str, Any]:
        """What GET tells of a cluster, once its creation has failed for a reason."""
        answer = self.deployed.wait(
            lambda answer: (
                status_of(answer) == "CREATE_COMPLETE"
                or (status_of(answer) == "CREATE_FAILED" and bool(answer.body["failures"]))
            ),
            seconds=PATIENCE_SECONDS,
            **ids,
        )
        assert status_of(answer) == "CREATE_FAILED"
        return dict(answer.body)

    def delete(self, ids: Ids) -> None:
        """Delete a cluster, and wait until it is gone."""
        assert self.deployed.client.delete(**ids).status == 200
        self.deployed.wait(lambda answer: answer.status == 404, seconds=PATIENCE_SECONDS, **ids)

    def directory(self, file_system_id: str) -> Path:
        """What a file system of EFS or FSx is on this machine."""
        return Places(self.state).file_systems / file_system_id

    def put(self, bucket: str, key: str, text: str) -> None:
        """Put an object into the bucket whose name has that part."""
        name = self._bucket(bucket)
        self.deployed.service("s3").put_object(Bucket=name, Key=key, Body=text.encode())

    def objects(self, bucket: str) -> dict[str, str]:
        """The objects of the bucket whose name has that part."""
        s3, name = self.deployed.service("s3"), self._bucket(bucket)
        keys = [each["Key"] for each in s3.list_objects_v2(Bucket=name)["Contents"]]
        return {key: s3.get_object(Bucket=name, Key=key)["Body"].read().decode() for key in keys}

    def hold_head_node(self, cluster: str, *, seconds: float) -> None:
        """Have the head node of a cluster wait before it does anything."""
        self.deployed.service("ssm").put_parameter(
            Name=f"/embedded-aws/head-nodes/{cluster}/boot-seconds",
            Value=str(seconds),
            Type="String",
        )

    def wait_for_instance(self, cluster: str) -> None:
        """Wait until the head node of a cluster is launched."""
        tag = {"Name": "tag:parallelcluster:cluster-name", "Values": [cluster]}
        ec2 = self.deployed.service("ec2")
        wait_until(
            lambda: bool(ec2.describe_instances(Filters=[tag])["Reservations"]), PATIENCE_SECONDS
        )

    @contextmanager
    def node_script(self, content: str | None) -> Iterator[None]:
        """Have another node script where it was published to, or none."""
        s3, (bucket, key) = self.deployed.service("s3"), self._node_script()
        before = s3.get_object(Bucket=bucket, Key=key)["Body"].read()
        if content is None:
            s3.delete_object(Bucket=bucket, Key=key)
        else:
            s3.put_object(Bucket=bucket, Key=key, Body=content.encode())
        try:
            yield
        finally:
            s3.put_object(Bucket=bucket, Key=key, Body=before)

    def record(self, node: BootedNode, job: int) -> dict[str, Any]:
        """The record of a job of a cluster's, once it is in CloudWatch Logs."""
        end = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < end:
            for record in self._records(node.record.cluster):
                if record["job_id"] == job:
                    return record
            time.sleep(0.5)
        raise AssertionError(node.run("journalctl", "--lines=20", "--unit=hpc-job-*").stdout)

    def _records(self, cluster: str) -> list[dict[str, Any]]:
        logs = self.deployed.service("logs")
        [group] = logs.describe_log_groups(logGroupNamePrefix=f"/hpc/jobs/{cluster}-")["logGroups"]
        pages = logs.get_paginator("filter_log_events").paginate(
            logGroupName=group["logGroupName"], logStreamNames=["jobs"]
        )
        return [json.loads(event["message"]) for page in pages for event in page["events"]]

    def _settled(self, ids: Ids) -> dict[str, Any]:
        answer = self.deployed.wait(
            lambda answer: status_of(answer) in ("CREATE_COMPLETE", "CREATE_FAILED"),
            seconds=PATIENCE_SECONDS,
            **ids,
        )
        return dict(answer.body)

    def _bucket(self, part: str) -> str:
        buckets = self.deployed.service("s3").list_buckets()["Buckets"]
        [name] = [each["Name"] for each in buckets if part in each["Name"]]
        return str(name)

    def _node_script(self) -> tuple[str, str]:
        """The one program among the assets."""
        s3, bucket = self.deployed.service("s3"), self._bucket("assets")
        keys = [each["Key"] for each in s3.list_objects_v2(Bucket=bucket)["Contents"]]
        [key] = [key for key in keys if key.endswith(".pyz")]
        return bucket, key


@contextmanager
def booted_application(state: Path) -> Iterator[BootedApplication]:
    """Deployed, until the end of the block."""
    aws = lifecycle.start(state, free_port(), head_nodes=HeadNodes.BOOTED)
    try:
        yield BootedApplication(deployed=Application.of(aws, deploy(aws, version="1.2.3-test")))
    finally:
        aws.stop()
