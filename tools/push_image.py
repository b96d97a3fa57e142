"""Push the provider's image: `python -m tools.push_image --version 1.2.3 --environment sandbox`.

Credentials are those of the AWS CLI; the region and the account are the environment's.
"""

import base64
from typing import TYPE_CHECKING, Annotated

import boto3
import typer
from botocore.exceptions import BotoCoreError, ClientError
from rich.console import Console

from cdk_app.configuration_files import ConfigurationError, load_configuration
from cdk_app.image_repository import REPOSITORY_NAME
from cdk_app.settings import Settings
from tools.container_engine import ContainerEngine, EngineError
from tools.image_version import ImageVersionError, published
from tools.provider_image import loaded

if TYPE_CHECKING:
    from mypy_boto3_ecr import ECRClient


class PushFailed(Exception):
    """The image can't be pushed; the message says why, and what to do."""


def main(
    version: Annotated[str, typer.Option(help="The application's, the image's tag")],
    environment: Annotated[str, typer.Option(help="Whose account has the repository")],
) -> None:
    """Push the image to the environment's repository, once for each version."""
    try:
        push(version, environment)
    except (ConfigurationError, EngineError, ImageVersionError, PushFailed) as error:
        Console(stderr=True, soft_wrap=True).print(f"make: {error}", markup=False, highlight=False)
        raise typer.Exit(1) from None


def push(version: str, environment: str) -> None:
    """Push what `make image` has built.

    Raises:
        ImageVersionError: the version is of no commit.
        ConfigurationError: there is no such environment.
        EngineError: there is no image, or no engine to push it.
        PushFailed: ECR doesn't take it.
    """
    tag = published(version)
    settings = load_configuration(environment).settings
    engine = ContainerEngine.of_this_machine()
    local = loaded(engine, version)
    ecr = boto3.Session(region_name=settings.region).client("ecr")
    try:
        push_once(engine, ecr, settings=settings, local=local, tag=tag)
    except (BotoCoreError, ClientError) as error:
        raise PushFailed(
            f"ECR of account {settings.account} in {settings.region}: {error}; the repository is"
            f" made by make repository ENVIRONMENT={environment}"
        ) from error


def push_once(
    engine: ContainerEngine, ecr: "ECRClient", *, settings: Settings, local: str, tag: str
) -> None:
    """Push the image `local` unless its tag is there, and print the digest that ECR gives it.

    Raises:
        EngineError: the engine could not push it.
        ClientError: of ECR.
    """
    if digest := _digest(ecr, settings, tag):
        print(f"{tag} is there already, and stays as it is: {digest}")
        return
    registry = f"{settings.account}.dkr.ecr.{settings.region}.amazonaws.com"
    remote = f"{registry}/{REPOSITORY_NAME}:{tag}"
    [data] = ecr.get_authorization_token()["authorizationData"]
    user, _, password = base64.b64decode(data["authorizationToken"]).decode().partition(":")
    engine.run("login", "--username", user, "--password-stdin", registry, given=password)
    try:
        engine.run("tag", local, remote)
        engine.run("push", remote)
    finally:
        engine.run("logout", registry)
    print(f"{remote}: {_digest(ecr, settings, tag)}")


def _digest(ecr: "ECRClient", settings: Settings, tag: str) -> str | None:
    try:
        [image] = ecr.describe_images(
            registryId=settings.account,
            repositoryName=REPOSITORY_NAME,
            imageIds=[{"imageTag": tag}],
        )["imageDetails"]
    except ecr.exceptions.ImageNotFoundException:
        return None
    return image["imageDigest"]


if __name__ == "__main__":
    typer.run(main)
