"""A head node that a process of its own boots, as the emulator sees it."""

import contextlib
import os
import queue
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import IO, Any

from ministack.core.responses import get_account_id, get_region
from ministack.services import ec2

from embedded_aws.emulator.head_node.role import RoleError, node_role, role_name
from embedded_aws.head_nodes import records, talk
from embedded_aws.head_nodes.choice import NODE_ROOT
from embedded_aws.head_nodes.instance import Instance
from embedded_aws.head_nodes.machine import BootstrapError, Say
from embedded_aws.head_nodes.records import RunningHeadNode
from embedded_aws.processes import MARKER, started_at

PATIENCE_SECONDS = 15
# Hours before they expire: programs ask the metadata service for others in the last minutes.
_RENEWED_SECONDS = 3600


class BootedPerformer:
    """Starts the process when it is first asked for something, and tells it what to do."""

    def __init__(self, instance: dict[str, Any], cluster: str, say: Say) -> None:
        self._instance, self._cluster, self._say = instance, cluster, say
        self._state = Path(os.environ[MARKER])
        self._process: subprocess.Popen[str] | None = None
        self._replies: queue.SimpleQueue[talk.Message] = queue.SimpleQueue()
        self._ended = False
        self._lock = threading.Lock()
        self._renewed = 0.0

    def perform(self, act: str, attributes: Mapping[str, Any]) -> None:
        """See `Performer`."""
        try:
            self._send({"do": act, "attributes": attributes})
        except RoleError as error:
            raise BootstrapError(f"Failed to bootstrap the head node: {error}") from error
        reply = self._replies.get()
        if "ended" in reply:
            self._replies.put(reply)  # whoever asks next hears it too: nobody else will answer
        if "done" not in reply:
            raise BootstrapError(reply["failed"])

    def attend(self) -> None:
        """Give it other credentials, if those that it has won't hold for long."""
        if self._process and time.monotonic() - self._renewed > _RENEWED_SECONDS:
            with contextlib.suppress(RoleError):
                self._send({"credentials": self._credentials()})

    def end(self) -> None:
        """Have it end; it is killed if it hasn't in time."""
        with self._lock:
            self._ended = True
            if self._process is None:
                return
            with contextlib.suppress(OSError):
                _pipe(self._process.stdin).close()
        threading.Thread(target=_see_it_end, args=(self._process,), daemon=True).start()

    def _send(self, message: talk.Message) -> None:
        """Say it to the process, which is started if there is none."""
        with self._lock:
            if self._ended:
                raise BootstrapError("Failed to bootstrap the head node: it was terminated")
            if self._process is None:
                self._process = self._start()
            with contextlib.suppress(OSError):  # that it is gone is told where it is heard
                talk.send(_pipe(self._process.stdin), message)

    def _start(self) -> "subprocess.Popen[str]":
        first = {
            "instance": asdict(_described(self._instance, self._cluster)),
            "root": str(NODE_ROOT),
            "credentials": self._credentials(),
        }
        process = subprocess.Popen(
            [sys.executable, "-m", "embedded_aws.head_nodes"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        talk.send(_pipe(process.stdin), first)
        threading.Thread(target=self._hear, args=(process,), daemon=True).start()
        return process

    def _hear(self, process: "subprocess.Popen[str]") -> None:
        """Until it has ended."""
        said, up = _pipe(process.stdout), None
        while (message := talk.receive(said)) is not None:
            if "says" in message:
                self._say(message["says"])
            elif "up" in message:
                up = RunningHeadNode(
                    cluster=self._cluster,
                    instance_id=self._instance["InstanceId"],
                    leader=message["up"],
                    started_at=started_at(message["up"]) or "",
                    address=self._instance["PrivateIpAddress"],
                )
                records.write(self._state, up)
            else:
                self._replies.put(message)
        if up is not None:
            records.remove(self._state, up)
        status = process.wait()
        why = f"Failed to bootstrap the head node: it ended ({status})"
        self._replies.put({"failed": why, "ended": True})

    def _credentials(self) -> dict[str, Any]:
        self._renewed = time.monotonic()
        return asdict(node_role(self._instance).credentials)


def _described(instance: dict[str, Any], cluster: str) -> Instance:
    pair = ec2._key_pairs.get(instance.get("KeyName") or "", {})
    return Instance(
        instance_id=instance["InstanceId"],
        cluster=cluster,
        address=instance["PrivateIpAddress"],
        host_name=instance["PrivateDnsName"],
        instance_type=instance["InstanceType"],
        image_id=instance["ImageId"],
        zone=instance["Placement"]["AvailabilityZone"],
        region=get_region(),
        account=get_account_id(),
        role=role_name(instance),
        public_key=pair.get("PublicKey", ""),
    )


def _pipe(one: IO[str] | None) -> IO[str]:
    assert one is not None  # noqa: S101 - PIPE was asked for
    return one


def _see_it_end(process: "subprocess.Popen[str]") -> None:
    try:
        process.wait(PATIENCE_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()  # what it leaves is swept when it is gone
