"""The functions of `lambdas/cluster_api`: one zip, an entry point and a role for each."""

from collections.abc import Mapping
from pathlib import Path

from aws_cdk import Duration
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from constructs import Construct

from cdk_app.settings import Settings

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


class ApiPackageFunction(lambda_.Function):
    """A function of the package `cluster_api`, as `make functions` built it.

    On AWS it runs on arm64; the embedded AWS runs it on this machine's own architecture.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        settings: Settings,
        module: str,
        timeout: Duration,
        environment: Mapping[str, str],
        description: str,
    ) -> None:
        on_aws = settings.provider.runtime == "image"
        super().__init__(
            scope,
            id_,
            description=description,
            runtime=lambda_.Runtime.PYTHON_3_13,
            architecture=lambda_.Architecture.ARM_64 if on_aws else lambda_.Architecture.X86_64,
            handler=f"cluster_api.{module}.handler",
            code=lambda_.Code.from_asset(
                str(BUILD / ("functions-aws" if on_aws else "functions-local") / "cluster_api")
            ),
            memory_size=1024,
            timeout=timeout,
            environment=dict(environment),
            log_group=logs.LogGroup(
                scope, f"{id_}Log", retention=LOG_RETENTION[settings.log_retention_days]
            ),
        )
