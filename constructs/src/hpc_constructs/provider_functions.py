"""Where the provider's code runs: in an image on AWS, or in a process of this machine."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Protocol, Self

from aws_cdk import Duration
from aws_cdk import aws_ecr as ecr
from aws_cdk import aws_ecr_assets as ecr_assets
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from constructs import Construct


class ProviderRuntime(Protocol):
    """Makes a function that runs one handler of `cluster_provider`."""

    def function(
        self,
        scope: Construct,
        id_: str,
        *,
        handler: str,
        timeout: Duration,
        environment: Mapping[str, str],
        log_group: logs.ILogGroup,
    ) -> lambda_.Function:
        """The function; `handler` is `module.function`."""
        ...


# Measured with ParallelCluster 3.16.1: 290 MiB for Python and 250 MiB for jsii's node, and 66 MiB
# of temporary files. AWS's own custom resource for ParallelCluster has 2048 MB too.
_MEMORY_MB = 2048


class ImageRuntime:
    """A container image, whose command is the handler."""

    def __init__(self, code: Callable[[Sequence[str]], lambda_.DockerImageCode]) -> None:
        """Take the image from `code`, which is given the command."""
        self._code = code

    @classmethod
    def built(cls, directory: Path, *, build_arguments: Mapping[str, str] | None = None) -> Self:
        """The image that `cdk deploy` builds from the Dockerfile in `directory`."""
        return cls(
            lambda command: lambda_.DockerImageCode.from_image_asset(
                str(directory),
                cmd=list(command),
                platform=ecr_assets.Platform.LINUX_AMD64,
                build_args=dict(build_arguments or {}),
            )
        )

    @classmethod
    def pushed(cls, repository: ecr.IRepository, *, tag_or_digest: str) -> Self:
        """An image of that Dockerfile in `repository`; a digest begins with `sha256:`."""
        return cls(
            lambda command: lambda_.DockerImageCode.from_ecr(
                repository, cmd=list(command), tag_or_digest=tag_or_digest
            )
        )

    def function(
        self,
        scope: Construct,
        id_: str,
        *,
        handler: str,
        timeout: Duration,
        environment: Mapping[str, str],
        log_group: logs.ILogGroup,
    ) -> lambda_.Function:
        """The function, of the image with `handler` as its command."""
        return lambda_.DockerImageFunction(
            scope,
            id_,
            code=self._code([handler]),
            architecture=lambda_.Architecture.X86_64,
            memory_size=_MEMORY_MB,
            timeout=timeout,
            environment=dict(environment),
            log_group=log_group,
            tracing=lambda_.Tracing.ACTIVE,
            logging_format=lambda_.LoggingFormat.JSON,
        )


class ProcessRuntime:
    """A process of the machine that plays AWS, in the provider's own environment.

    The `bootstrap` beside the sources starts the same entry point as the image.
    """

    def __init__(self, directory: Path) -> None:
        """Take `bootstrap` and `src/` from `directory`."""
        self._directory = directory

    def function(
        self,
        scope: Construct,
        id_: str,
        *,
        handler: str,
        timeout: Duration,
        environment: Mapping[str, str],
        log_group: logs.ILogGroup,
    ) -> lambda_.Function:
        """The function, whose `bootstrap` runs `handler`."""
        return lambda_.Function(
            scope,
            id_,
            runtime=lambda_.Runtime.PROVIDED_AL2023,
            code=lambda_.Code.from_asset(
                str(self._directory),
                exclude=["**/__pycache__", "tests", "requirements*", "Dockerfile", ".*", "*.md"],
            ),
            handler=handler,
            memory_size=_MEMORY_MB,
            timeout=timeout,
            environment=dict(environment),
            log_group=log_group,
            tracing=lambda_.Tracing.ACTIVE,
            logging_format=lambda_.LoggingFormat.JSON,
        )
