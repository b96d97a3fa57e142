"""Entry point of `cdk synth` and `cdk deploy`: which environment, and which version.

`-c environment=sandbox` chooses `config/sandbox.yaml`; without it, `local`. The version comes as
context too (`-c version=…`), since synthesis asks neither git nor the clock. So does whether there
is accounting where there is no database to be had (`-c accounting=none`), and which image of our
repository the provider runs (`-c image=<tag or digest>`, before the settings' `provider.image`).
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
        if app.node.try_get_context("accounting") == "none":
            configuration = configuration.without_accounting()
        if image := app.node.try_get_context("image"):
            configuration = configuration.with_image(image)
    except ConfigurationError as error:
        sys.exit(str(error))
    build(app, configuration, version=version)
    app.synth()


if __name__ == "__main__":
    main()
