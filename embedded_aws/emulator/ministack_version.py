"""The gaps are closed against one version of ministack; any other is refused."""

from importlib.metadata import PackageNotFoundError, version

TRIED = "1.5.33"


class MinistackVersionError(Exception):
    """Another version of ministack, or none, is installed."""


def check() -> None:
    """Raise MinistackVersionError unless the tried version is installed."""
    try:
        found = version("ministack")
    except PackageNotFoundError:
        found = "none"
    if found != TRIED:
        raise MinistackVersionError(
            f"ministack {TRIED} is needed, found {found}: "
            "install embedded_aws/requirements.txt in the emulator's environment"
        )
