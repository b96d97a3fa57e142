"""Synthesise every environment, the published templates among it, into one folder each.

And three more: one whose API is private, one that reaches Keycloak by the internet, and one whose
nodes are reached by Session Manager. No environment of the repository has an endpoint to name, a
Keycloak there, or a need of sessions.
"""

import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from aws_cdk import App

from cdk_app.application import build
from cdk_app.configuration_files import DIRECTORY, Configuration, load_configuration
from cdk_app.feature_flags import feature_flags

_CATALOGUES = {"tiers", "instance_types"}
ENDPOINT = "vpce-0123456789abcdef0"


def environments() -> list[str]:
    """The names of all environments."""
    return sorted({file.stem for file in DIRECTORY.glob("*.yaml")} - _CATALOGUES)


def with_private_api(environment: str) -> Configuration:
    """The environment as it is with an endpoint for its API."""
    configuration = load_configuration(environment)
    settings = configuration.settings
    api = settings.api.model_copy(update={"vpc_endpoint_id": ENDPOINT})
    return replace(configuration, settings=settings.model_copy(update={"api": api}))


def with_public_keycloak(environment: str) -> Configuration:
    """The environment as it is with a Keycloak that isn't in the Main VPC."""
    configuration = load_configuration(environment)
    settings = configuration.settings
    if settings.slurm_rest is None:
        raise ValueError(f"{environment} has no slurm_rest: name an environment that has a realm")
    keys = settings.slurm_rest.keys.model_copy(update={"keycloak_subnets": ()})
    rest = settings.slurm_rest.model_copy(update={"keys": keys})
    return replace(configuration, settings=settings.model_copy(update={"slurm_rest": rest}))


def with_session_manager(environment: str) -> Configuration:
    """The environment as it is where Session Manager reaches nodes."""
    configuration = load_configuration(environment)
    settings = configuration.settings
    network = settings.network.model_copy(update={"session_manager": True})
    return replace(configuration, settings=settings.model_copy(update={"network": network}))


def synthesise(configuration: Configuration, directory: Path) -> None:
    """Write the environment's assembly into `directory`."""
    app = App(context=feature_flags(), outdir=str(directory))
    build(app, configuration, version="0.0.0")
    app.synth()


def assemblies() -> Iterator[tuple[str, Configuration]]:
    """What is synthesised, by the name of its folder."""
    for environment in environments():
        yield environment, load_configuration(environment)
    yield "sandbox-private", with_private_api("sandbox")
    yield "sandbox-public-keycloak", with_public_keycloak("sandbox")
    yield "sandbox-session-manager", with_session_manager("sandbox")


def main() -> None:
    """Synthesise into the folder that the argument names."""
    target = Path(sys.argv[1])
    for name, configuration in assemblies():
        synthesise(configuration, target / name)


if __name__ == "__main__":
    main()
