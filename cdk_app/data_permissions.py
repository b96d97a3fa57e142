"""What our functions may do with clusters' file systems and with what is kept of them.

FSx knows no resource of what describes; a task bears no tag, so any task may be begun and cancelled
where its file system's tag allows. Source: Service Authorization Reference, "Actions, resources,
and condition keys for Amazon FSx".
"""

from collections.abc import Sequence

from aws_cdk import Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_stepfunctions as sfn

from cdk_app.key_permissions import through_s3
from cdk_app.registry import Registry

# Every stack of a cluster has it, and CloudFormation gives it to all that the stack makes.
OF_A_CLUSTER = {"StringLike": {"aws:ResourceTag/hpc:cluster": "pcluster-*"}}
# As `cluster_api` has them: receipt.key_of, export_attempts.Order.report_path.
_RECEIPTS, _REPORTS = ".receipts/*", "*/.export-reports/*"


class DataPermissions:
    """Statements with the ARNs of one account and region, and of one scratch bucket."""

    def __init__(self, stack: Stack, scratch: s3.IBucket) -> None:
        """Take account, region and partition from `stack`."""
        self._scratch = scratch
        self._file_systems, self._associations, self._tasks = (
            stack.format_arn(service="fsx", resource=kind, resource_name=name)
            for kind, name in (("file-system", "*"), ("association", "*/*"), ("task", "*"))
        )

    def update_record(self, registry: Registry) -> list[iam.PolicyStatement]:
        """Read a cluster's record and change it."""
        return registry.writing("dynamodb:GetItem", "dynamodb:UpdateItem")

    def change_links(self) -> iam.PolicyStatement:
        """Say what a cluster's file system imports and exports by itself."""
        return iam.PolicyStatement(
            sid="ChangeLinks",
            actions=["fsx:UpdateDataRepositoryAssociation"],
            resources=[self._associations],
            conditions=OF_A_CLUSTER,
        )

    def begin_tasks(self) -> list[iam.PolicyStatement]:
        """Begin tasks of a cluster's file system."""
        create = ["fsx:CreateDataRepositoryTask"]
        return [
            iam.PolicyStatement(
                sid="BeginOnFileSystems",
                actions=create,
                resources=[self._file_systems],
                conditions=OF_A_CLUSTER,
            ),
            iam.PolicyStatement(sid="BeginTasks", actions=create, resources=[self._tasks]),
        ]

    def cancel_tasks(self) -> iam.PolicyStatement:
        """Cancel a task."""
        return iam.PolicyStatement(
            sid="CancelTasks", actions=["fsx:CancelDataRepositoryTask"], resources=[self._tasks]
        )

    def keep_receipts(self) -> list[iam.PolicyStatement]:
        """Write receipts, and read which files FSx could not export."""
        return [
            iam.PolicyStatement(
                sid="KeepReceipts",
                actions=["s3:PutObject"],
                resources=[self._scratch.arn_for_objects(_RECEIPTS)],
            ),
            iam.PolicyStatement(
                sid="ReadReports",
                actions=["s3:GetObject"],
                resources=[self._scratch.arn_for_objects(_REPORTS)],
            ),
            self._find_objects(),
        ]

    def read_receipts(self) -> list[iam.PolicyStatement]:
        """Read receipts."""
        return [
            iam.PolicyStatement(
                sid="ReadReceipts",
                actions=["s3:GetObject"],
                resources=[self._scratch.arn_for_objects(_RECEIPTS)],
            ),
            self._find_objects(),
        ]

    def _find_objects(self) -> iam.PolicyStatement:
        """Without it S3 says of what isn't there that it is forbidden."""
        return iam.PolicyStatement(
            sid="FindObjects", actions=["s3:ListBucket"], resources=[self._scratch.bucket_arn]
        )


def look_at_lustre(*what: str) -> iam.PolicyStatement:
    """See how file systems, their associations or their tasks are."""
    return iam.PolicyStatement(
        sid="LookAtLustre", actions=[f"fsx:Describe{name}" for name in what], resources=["*"]
    )


def begin_workflow(deletions: sfn.IStateMachine) -> iam.PolicyStatement:
    """Begin the workflow of a deletion."""
    return iam.PolicyStatement(
        sid="BeginDeletions",
        actions=["states:StartExecution"],
        resources=[deletions.state_machine_arn],
    )


def decrypt_receipts(keys: Sequence[kms.IKey]) -> iam.PolicyStatement:
    """Have S3 decrypt what lies in the scratch bucket."""
    return through_s3(keys, "DecryptReceipts", "kms:Decrypt")


def encrypt_receipts(keys: Sequence[kms.IKey]) -> iam.PolicyStatement:
    """Have S3 encrypt too."""
    return through_s3(keys, "EncryptReceipts", "kms:Decrypt", "kms:GenerateDataKey")
