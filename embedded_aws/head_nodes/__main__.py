"""`python -m embedded_aws.head_nodes`: be a cluster's head node, booted, for the emulator.

The emulator starts it, with the environment that it has itself, and `talk` is what they say. A
process of its own, since a node ends with the thread that booted it, and the emulator's threads
come and go; what it does as the node's role costs the emulator nothing.
"""

import os
import queue
import signal
import sys
import threading
import traceback
from contextlib import suppress
from pathlib import Path
from types import FrameType
from typing import IO, Any

from embedded_aws.emulator_environment import Places
from embedded_aws.head_nodes import talk
from embedded_aws.head_nodes.booted_machine import BootedMachine
from embedded_aws.head_nodes.bootstrap import Bootstrap
from embedded_aws.head_nodes.instance import Instance
from embedded_aws.head_nodes.machine import BootstrapError
from embedded_aws.head_nodes.metadata_service import MetadataService
from embedded_aws.head_nodes.role import NodeRole, RoleCredentials
from embedded_aws.processes import MARKER


class Emulator:
    """The emulator, as the head node hears it and speaks to it."""

    def __init__(self, source: IO[str], target: IO[str]) -> None:
        """The first message says whom this process is to be.

        Raises:
            EOFError: there is none.
        """
        self._source, self._target = source, target
        self._asked: queue.SimpleQueue[talk.Message] = queue.SimpleQueue()
        first = talk.receive(source)
        if first is None:
            raise EOFError("nobody says whose head node this is")
        self.instance = Instance(**first["instance"])
        self.root = Path(first["root"])
        self.credentials = RoleCredentials(**first["credentials"])

    def listen(self) -> None:
        """Hear the rest, until the end, which is this process's too."""
        while (message := talk.receive(self._source)) is not None:
            if "credentials" in message:
                self.credentials = RoleCredentials(**message["credentials"])
            else:
                self._asked.put(message)
        # The main thread may be anywhere: a signal is what reaches it.
        os.kill(os.getpid(), signal.SIGTERM)

    def next(self) -> talk.Message:
        """What is to be done next."""
        return self._asked.get()

    def tell(self, **message: Any) -> None:  # noqa: ANN401 - JSON
        """Say something, if it still listens."""
        with suppress(OSError):
            talk.send(self._target, message)


def main() -> None:
    """Serve until the emulator says no more, or a signal."""
    # What programs of the node's print isn't part of the talk.
    target = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    # Its clients are of the node's role, never of who started it.
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"):
        os.environ.pop(name, None)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _end)
    try:
        emulator = Emulator(sys.stdin, target)
    except EOFError as error:
        sys.exit(f"embedded AWS: {error}")
    threading.Thread(target=emulator.listen, daemon=True).start()
    _serve(emulator)


def _serve(emulator: Emulator) -> None:
    def say(line: str) -> None:
        emulator.tell(says=line)

    with BootedMachine(
        emulator.instance,
        root=emulator.root,
        file_systems=Places(Path(os.environ[MARKER])).file_systems,
        metadata=MetadataService(emulator.instance, lambda: emulator.credentials),
        say=say,
        is_up=lambda process: emulator.tell(up=process),
    ) as machine:
        node = Bootstrap(machine=machine, instance_id=emulator.instance.instance_id, say=say)
        acts = {"create": node.create, "update": node.update}
        while True:
            asked = emulator.next()
            role = NodeRole(credentials=emulator.credentials, region=emulator.instance.region)
            try:
                acts[asked["do"]](asked["attributes"], role)
            except BootstrapError as error:
                emulator.tell(failed=str(error))
            except Exception as error:
                traceback.print_exc()
                emulator.tell(failed=f"Failed to bootstrap the head node: {error}")
            else:
                emulator.tell(done=True)


def _end(number: int, frame: FrameType | None) -> None:
    # Once: a second one would interrupt the ending.
    for each in (signal.SIGTERM, signal.SIGINT):
        signal.signal(each, signal.SIG_IGN)
    sys.exit(0)


if __name__ == "__main__":
    main()
