"""The head node's life: boot, then every update of its cluster, until it is terminated."""

import logging
import threading
from typing import Any

from embedded_aws.emulator.ec2_instances import console
from embedded_aws.emulator.head_node import orders, wait_condition
from embedded_aws.emulator.head_node.performers import performer
from embedded_aws.emulator.head_node.user_data import node_attributes, read_user_data
from embedded_aws.head_nodes.machine import BootstrapError

POLL_SECONDS = 0.2

log = logging.getLogger("embedded_aws.head_node")


class HeadNode:
    """One head node; `play` is its thread."""

    def __init__(self, *, instance: dict[str, Any], cluster: str) -> None:
        self._instance = instance
        self._cluster = cluster
        self._stopped = threading.Event()
        self._performer = performer(instance, cluster, self._say)
        self._signalled: set[str] = set()

    def stop(self) -> None:
        """End: at the next step at the latest, and without a signal."""
        self._stopped.set()
        self._performer.end()

    def play(self) -> None:
        """Answer one wait condition of the stack after the other; never end silently."""
        self._say(f"head node of {self._cluster} is up")
        try:
            stack_name, template_id = read_user_data(self._instance["UserData"])
            while not self._stopped.is_set():
                token = wait_condition.waiting(stack_name)
                if token is None or token in self._signalled:
                    self._performer.attend()
                    self._stopped.wait(POLL_SECONDS)
                    continue
                self._answer(token, stack_name, template_id)
                self._signalled.add(token)
        except Exception:
            log.exception("%s: the stand-in head node failed", self._instance["InstanceId"])
            self._say("the stand-in head node itself failed: see the emulator's log")
        self._say("head node is down")

    def _answer(self, token: str, stack_name: str, template_id: str) -> None:
        first = not self._signalled
        reason = self._do(first, stack_name, template_id)
        if self._stopped.is_set():
            return
        if reason is None:
            done = "HeadNode setup complete" if first else "Update complete"
            self._say(f"signals SUCCESS: {done}")
            wait_condition.signal(token, succeeded=True, reason=done)
        else:
            self._say(f"signals FAILURE: {reason}")
            wait_condition.signal(token, succeeded=False, reason=reason)

    def _do(self, first: bool, stack_name: str, template_id: str) -> str | None:
        """Boot or update; gives the reason of a failure."""
        ordered = orders.of(self._cluster)
        if self._stopped.wait(ordered.boot_seconds):
            return None
        if ordered.failure:
            self._say("was ordered to fail")
            return ordered.failure
        try:
            attributes = node_attributes(stack_name, template_id)
            self._performer.perform("create" if first else "update", attributes)
        except BootstrapError as error:
            return str(error)
        except Exception as error:
            log.exception("%s: bootstrap failed", self._instance["InstanceId"])
            return f"Failed to bootstrap the head node: {error}"
        return None

    def _say(self, line: str) -> None:
        log.info("%s (%s): %s", self._instance["InstanceId"], self._cluster, line)
        console.write(self._instance["InstanceId"], line)
