"""What can go wrong with an embedded AWS, each with what to do."""

from pathlib import Path


class EmbeddedAwsError(Exception):
    """An embedded AWS can't be started, or is not what it was."""


class EnvironmentMissingError(EmbeddedAwsError):
    """An interpreter that the embedded AWS needs is not there."""

    def __init__(self, interpreter: Path) -> None:
        super().__init__(f"{interpreter} is not there: run `make environments`, which makes it")


class PortTakenError(EmbeddedAwsError):
    """Something else listens on the port."""

    def __init__(self, port: int) -> None:
        super().__init__(
            f"port {port} of 127.0.0.1 is taken by another program: "
            "end that one, or choose another port with PORT=<number>"
        )


class StartError(EmbeddedAwsError):
    """The emulator ended, or didn't answer, before it was ready."""

    def __init__(self, reason: str, log: Path) -> None:
        super().__init__(f"the embedded AWS did not start: {reason} (log: {log})")


class DeploymentError(EmbeddedAwsError):
    """The application could not be deployed."""

    def __init__(self, verb: str, reason: str, log: Path) -> None:
        super().__init__(f"`cdk {verb}` failed: {reason} (its log: {log.name})")


class NotAsPromisedError(EmbeddedAwsError):
    """The demonstration saw something else than it should have."""
