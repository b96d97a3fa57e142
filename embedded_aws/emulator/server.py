"""Serve ministack on the loopback interface, on its one port."""

import os
import sys
from collections.abc import Callable
from importlib import import_module

from embedded_aws.emulator.seams import wrap

HTTPS_PORT = 443


def harden_environment() -> None:
    """Bind the loopback interface only, check permissions; before ministack is imported."""
    os.environ.update(BIND_HOST="127.0.0.1", IOT_MTLS_ENABLED="0", AUTH="true")


def serve() -> None:
    """Run ministack's server in the foreground, until a signal; with TLS it would open 443 too."""
    wrap("app._port_is_bindable", _never_443)
    # It parses the command line; ours is none of its business.
    sys.argv = ["ministack"]
    import_module("ministack.app").main()


def _never_443(is_bindable: Callable[[str, int], bool]) -> Callable[[str, int], bool]:
    return lambda host, port: port != HTTPS_PORT and is_bindable(host, port)
