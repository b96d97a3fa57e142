"""Synthesise every environment, the published templates among it, into one folder each.

And one more, whose API is private: no environment of the repository has an endpoint to name.
"""

import sys
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


def synthesise(configuration: Configuration, directory: Path) -> None:
    """Write the environment's assembly into `directory`."""
    app = App(context=feature_flags(), outdir=str(directory))
    build(app, configuration, version="0.0.0")
    app.synth()


def main() -> None:
    """Synthesise into the folder that the argument names."""
    target = Path(sys.argv[1])
    for environment in environments():
        synthesise(load_configuration(environment), target / environment)
    synthesise(with_private_api("sandbox"), target / "sandbox-private")


if __name__ == "__main__":
    main()
