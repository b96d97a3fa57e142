"""What the cluster provider runs as: an image, pushed or built by CDK, or a process."""

from pathlib import Path

from aws_cdk import aws_ecr as ecr
from constructs import Construct

from cdk_app.image_repository import REPOSITORY_NAME
from cdk_app.settings import ProviderSettings
from hpc_constructs import ImageRuntime, ProcessRuntime, ProviderRuntime

_DIRECTORY = Path(__file__).parent.parent / "lambdas" / "cluster_provider"


def provider_runtime(scope: Construct, provider: ProviderSettings, version: str) -> ProviderRuntime:
    """As the settings say."""
    match provider.runtime:
        case "image" if provider.image:
            # By its name: CDK would let Lambda into an object of ours for anybody's functions.
            repository = ecr.Repository.from_repository_name(
                scope, "ProviderImages", REPOSITORY_NAME
            )
            return ImageRuntime.pushed(repository, tag_or_digest=provider.image)
        case "image":
            return ImageRuntime.built(_DIRECTORY, build_arguments={"VERSION": version})
        case "process":
            return ProcessRuntime(_DIRECTORY)
