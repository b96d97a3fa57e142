"""What an operator wants of a head node, from SSM parameters that the emulator reads itself."""

from dataclasses import dataclass

from ministack.services import ssm

PREFIX = "/embedded-aws/head-nodes"


@dataclass(frozen=True, kw_only=True)
class Orders:
    """How long to boot, and the reason to fail with, if any."""

    boot_seconds: float
    failure: str


def of(cluster: str) -> Orders:
    """Give the orders for a cluster's head node; none: boot at once and succeed."""
    return Orders(
        boot_seconds=_seconds(_value(cluster, "boot-seconds")), failure=_value(cluster, "failure")
    )


def _value(cluster: str, name: str) -> str:
    parameter = ssm._parameters.get(f"{PREFIX}/{cluster}/{name}")
    return str(parameter["Value"]) if parameter else ""


def _seconds(text: str) -> float:
    try:
        return max(0.0, float(text or 0))
    except ValueError:
        return 0.0
