"""Clusters' scratch on the deployed application: written, exported, lost never."""

import json
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Self

from deployed_application import Application, status_of, wait_until
from embedded_aws.emulator_environment import Places
from lustre import ORDERS, write

# Of several clusters that are made at once.
CREATION_SECONDS = 240
FILES = {"a": "1", "results/b": "2"}


@dataclass(frozen=True, kw_only=True)
class Scratch:
    """A cluster's Lustre file system, with files that its nodes wrote."""

    application: Application
    ids: dict[str, str]
    cluster_name: str
    file_system_id: str
    bucket: str

    @classmethod
    def of(cls, application: Application, **ids: str) -> Self:
        """That of a cluster, once it is complete, and its files."""
        cluster = application.wait(
            lambda answer: status_of(answer) == "CREATE_COMPLETE", seconds=CREATION_SECONDS, **ids
        ).body
        [bucket] = [
            bucket["Name"]
            for bucket in application.service("s3").list_buckets()["Buckets"]
            if "shareddata-scratch" in bucket["Name"]
        ]
        scratch = cls(
            application=application,
            ids=ids,
            cluster_name=cluster["clusterName"],
            file_system_id=cluster["clusterFsxId"],
            bucket=bucket,
        )
        for name, text in FILES.items():
            directory = Places(application.aws.state).file_systems / scratch.file_system_id
            write(directory, f"scratch/{name}", text)
        return scratch

    @property
    def stack_prefix(self) -> str:
        """What the name of the project's stack begins with."""
        return self.cluster_name.replace("pcluster-", "hpc-", 1)

    @property
    def shown(self) -> Any:
        """The cluster as GET tells it."""
        return self.application.client.get(**self.ids).body

    def order(self, **wanted: object) -> None:
        """Say how its exports shall go."""
        self.application.service("ssm").put_parameter(
            Name=self._order, Value=json.dumps(wanted), Type="String", Overwrite=True
        )

    def revoke(self) -> None:
        """Let exports go as they usually do."""
        self.application.service("ssm").delete_parameter(Name=self._order)

    def wait_for_export(self, state: str, files_exported: int = 0) -> Any:
        """Poll GET until the export has that state, and so many files; the export."""

        def has_come(answer: Any) -> bool:
            export = (answer.body.get("data") or {}).get("export") or {}
            seen = export.get("state"), export.get("filesExported")
            return seen == (state, files_exported)

        return self.application.wait(has_come, **self.ids).body["data"]["export"]

    def wait_until_gone(self) -> None:
        """Until there is neither cluster nor stack, nor file system."""
        self.application.wait_until_gone(**self.ids)
        self.application.wait_until_stack_is_gone(self.stack_prefix)
        wait_until(lambda: self.file_system_id not in self._file_systems())

    def is_there(self) -> bool:
        """Whether the file system is."""
        return self.file_system_id in self._file_systems()

    def exported(self) -> dict[str, str]:
        """The project's files that are in the bucket, by their names below scratch."""
        s3 = self.application.service("s3")
        prefix = f"{self.ids['vlab_id']}/{self.ids['project_id']}/"
        listed = s3.list_objects_v2(Bucket=self.bucket, Prefix=prefix).get("Contents", [])
        return {
            item["Key"].removeprefix(prefix): s3.get_object(Bucket=self.bucket, Key=item["Key"])[
                "Body"
            ]
            .read()
            .decode()
            for item in listed
            if ".export-reports/" not in item["Key"] and not item["Key"].endswith("/")
        }

    def receipt(self) -> Any:
        """The receipt in the bucket; there is one of a creation."""
        s3 = self.application.service("s3")
        prefix = f".receipts/{self.ids['vlab_id']}/{self.ids['project_id']}/"
        [item] = s3.list_objects_v2(Bucket=self.bucket, Prefix=prefix)["Contents"]
        return json.loads(s3.get_object(Bucket=self.bucket, Key=item["Key"])["Body"].read())

    def kill_the_workflow(self) -> None:
        """Stop its execution, and let so much time pass that it counts as dead."""
        states = self.application.service("stepfunctions")
        [machine] = [
            machine["stateMachineArn"]
            for machine in states.list_state_machines()["stateMachines"]
            if "Deletions" in machine["name"]
        ]
        executions = states.list_executions(stateMachineArn=machine, statusFilter="RUNNING")
        [running] = executions["executions"]
        states.stop_execution(executionArn=running["executionArn"])
        # A step that is being taken is not stopped with it.
        time.sleep(1)
        self.application.service("dynamodb").update_item(
            TableName=self.application.deployment.registry_table,
            Key={"kind": {"S": "cluster"}, "id": {"S": "/".join(self._project)}},
            UpdateExpression="SET #export.checked_at = :then",
            ExpressionAttributeNames={"#export": "export"},
            ExpressionAttributeValues={
                ":then": {"S": (datetime.now(UTC) - timedelta(hours=1)).isoformat()}
            },
        )

    def delete_the_stack_by_hand(self) -> None:
        """As somebody might who doesn't know the API."""
        cloudformation = self.application.service("cloudformation")
        [stack] = [
            stack["StackId"]
            for stack in cloudformation.describe_stacks()["Stacks"]
            if stack["StackName"].startswith(self.stack_prefix)
        ]
        cloudformation.delete_stack(StackName=stack)

    @property
    def _project(self) -> tuple[str, str]:
        return self.ids["vlab_id"], self.ids["project_id"]

    @property
    def _order(self) -> str:
        return f"{ORDERS}/{self.file_system_id}/exports"

    def _file_systems(self) -> set[str]:
        found = self.application.service("fsx").describe_file_systems()["FileSystems"]
        return {file_system["FileSystemId"] for file_system in found}
