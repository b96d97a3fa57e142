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


class HeadNodesNotBootableError(EmbeddedAwsError):
    """The environment asks for head nodes that can't be had."""

    def __init__(self, variable: str, value: str, allowed: list[str], why: str | None) -> None:
        super().__init__(
            f"{variable} is {value!r}, "
            + (why if value in allowed and why else f"and may be {' or '.join(allowed)}")
        )


class NoHeadNodeError(EmbeddedAwsError):
    """There is no head node to log in to, or it isn't said to which."""

    def __init__(self, cluster: str, up: list[str], why_none_boots: str | None) -> None:
        wanted = f"no head node of {cluster} is up" if cluster else "no head node is up"
        if up:
            wanted = wanted if cluster else "more than one head node is up"
            super().__init__(f"{wanted}: name one of {', '.join(up)} with CLUSTER=<name>")
        elif why_none_boots:
            super().__init__(f"{wanted}, since here they are played: {why_none_boots}")
        else:
            super().__init__(f"{wanted}: create a cluster, and wait until GET says CREATE_COMPLETE")


class NotRunningError(EmbeddedAwsError):
    """No embedded AWS runs that could be asked."""

    def __init__(self) -> None:
        super().__init__("no embedded AWS runs: `make up` starts one")


class NotStoppedError(EmbeddedAwsError):
    """Something of an embedded AWS is still there; mostly since it is another user's."""

    def __init__(self, what: str, owner: str | None) -> None:
        if owner is None:
            then = "`make down` again"
        elif owner == "root":
            then = "it is root's: sudo make down"
        else:
            then = f"it is {owner}'s, who can: make down"
        super().__init__(f"{what}; {then}")


class DeploymentError(EmbeddedAwsError):
    """The application could not be deployed."""

    def __init__(self, verb: str, reason: str, log: Path) -> None:
        super().__init__(f"`cdk {verb}` failed: {reason} (its log: {log.name})")


class NotAsPromisedError(EmbeddedAwsError):
    """The demonstration saw something else than it should have."""


class DatabaseServerMissingError(EmbeddedAwsError):
    """A program of MariaDB's server is not on this machine."""

    def __init__(self, program: str) -> None:
        super().__init__(
            f"{program} of MariaDB's server is not there, and a database instance is a real one: "
            "install it (Debian, Ubuntu: apt-get install mariadb-server-core mariadb-client)"
        )


class DatabaseServerError(EmbeddedAwsError):
    """A MariaDB server could not be made, started or told something."""

    def __init__(self, what: str, reason: str, log: Path) -> None:
        super().__init__(f"MariaDB {what}: {reason} (log: {log})")
