"""Who does what a head node does: a thread of the emulator, or a process that boots one."""

import os
import threading
from collections.abc import Callable, Mapping
from typing import Any, Protocol

from embedded_aws.emulator.head_node.booted import BootedPerformer
from embedded_aws.emulator.head_node.role import RoleError, node_role
from embedded_aws.head_nodes.bootstrap import Bootstrap
from embedded_aws.head_nodes.choice import VARIABLE, HeadNodes
from embedded_aws.head_nodes.machine import BootstrapError, PlayedMachine, Say


class Performer(Protocol):
    """One head node's."""

    def perform(self, act: str, attributes: Mapping[str, Any]) -> None:
        """Do it, `create` or `update`; a BootstrapError has the reason of a failure."""

    def attend(self) -> None:
        """What there is to be done now and then, while nothing is performed."""

    def end(self) -> None:
        """End, whatever it does; it needn't have ended yet."""


def performer(instance: dict[str, Any], cluster: str, say: Say) -> Performer:
    """The one that the environment asks for."""
    booted = os.environ.get(VARIABLE) == HeadNodes.BOOTED
    make: Callable[..., Performer] = BootedPerformer if booted else PlayedPerformer
    return make(instance, cluster, say)


class PlayedPerformer:
    """Does it in the thread that asks, without a machine."""

    def __init__(self, instance: dict[str, Any], cluster: str, say: Say) -> None:
        self._instance = instance
        self._stopped = threading.Event()
        self._bootstrap = Bootstrap(
            machine=PlayedMachine(),
            instance_id=instance["InstanceId"],
            say=say,
            stopped=self._stopped,
        )

    def perform(self, act: str, attributes: Mapping[str, Any]) -> None:
        """See `Performer`."""
        try:
            role = node_role(self._instance)
        except RoleError as error:
            raise BootstrapError(f"Failed to bootstrap the head node: {error}") from error
        getattr(self._bootstrap, act)(attributes, role)

    def attend(self) -> None:
        """Nothing."""

    def end(self) -> None:
        """At the next step."""
        self._stopped.set()
