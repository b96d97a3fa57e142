"""What an instance goes through: creating, available, stopping, stopped, starting, deleting."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from ministack.services import rds

from embedded_aws.emulator import background
from embedded_aws.emulator.rds import master_secrets, orders, servers
from embedded_aws.emulator.rds.errors import RdsError
from embedded_aws.errors import EmbeddedAwsError

SECONDS_TO_DELETE = 0.5


def begin_creation(
    instance: dict[str, Any], password: str | None, begin_with: Path | None = None
) -> None:
    """Make its server, with a snapshot's data if given; available once that answers."""
    since = time.time()

    def over() -> bool:
        return time.time() >= since + orders.of(instance).seconds

    def live() -> None:
        background.wait_until(over)
        failure = orders.of(instance).failure
        if failure:
            _end(instance, "failed", failure)
        else:
            servers.start(instance, password, begin_with)
            _end(instance, "available")

    _begin(instance, "creating", live)


def begin_stop(instance: dict[str, Any]) -> None:
    """Stop its server: nobody gets in any more."""

    def live() -> None:
        servers.stop(instance)
        _end(instance, "stopped")

    _begin(instance, "stopping", live)


def begin_start(instance: dict[str, Any], state: str = "starting") -> None:
    """Start its server, anew if it runs, with what its parameter group says now."""

    def live() -> None:
        servers.stop(instance)
        servers.start(instance)
        for group in instance["DBParameterGroups"]:
            group["ParameterApplyStatus"] = "in-sync"
        _end(instance, "available")

    _begin(instance, state, live)


def begin_deletion(instance: dict[str, Any]) -> None:
    """Lose it with its data and the secret that RDS manages for it."""

    def live() -> None:
        servers.stop(instance)
        servers.remove(instance)
        master_secrets.remove(instance)
        time.sleep(SECONDS_TO_DELETE)
        rds._tags.pop(instance["DBInstanceArn"], None)
        rds._instances.pop(instance["DBInstanceIdentifier"], None)

    _begin(instance, "deleting", live)


def require(instance: dict[str, Any], *states: str) -> None:
    """Refuse what the instance is in no state for."""
    if instance["DBInstanceStatus"] not in states:
        raise RdsError(
            "InvalidDBInstanceState",
            f"DBInstance {instance['DBInstanceIdentifier']} is in "
            f"{instance['DBInstanceStatus']} state but expected it to be one of "
            f"{', '.join(states)}.",
        )


def _begin(instance: dict[str, Any], state: str, live: Callable[[], None]) -> None:
    instance["DBInstanceStatus"] = state

    def lived() -> None:
        try:
            live()
        except RdsError as refusal:
            _end(instance, "failed", refusal.message)
        except (EmbeddedAwsError, OSError) as reason:
            # What a server can't start with is its parameters, everything else being ours.
            first = (
                state == "creating" and not servers.directory(instance).joinpath("data").exists()
            )
            _end(instance, "failed" if first else "incompatible-parameters", str(reason))

    background.start(instance["DBInstanceIdentifier"], lived)


def _end(instance: dict[str, Any], state: str, failure: str = "") -> None:
    instance["_Failure"] = failure
    instance["DBInstanceStatus"] = state
