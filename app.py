"""Entry point of `cdk synth` and `cdk deploy`: which environment, and which version.

`-c environment=sandbox` chooses `config/sandbox.yaml`; without it, `local`. The version comes as
context too (`-c version=…`), since synthesis asks neither git nor the clock.
"""

import sys

from aws_cdk import App

from cdk_app.application import build
from cdk_app.configuration_files import ConfigurationError, load_configuration
from cdk_app.feature_flags import feature_flags


def main() -> None:
    """Synthesise every stack of the environment that the context names."""
    app = App(context=feature_flags())
    environment = app.node.try_get_context("environment") or "local"
    version = app.node.try_get_context("version") or "0.0.0"
    try:
        configuration = load_configuration(environment)
    except ConfigurationError as error:
        sys.exit(str(error))
    build(app, configuration, version=version)
    app.synth()


if __name__ == "__main__":
    main()
