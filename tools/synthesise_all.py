"""Synthesise every environment, the published templates among it, into one folder each."""

import sys
from pathlib import Path

from aws_cdk import App

from cdk_app.application import build
from cdk_app.configuration_files import DIRECTORY, load_configuration
from cdk_app.feature_flags import feature_flags

_CATALOGUES = {"tiers", "instance_types"}


def environments() -> list[str]:
    """The names of all environments."""
    return sorted({file.stem for file in DIRECTORY.glob("*.yaml")} - _CATALOGUES)


def synthesise(environment: str, directory: Path) -> None:
    """Write the environment's assembly into `directory`."""
    app = App(context=feature_flags(), outdir=str(directory))
    build(app, load_configuration(environment), version="0.0.0")
    app.synth()


def main() -> None:
    """Synthesise into the folder that the argument names."""
    target = Path(sys.argv[1])
    for environment in environments():
        synthesise(environment, target / environment)


if __name__ == "__main__":
    main()
