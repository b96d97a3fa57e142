"""Ports that are seen from one network namespace and listen in another.

A node's network is its own, and nothing leads out of it. A socket belongs to the namespace that it
was made in, whoever uses it: so this process can listen in one and connect in another.
Source: network_namespaces(7), setns(2).
"""

import ctypes
import os
import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

_CLONE_NEWNET = 0x40000000
_LIBC = ctypes.CDLL(None, use_errno=True)
_BYTES = 1 << 16

Process = Callable[[], int]
"""Gives the number of a process; it may be another one after a reboot."""


@dataclass(frozen=True, kw_only=True)
class Endpoint:
    """A TCP port.

    Attributes:
        port: its number; 0 to listen at one that is free.
        host: its address.
        process: whose network it is in; this process's own if None.
    """

    port: int
    host: str = "127.0.0.1"
    process: Process | None = None

    def connect(self) -> socket.socket:
        """A connection to it.

        Raises:
            OSError: nobody listens, or the process is gone.
        """
        return self._made(lambda: socket.create_connection((self.host, self.port), timeout=10))

    def listen(self) -> socket.socket:
        """A socket that listens at it.

        Raises:
            OSError: somebody else does, or the process is gone.
        """
        return self._made(lambda: socket.create_server((self.host, self.port)))

    def _made(self, make: Callable[[], socket.socket]) -> socket.socket:
        return make() if self.process is None else _made_in(self.process(), make)


class Bridge:
    """What connects to one endpoint gets what the other one answers."""

    def __init__(self, *, seen_at: Endpoint, leads_to: Endpoint) -> None:
        """Nothing listens until it is opened."""
        self._seen_at = seen_at
        self._leads_to = leads_to
        self._listening: socket.socket | None = None

    def open(self) -> int:
        """Listen, and give the port; once more after a reboot, which is a namespace anew."""
        self.close()
        self._listening = self._seen_at.listen()
        threading.Thread(target=self._accept, args=(self._listening,), daemon=True).start()
        port: int = self._listening.getsockname()[1]
        return port

    def close(self) -> None:
        """Listen no more; connections that there are stay until an end closes them."""
        if self._listening is not None:
            with suppress(OSError):
                self._listening.shutdown(socket.SHUT_RDWR)
            self._listening.close()
            self._listening = None

    def _accept(self, listening: socket.socket) -> None:
        while True:
            try:
                near, _ = listening.accept()
            except OSError:
                return  # closed
            try:
                far = self._leads_to.connect()
            except OSError:
                near.close()  # as a server that isn't there
                continue
            far.settimeout(None)
            for source, target in ((near, far), (far, near)):
                threading.Thread(target=_pass_on, args=(source, target), daemon=True).start()


def _pass_on(source: socket.socket, target: socket.socket) -> None:
    """Until either end closes, then close both."""
    with suppress(OSError):
        while data := source.recv(_BYTES):
            target.sendall(data)
    for end in (source, target):
        with suppress(OSError):
            end.shutdown(socket.SHUT_RDWR)


def _made_in(process: int, make: Callable[[], socket.socket]) -> socket.socket:
    """What `make` gives in the network namespace of a process.

    In a thread of its own, since the namespace is a thread's and this one's must stay what it is.
    """
    made: list[socket.socket] = []
    failed: list[OSError] = []

    def enter_and_make() -> None:
        try:
            namespace = os.open(f"/proc/{process}/ns/net", os.O_RDONLY | os.O_CLOEXEC)
            try:
                if _LIBC.setns(namespace, _CLONE_NEWNET):
                    raise OSError(ctypes.get_errno(), f"network of process {process}")
            finally:
                os.close(namespace)
            made.append(make())
        except OSError as error:
            failed.append(error)

    thread = threading.Thread(target=enter_and_make)
    thread.start()
    thread.join()
    if failed:
        raise failed[0]
    return made[0]
