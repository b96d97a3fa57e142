"""What deletes the directories that clusters have left on EFS, some days after they went.

Two functions, since neither could do it alone: the registry and EFS's API are out of reach of the
private VPC, and the file system is in reach of nothing else.
"""

from aws_cdk import Duration
from aws_cdk import aws_efs as efs
from aws_cdk import aws_events as events
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from cdk_app.dead_letters import DeadLetters
from cdk_app.functions import ApiPackageFunction, FunctionPlace, PackageFunction
from cdk_app.network import Network
from cdk_app.registry import Registry
from cdk_app.settings import Settings

# Lambda wants it below /mnt (Lambda developer guide, "Configuring file system access").
_MOUNT_PATH = "/mnt/projects"


class DirectoryRetention(Construct):
    """Every night: a function that lists what is in use has another one delete what is not.

    The second one mounts the whole file system as root, through an access point that is its own.
    Nothing of AWS's API is open to it, and its security group lets it reach nothing else.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        settings: Settings,
        dead_letters: DeadLetters,
        keep_days: int,
        registry: Registry,
        network: Network,
        file_system: efs.FileSystem,
    ) -> None:
        super().__init__(scope, id_)
        self._settings = settings
        passes = self._passes(keep_days, network, file_system)
        # A list holds for a minute: a second try on the same would be refused.
        dead_letters.take_from(passes, retry_attempts=0)
        listing = self._listing(registry, file_system, passes)
        events.Rule(
            self,
            "Schedule",
            description="Every night",
            schedule=events.Schedule.cron(hour="2", minute="41"),
            targets=[dead_letters.target(listing, retry_attempts=0)],
        )

    def _passes(
        self, keep_days: int, network: Network, file_system: efs.FileSystem
    ) -> PackageFunction:
        # Whoever the function runs as, EFS takes it for root: clusters' files are their users' own.
        access_point = efs.AccessPoint(
            self,
            "Root",
            file_system=file_system,
            path="/",
            posix_user=efs.PosixUser(uid="0", gid="0"),
        )
        return PackageFunction(
            self,
            "Passes",
            settings=self._settings,
            package="project_directories",
            module="handler",
            description="Deletes the directories of clusters that are long gone",
            timeout=Duration.minutes(15),
            environment={"MOUNT_PATH": _MOUNT_PATH, "KEEP_DAYS": str(keep_days)},
            place=FunctionPlace(
                vpc=network.vpc, security_group=network.security_groups.directory_retention
            ),
            file_system=_mounted(access_point, file_system),
        )

    def _listing(
        self, registry: Registry, file_system: efs.FileSystem, passes: lambda_.Function
    ) -> ApiPackageFunction:
        function = ApiPackageFunction(
            self,
            "Listing",
            settings=self._settings,
            module="directory_listing",
            description="Lists the directories that clusters use",
            timeout=Duration.minutes(2),
            environment={
                "REGISTRY_TABLE": registry.table_name,
                "FILE_SYSTEM_ID": file_system.file_system_id,
                "RETENTION_FUNCTION_ARN": passes.function_arn,
            },
        )
        for statement in (
            *registry.reading("dynamodb:Query"),
            iam.PolicyStatement(
                sid="AccessPoints",
                actions=["elasticfilesystem:DescribeAccessPoints"],
                resources=[file_system.file_system_arn],
            ),
            iam.PolicyStatement(
                sid="BeginPass",
                actions=["lambda:InvokeFunction"],
                resources=[passes.function_arn],
            ),
        ):
            function.add_to_role_policy(statement)
        return function


def _mounted(access_point: efs.AccessPoint, file_system: efs.FileSystem) -> lambda_.FileSystem:
    """The file system, for a role that may mount it through this access point alone.

    CDK's own way would allow ClientMount on every file system, and ClientWrite through any access
    point. An access point whose user is root needs ClientRootAccess too (EFS user guide, "Enforcing
    a user identity using an access point").
    """
    return lambda_.FileSystem(
        arn=access_point.access_point_arn,
        local_mount_path=_MOUNT_PATH,
        policies=[
            iam.PolicyStatement(
                sid="MountAsRoot",
                actions=[
                    "elasticfilesystem:ClientMount",
                    "elasticfilesystem:ClientRootAccess",
                    "elasticfilesystem:ClientWrite",
                ],
                resources=[file_system.file_system_arn],
                conditions={
                    "StringEquals": {
                        "elasticfilesystem:AccessPointArn": access_point.access_point_arn
                    }
                },
            )
        ],
    )
