"""The functions that are zips: a package below `lambdas/`, an entry point and a role for each."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from aws_cdk import ArnFormat, Duration, Stack
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from constructs import Construct

from cdk_app.environment_stack import STACK_PREFIX
from cdk_app.settings import Settings
from hpc_constructs import write_own_logs_only

BUILD = Path(__file__).parent.parent / "build"

LOG_RETENTION = {
    1: logs.RetentionDays.ONE_DAY,
    7: logs.RetentionDays.ONE_WEEK,
    30: logs.RetentionDays.ONE_MONTH,
    90: logs.RetentionDays.THREE_MONTHS,
    180: logs.RetentionDays.SIX_MONTHS,
    365: logs.RetentionDays.ONE_YEAR,
    731: logs.RetentionDays.TWO_YEARS,
    1827: logs.RetentionDays.FIVE_YEARS,
}


@dataclass(frozen=True, kw_only=True)
class FunctionPlace:
    """Where in the VPC a function runs.

    Attributes:
        vpc: the VPC.
        security_group: who it may talk to.
    """

    vpc: ec2.IVpc
    security_group: ec2.ISecurityGroup


class PackageFunction(lambda_.Function):
    """A function of a package, as `make functions` built it.

    On AWS it runs on arm64; the embedded AWS runs it on this machine's own architecture.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        settings: Settings,
        package: str,
        module: str,
        entry: str = "handler",
        timeout: Duration,
        environment: Mapping[str, str],
        description: str,
        place: FunctionPlace | None = None,
        file_system: lambda_.FileSystem | None = None,
    ) -> None:
        on_aws = settings.provider.on_aws
        super().__init__(
            scope,
            id_,
            description=description,
            runtime=lambda_.Runtime.PYTHON_3_13,
            architecture=lambda_.Architecture.ARM_64 if on_aws else lambda_.Architecture.X86_64,
            handler=f"{package}.{module}.{entry}",
            code=lambda_.Code.from_asset(
                str(BUILD / ("functions-aws" if on_aws else "functions-local") / package)
            ),
            memory_size=1024,
            timeout=timeout,
            environment=dict(environment),
            log_group=logs.LogGroup(
                scope, f"{id_}Log", retention=LOG_RETENTION[settings.log_retention_days]
            ),
            vpc=place.vpc if place else None,
            vpc_subnets=ec2.SubnetSelection(subnet_group_name="Functions") if place else None,
            security_groups=[place.security_group] if place else None,
            filesystem=file_system,
            tracing=lambda_.Tracing.ACTIVE,
            # The runtime's own lines too: what a function dies of, and how long it took.
            logging_format=lambda_.LoggingFormat.JSON,
        )
        write_own_logs_only(self)
        if place:
            for statement in _be_in_the_vpc(Stack.of(self)):
                self.add_to_role_policy(statement)


class ApiPackageFunction(PackageFunction):
    """A function of `lambdas/cluster_api`."""

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        settings: Settings,
        module: str,
        entry: str = "handler",
        timeout: Duration,
        environment: Mapping[str, str],
        description: str,
    ) -> None:
        super().__init__(
            scope,
            id_,
            settings=settings,
            package="cluster_api",
            module=module,
            entry=entry,
            timeout=timeout,
            environment=environment,
            description=description,
        )


def _be_in_the_vpc(stack: Stack) -> list[iam.PolicyStatement]:
    """Let Lambda make a function's network interfaces, and not the function itself.

    Source: Lambda developer guide, "Giving Lambda functions access to resources in an Amazon VPC",
    "Required IAM permissions" and "Security best practices".
    """
    actions = [
        "ec2:CreateNetworkInterface",
        "ec2:DescribeNetworkInterfaces",
        "ec2:DescribeSubnets",
        "ec2:DeleteNetworkInterface",
        "ec2:AssignPrivateIpAddresses",
        "ec2:UnassignPrivateIpAddresses",
    ]
    functions = stack.format_arn(
        service="lambda",
        resource="function",
        resource_name=f"{STACK_PREFIX}*",
        arn_format=ArnFormat.COLON_RESOURCE_NAME,
    )
    return [
        iam.PolicyStatement(sid="BeInTheVpc", actions=actions, resources=["*"]),
        iam.PolicyStatement(
            sid="LambdaOnlyIsInTheVpc",
            effect=iam.Effect.DENY,
            actions=actions,
            resources=["*"],
            conditions={"ArnLike": {"lambda:SourceFunctionArn": functions}},
        ),
    ]
