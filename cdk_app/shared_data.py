"""Stack `SharedData`: what outlives every cluster: file system, buckets, accounting database."""

from string import ascii_letters, digits

from aws_cdk import Duration
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_efs as efs
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from constructs import Construct

from cdk_app.accounting_database import AccountingDatabase
from cdk_app.environment_stack import EnvironmentStack
from cdk_app.keys import Keys
from cdk_app.network import Network
from cdk_app.settings import Settings

_INFREQUENT_ACCESS = {
    1: efs.LifecyclePolicy.AFTER_1_DAY,
    7: efs.LifecyclePolicy.AFTER_7_DAYS,
    14: efs.LifecyclePolicy.AFTER_14_DAYS,
    30: efs.LifecyclePolicy.AFTER_30_DAYS,
    60: efs.LifecyclePolicy.AFTER_60_DAYS,
    90: efs.LifecyclePolicy.AFTER_90_DAYS,
    180: efs.LifecyclePolicy.AFTER_180_DAYS,
    270: efs.LifecyclePolicy.AFTER_270_DAYS,
    365: efs.LifecyclePolicy.AFTER_365_DAYS,
}


class SharedData(EnvironmentStack):
    """Where all projects' data lives, each in its own directory and under its own prefix.

    Attributes:
        file_system: EFS; a directory a project.
        artifacts: ParallelCluster's configurations and templates; versioned, as it demands.
        scratch: what clusters compute, made here or existing.
        accounting: where Slurm's accounting is kept, if the settings have it.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        settings: Settings,
        network: Network,
        keys: Keys,
    ) -> None:
        super().__init__(scope, id_, settings=settings, description="What outlives every cluster")
        self._storage = settings.storage
        key = keys.data
        self.file_system = self._file_system(network, key)
        # Without our key: S3 would deliver no access logs to it.
        self._access_logs = self._bucket("AccessLogs")
        self.artifacts = self._bucket(
            "Artifacts", key=key, server_access_logs_bucket=self._access_logs
        )
        self.scratch = self._scratch(key)
        self.accounting = (
            AccountingDatabase(
                self,
                "Accounting",
                settings=settings,
                accounting=settings.accounting,
                network=network,
                data_key=keys.data,
                secrets_key=keys.secrets,
                removal=self.removal,
            )
            if settings.accounting
            else None
        )

    def _file_system(self, network: Network, key: kms.IKey) -> efs.FileSystem:
        return efs.FileSystem(
            self,
            "FileSystem",
            vpc=network.vpc,
            vpc_subnets=ec2.SubnetSelection(subnet_group_name="Storage"),
            security_group=network.security_groups.efs,
            encrypted=True,
            kms_key=key,
            enable_automatic_backups=True,
            lifecycle_policy=_INFREQUENT_ACCESS[self._storage.infrequent_access_days],
            out_of_infrequent_access_policy=efs.OutOfInfrequentAccessPolicy.AFTER_1_ACCESS,
            removal_policy=self.removal,
            # CDK would let everybody write as root who may mount. With denials only, nobody may
            # what his own policy doesn't allow: whoever has none may nothing.
            allow_anonymous_access=True,
            file_system_policy=iam.PolicyDocument(
                statements=[
                    iam.PolicyStatement(
                        sid="OnlyEncryptedConnections",
                        effect=iam.Effect.DENY,
                        principals=[iam.AnyPrincipal()],
                        actions=["*"],
                        conditions={"Bool": {"aws:SecureTransport": "false"}},
                    ),
                    iam.PolicyStatement(
                        sid="OnlyThroughAccessPoints",
                        effect=iam.Effect.DENY,
                        principals=[iam.AnyPrincipal()],
                        actions=["elasticfilesystem:ClientMount"],
                        conditions={"Null": {"elasticfilesystem:AccessPointArn": "true"}},
                    ),
                    iam.PolicyStatement(
                        sid="OnlyThroughMountTargets",
                        effect=iam.Effect.DENY,
                        principals=[iam.AnyPrincipal()],
                        actions=["elasticfilesystem:Client*"],
                        conditions={"Bool": {"elasticfilesystem:AccessedViaMountTarget": "false"}},
                    ),
                ]
            ),
        )

    def _scratch(self, key: kms.IKey) -> s3.IBucket:
        existing, days = self._storage.scratch_bucket, self._storage.scratch_expiration_days
        if existing:
            return s3.Bucket.from_bucket_name(self, "Scratch", existing)
        bucket = self._bucket("Scratch", key=key, server_access_logs_bucket=self._access_logs)
        # A rule takes no exception. Ids of labs begin with one of these, `.receipts/` doesn't.
        for character in ascii_letters + digits if days else ():
            bucket.add_lifecycle_rule(
                id=f"forget-scratch-{character}",
                prefix=character,
                expiration=Duration.days(days or 0),
            )
        return bucket

    def _bucket(
        self,
        id_: str,
        *,
        key: kms.IKey | None = None,
        server_access_logs_bucket: s3.IBucket | None = None,
    ) -> s3.Bucket:
        return s3.Bucket(
            self,
            id_,
            versioned=True,
            encryption=s3.BucketEncryption.KMS if key else s3.BucketEncryption.S3_MANAGED,
            encryption_key=key,
            # One call of KMS for many objects, instead of one for each.
            bucket_key_enabled=bool(key),
            block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
            enforce_ssl=True,
            server_access_logs_bucket=server_access_logs_bucket,
            server_access_logs_prefix=f"{id_.lower()}/" if server_access_logs_bucket else None,
            removal_policy=self.removal,
            lifecycle_rules=[
                s3.LifecycleRule(
                    id="forget-old-versions",
                    noncurrent_version_expiration=Duration.days(
                        self._storage.noncurrent_version_days
                    ),
                    abort_incomplete_multipart_upload_after=Duration.days(7),
                )
            ],
        )
