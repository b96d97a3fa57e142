"""Stack `SharedData`: what outlives every cluster: the shared file system, buckets, the key."""

from collections.abc import Sequence

from aws_cdk import Duration, RemovalPolicy
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_efs as efs
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from constructs import Construct

from cdk_app.environment_stack import EnvironmentStack
from cdk_app.network import Network
from cdk_app.settings import Settings


class SharedData(EnvironmentStack):
    """Where all projects' data lives, each in its own directory and under its own prefix.

    Attributes:
        file_system: EFS; a directory a project.
        artifacts: ParallelCluster's configurations and templates; versioned, as it demands.
        scratch: what clusters compute, made here or existing.
        secrets_key: encrypts the private SSH keys.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        settings: Settings,
        network: Network,
        callers: Sequence[str],
    ) -> None:
        super().__init__(scope, id_, settings=settings, description="What outlives every cluster")
        self._removal = (
            RemovalPolicy.RETAIN if settings.storage.keep_data else RemovalPolicy.DESTROY
        )
        self.file_system = self._file_system(network)
        self._access_logs = self._bucket("AccessLogs")
        self.artifacts = self._bucket("Artifacts", server_access_logs_bucket=self._access_logs)
        self.scratch = self._scratch(settings.storage.scratch_bucket)
        self.secrets_key = self._secrets_key(callers)

    def _file_system(self, network: Network) -> efs.FileSystem:
        return efs.FileSystem(
            self,
            "FileSystem",
            vpc=network.vpc,
            vpc_subnets=ec2.SubnetSelection(subnet_group_name="Storage"),
            security_group=network.security_groups.efs,
            encrypted=True,
            enable_automatic_backups=True,
            lifecycle_policy=efs.LifecyclePolicy.AFTER_30_DAYS,
            out_of_infrequent_access_policy=efs.OutOfInfrequentAccessPolicy.AFTER_1_ACCESS,
            removal_policy=self._removal,
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
                ]
            ),
        )

    def _scratch(self, existing: str | None) -> s3.IBucket:
        if existing:
            return s3.Bucket.from_bucket_name(self, "Scratch", existing)
        return self._bucket("Scratch", server_access_logs_bucket=self._access_logs)

    def _bucket(
        self, id_: str, *, server_access_logs_bucket: s3.IBucket | None = None
    ) -> s3.Bucket:
        return s3.Bucket(
            self,
            id_,
            versioned=True,
            encryption=s3.BucketEncryption.S3_MANAGED,
            block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
            enforce_ssl=True,
            server_access_logs_bucket=server_access_logs_bucket,
            server_access_logs_prefix=f"{id_.lower()}/" if server_access_logs_bucket else None,
            removal_policy=self._removal,
            lifecycle_rules=[
                s3.LifecycleRule(
                    id="forget-old-versions",
                    noncurrent_version_expiration=Duration.days(30),
                    abort_incomplete_multipart_upload_after=Duration.days(7),
                )
            ],
        )

    def _secrets_key(self, callers: Sequence[str]) -> kms.Key:
        key = kms.Key(
            self,
            "SecretsKey",
            description="Private SSH keys of clusters",
            enable_key_rotation=True,
            removal_policy=self._removal,
        )
        for caller in callers:
            # Named here, or the callers could read the secret and not decrypt it.
            key.add_to_resource_policy(
                iam.PolicyStatement(
                    principals=[iam.ArnPrincipal(caller)],
                    actions=["kms:Decrypt"],
                    resources=["*"],
                    conditions={
                        "StringEquals": {
                            "kms:ViaService": f"secretsmanager.{self.region}.amazonaws.com"
                        }
                    },
                )
            )
        return key
